"""Scores of windows and of records under a tower."""

import numpy as np
import torch

from .data import Dataset, padded_length, tokens_of
from .network import ContentTower


def score_windows(tower: ContentTower, data: Dataset, windows: np.ndarray, batch_bytes: int = 48_000) -> np.ndarray:
    """Attack logits of the given windows, in their order."""
    lengths = np.array([padded_length(len(data.texts[w])) for w in windows])
    logits = np.zeros(len(windows), dtype=np.float32)
    order = np.argsort(lengths, kind="stable")
    tower.eval()
    with torch.inference_mode():
        at = 0
        while at < len(order):
            length = lengths[order[at]]
            end = at + max(1, batch_bytes // int(length))
            rows = order[at:end]
            rows = rows[lengths[rows] == length]
            chosen = windows[rows]
            tokens = torch.from_numpy(tokens_of([data.texts[w] for w in chosen], int(length)))
            places = torch.from_numpy(data.place[chosen].astype(np.int64))
            logits[rows] = tower(tokens, places)[0].numpy()
            at += len(rows)
    tower.train()
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
