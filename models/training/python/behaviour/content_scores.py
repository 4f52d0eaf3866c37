"""Content scores that few recorded clients have: drawn and put into recorded sequences, so that the BiLSTM learns what they mean."""

import numpy as np
import torch

from lab_data.records import PATTERNS, QUIET_CONTENT_SCORE, Recording
from release.intervals import rate

from .bilstm import LENGTH
from .ensemble import HIGH
from .labels import CONTENT, PAYLOAD
from .operating_points import OperatingPoints
from .windows import Windows, gather, without_flow

PROBING = PATTERNS.index("probing")
FOUND = 0.6
"""Scores from here on are those of payloads that the tower found."""


def attack_scores(recording: Recording, split: str) -> np.ndarray:
    """What the content tower said of the payloads of a split's attackers, as recorded: the newest recording speaks for the newest tower."""
    content = recording.steps["before"][:, CONTENT]
    found = content[recording.attacker & (recording.step_split == split) & (content >= FOUND)]
    return found if (found >= PAYLOAD).any() else np.linspace(0.8, 1, 21, dtype=np.float32)


class ContentCases:
    """What is done to windows of benign clients, and what that makes of them.

    `odd`: one medium score (benign). `earlier`: up to three high scores some steps ago, as false alarms or another user of the
    same address leave them (benign). `payload`: the newest request is an attack. `several`: three or more medium scores, the
    newest among them. Nothing below 0.4 is drawn, because none enters a sequence.
    """

    SHARES = {"odd": 0.08, "earlier": 0.06, "payload": 0.1, "several": 0.04}
    ATTACKS = {"payload", "several"}

    def __init__(self, random: np.random.Generator, scores: np.ndarray) -> None:
        """`scores` are those of found payloads."""
        self.random, self.scores = random, scores
        self.loud = scores[scores >= PAYLOAD]

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
        if case == "odd":
            column[random.integers(first, LENGTH)] = random.uniform(QUIET_CONTENT_SCORE, 0.7)
        elif case == "earlier":
            if first >= LENGTH - 2:
                return False
            earlier = np.arange(first, LENGTH - 1)
            count = int(random.integers(1, min(3, len(earlier)) + 1))
            column[random.choice(earlier, count, replace=False)] = random.choice(self.scores, count)
        elif case == "payload":
            column[LENGTH - 1] = random.choice(self.loud)
        else:
            if first > LENGTH - 4:
                return False
            count = int(random.integers(3, LENGTH - first + 1))
            column[random.choice(np.arange(first, LENGTH), count, replace=False)] = random.uniform(0.45, 0.9, count)
            column[LENGTH - 1] = random.uniform(0.45, 0.9)
        return case in self.ATTACKS

    def measure(self, recording: Recording, windows: Windows, benign: np.ndarray, released: torch.nn.Module, points: OperatingPoints) -> dict:
        """How often each case reaches the operating points, on benign windows."""
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
