"""Scores of windows and of records under a tower."""

import numpy as np
import torch

from .data import Dataset
from .network import ContentTower

BATCH = 16_384


def score_windows(tower: ContentTower, data: Dataset, windows: np.ndarray) -> np.ndarray:
    """Attack logits of the given windows, in their order."""
    logits = np.zeros(len(windows), dtype=np.float32)
    training = tower.training
    tower.eval()
    with torch.no_grad():
        for at in range(0, len(windows), BATCH):
            part = windows[at : at + BATCH]
            places = torch.from_numpy(data.place[part].astype(np.int64))
            logits[at : at + BATCH] = tower.of_rows(data.rows(part), places)[0].cpu().numpy()
    tower.train(training)
    return logits


NOTHING_TO_SCORE = -30.0
"""Logit of a record of which every value is plain: triage answers for it and no model runs."""


def score_records(data: Dataset, records: np.ndarray, window_logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maximum over each record's windows, and the window that reached it (-1 where there is none)."""
    best = np.full(len(records), NOTHING_TO_SCORE, dtype=np.float32)
    winner = np.full(len(records), -1, dtype=np.int64)
    for i, record in enumerate(records):
        bag = data.windows_of(record)
        if len(bag):
            k = int(np.argmax(window_logits[bag]))
            best[i], winner[i] = window_logits[bag[k]], bag[k]
    return best, winner


def score_split(tower: ContentTower, data: Dataset, records: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As `score_records`, scoring each distinct window of the records once."""
    windows = np.unique(np.concatenate([data.windows_of(r) for r in records] or [np.zeros(0, dtype=np.int64)]))
    logits = np.full(len(data.texts), NOTHING_TO_SCORE, dtype=np.float32)
    logits[windows] = score_windows(tower, data, windows)
    return score_records(data, records, logits)
