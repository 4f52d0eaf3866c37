"""Content scores that few recorded clients have: drawn and put into recorded sequences, so that the BiLSTM learns what they mean."""

import numpy as np
import torch

from lab_data.records import PATTERNS, Recording
from release.intervals import rate

from .bilstm import LENGTH
from .labels import CONTENT
from .operating_points import HIGH, OperatingPoints
from .windows import Windows, gather, without_flow

PROBING = PATTERNS.index("probing")


class ContentCases:
    """What is done to windows of benign clients, and what that makes of them.

    `quiet`: a little everywhere (benign). `odd`: one medium score (benign). `earlier`: one high score some steps ago, as
    a false alarm leaves it (benign). `payload`: the newest request is an attack. `several`: three or more medium scores.
    """

    SHARES = {"quiet": 0.2, "odd": 0.08, "earlier": 0.03, "payload": 0.12, "several": 0.04}
    ATTACKS = {"payload", "several"}

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random

    def apply(self, steps: np.ndarray, mask: np.ndarray, labels: np.ndarray, patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Changes some of the benign windows in place. Returns the labels and patterns they now have."""
        labels, patterns = labels.copy(), patterns.copy()
        names = list(self.SHARES)
        limits = np.cumsum(list(self.SHARES.values()))
        for row in np.flatnonzero(labels == 0):
            chosen = int(np.searchsorted(limits, self.random.random()))
            if chosen == len(names):
                continue
            if self.change(names[chosen], steps[row], mask[row]):
                labels[row], patterns[row] = 1, PROBING
        return labels, patterns

    def change(self, case: str, steps: np.ndarray, mask: np.ndarray) -> bool:
        """Changes one window in place. Returns whether it is an attack now."""
        random = self.random
        first = LENGTH - int(mask.sum())
        column = steps[:, CONTENT]
        if case == "quiet":
            real = slice(first, LENGTH)
            column[real] = np.maximum(column[real], random.beta(0.3, 12, LENGTH - first))
        elif case == "odd":
            column[random.integers(first, LENGTH)] = random.uniform(0.2, 0.7)
        elif case == "earlier":
            if first >= LENGTH - 2:
                return False
            column[random.integers(first, LENGTH - 1)] = random.uniform(0.7, 1)
        elif case == "payload":
            column[LENGTH - 1] = random.uniform(0.85, 1)
        else:
            if first > LENGTH - 4:
                return False
            count = int(random.integers(3, LENGTH - first + 1))
            column[random.choice(np.arange(first, LENGTH), count, replace=False)] = random.uniform(0.45, 0.9, count)
            column[LENGTH - 1] = random.uniform(0.45, 0.9)
        return case in self.ATTACKS

    def measure(self, recording: Recording, windows: Windows, benign: np.ndarray, released: torch.nn.Module, points: OperatingPoints) -> dict:
        """How often each case reaches the operating points, on benign windows of the test split."""
        table = {}
        rows = self.random.choice(benign, min(len(benign), 4000), replace=False)
        for case in self.SHARES:
            steps, mask = gather(recording, windows, rows)
            changed = np.ones(len(rows), dtype=bool)
            for row in range(len(rows)):
                attack = self.change(case, steps[row], mask[row])
                changed[row] = attack or case not in self.ATTACKS
            half = np.arange(len(rows)) % 2 == 1
            steps[half] = without_flow(steps[half])
            with torch.no_grad():
                scores = released(torch.tensor(steps[changed]), torch.tensor(mask[changed]))[0].numpy()
            table[case] = {
                "high": rate(int((scores >= HIGH).sum()), len(scores)),
                "certain": rate(int((scores >= points.certain).sum()), len(scores)),
            }
        return table
