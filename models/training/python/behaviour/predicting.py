"""Raw outputs of a BiLSTM over a whole recording."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from lab_data.records import PATTERNS, Recording

from .bilstm import BiLstm
from .windows import Windows, gather, without_flow

BATCH = 4096


@dataclass
class Predicted:
    """Logits of each step of a recording."""

    seen: np.ndarray
    hidden: np.ndarray
    """As behind a proxy; of stalled connections, which nobody sees there, 0."""
    patterns: np.ndarray


def chunks(rows: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


@torch.no_grad()
def predict(network: BiLstm, recording: Recording, windows: Windows, rows: np.ndarray, flow: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Attack logits and pattern logits of the windows that end with `rows`."""
    network.eval()
    logits, patterns = [np.zeros(0)], [np.zeros((0, len(PATTERNS)))]
    for part in chunks(rows):
        steps, mask = gather(recording, windows, part)
        seen, real = torch.tensor(steps if flow else without_flow(steps)), torch.tensor(mask)
        attack, pattern = network.logits(network.unusual(seen, real), real)
        logits.append(attack.numpy())
        patterns.append(pattern.numpy())
    return np.concatenate(logits), np.concatenate(patterns)


def predict_all(network: BiLstm, recording: Recording, windows: Windows, requests: Windows, splits: list[str]) -> Predicted:
    """`requests` are the windows that a server behind a proxy has. Steps of other splits stay 0."""
    steps = len(recording.steps)
    result = Predicted(np.zeros(steps), np.zeros(steps), np.zeros((steps, len(PATTERNS))))
    use = np.isin(recording.step_split, splits)
    rows = np.flatnonzero(use)
    result.seen[rows], result.patterns[rows] = predict(network, recording, windows, rows)
    rows = np.flatnonzero(use & (recording.steps["subject"] == 0))
    result.hidden[rows], _ = predict(network, recording, requests, rows, flow=False)
    return result
