"""What the fits of the flow tower and of the BiLSTM share: options, who is drawn how often, and the hardest benign rows."""

import argparse
import time
from pathlib import Path

import numpy as np

SEED = 20_26
HARD_SHARE = 0.25
"""Of a batch's benign rows."""
HARD_POOL = 50
"""One in so many benign rows is hard: those that score highest."""


def fit_parser(description: str, steps: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="recordings of the traffic lab")
    parser.add_argument("--out", type=Path, required=True, help="models/<role>/<version>")
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--note", action="append", default=[], help="a sentence for the readers of card and report; may be repeated")
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--seed", type=int, default=SEED)
    return parser


def client_chances(owner: np.ndarray, weight: np.ndarray | float = 1.0) -> np.ndarray:
    """How likely each row is drawn: long clients more often than short ones, but not in proportion."""
    _, inverse, counts = np.unique(owner, return_inverse=True, return_counts=True)
    share = weight / np.sqrt(counts[inverse])
    return share / share.sum()


class HardRows:
    """The benign rows that score highest: the tail decides, so they are shown more often, each client's alike."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        self.rows = np.zeros(0, dtype=np.int64)
        self.chance = np.zeros(0)

    def mine(self, rows: np.ndarray, logits: np.ndarray, owner: np.ndarray) -> None:
        """`owner` is each row's client."""
        hardest = np.argsort(-logits)[: max(200, len(rows) // HARD_POOL)]
        self.rows, self.chance = rows[hardest], client_chances(owner[hardest])

    def replace(self, drawn: np.ndarray) -> None:
        """Puts hard rows in the place of the first of a batch's benign ones."""
        if len(self.rows):
            count = int(len(drawn) * HARD_SHARE)
            drawn[:count] = self.random.choice(self.rows, count, p=self.chance)


class Progress:
    def __init__(self, name: str, steps: int, every: int) -> None:
        self.name, self.steps, self.every, self.started = name, steps, every, time.time()

    def tell(self, step: int, loss: float) -> None:
        if step % self.every == 0:
            print(f"{self.name}: step {step} of {self.steps}, loss {loss:.4f}, {time.time() - self.started:.0f} s", flush=True)
