"""Draws the windows that each step of the BiLSTM's fit learns from, and varies them."""

import numpy as np
import torch

from lab_data.records import PATTERNS, Recording

from .bilstm import LENGTH
from .content_scores import ContentCases, attack_scores
from .fitting import HardRows, client_chances
from .labels import RESPONSE_BYTES, RESPONSE_MS, pattern_numbers
from .mixed import MixedCases
from .recipe import Recipe
from .scaling import vary_sizes
from .windows import Windows, gather, without_flow

SHORTEST_ATTACK = 4
STALLED_WEIGHT = 6.0
"""Honest connections that stall are few, and hard to tell from slow attacks."""
MIXED_CASES, MIXED_EVERY = 800, 1500
"""Cases that are drawn at a time, and steps that they serve."""
SLOW = PATTERNS.index("slow-attack")


class Sampler:
    def __init__(self, recording: Recording, windows: Windows, labels: np.ndarray, recipe: Recipe, seed: int) -> None:
        self.recording, self.windows, self.labels, self.recipe = recording, windows, labels, recipe
        self.random = np.random.default_rng(seed)
        self.cases = ContentCases(self.random, attack_scores(recording, "train"))
        self.mixed = MixedCases(recording, "train", self.random)
        self.hard = HardRows(self.random)
        self.numbers = pattern_numbers(recording)
        train = recording.step_split == "train"
        self.benign = np.flatnonzero(train & (labels == 0))
        self.attack = np.flatnonzero(train & (labels == 1))
        stalled = recording.steps["subject"][self.benign] == 1
        self.benign_chance = client_chances(recording.owner[self.benign], np.where(stalled, STALLED_WEIGHT, 1.0))
        self.attack_chance = self._attack_chances()
        self.batches = 0
        self.pool = (np.zeros((0, 0, 0), dtype=np.float32), np.zeros((0, 0), dtype=np.float32))

    def _attack_chances(self) -> np.ndarray:
        """Every pattern alike."""
        share = client_chances(self.recording.owner[self.attack])
        for number in range(len(PATTERNS)):
            mine = self.numbers[self.attack] == number
            if mine.any():
                share[mine] /= share[mine].sum()
        return share / share.sum()

    def batch(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Steps, mask, attack or not, pattern (-1: none)."""
        recipe, random = self.recipe, self.random
        attacks = int(recipe.batch * recipe.attack_share)
        mixed = int((recipe.batch - attacks) * recipe.mixed_share) if self.mixed.possible else 0
        benign = random.choice(self.benign, recipe.batch - attacks - mixed, p=self.benign_chance)
        if recipe.hard:
            self.hard.replace(benign)
        rows = np.concatenate([benign, random.choice(self.attack, attacks, p=self.attack_chance)])
        steps, mask = gather(self.recording, self.windows, rows)
        labels = self.labels[rows].astype(np.float32)
        patterns = np.where(labels == 1, self.numbers[rows], -1)
        self._shorten(steps, mask, labels)
        labels, patterns = self.cases.apply(steps, mask, labels, patterns)
        if mixed:
            steps, mask, labels, patterns = self._with_mixed(mixed, steps, mask, labels, patterns)
        vary_sizes(steps, random)
        if recipe.wide_sizes:
            stalled = np.flatnonzero(patterns == SLOW)
            varied = steps[stalled]
            vary_sizes(varied, random, width=2)
            steps[stalled] = varied
        self._vary_responses(steps)
        hidden = random.random(len(steps)) < recipe.without_flow
        # Without the flow nothing is left of a stalled connection to see.
        hidden &= patterns != SLOW
        steps[hidden] = without_flow(steps[hidden])
        return torch.tensor(steps), torch.tensor(mask), torch.tensor(labels), torch.tensor(patterns)

    def _with_mixed(self, count: int, *drawn: np.ndarray) -> list[np.ndarray]:
        if self.batches % MIXED_EVERY == 0:
            self.pool = self.mixed.pool(MIXED_CASES)
        self.batches += 1
        steps, mask = self.pool
        rows = self.random.integers(0, len(steps), count)
        added = (steps[rows], mask[rows], np.zeros(count, dtype=np.float32), np.full(count, -1))
        return [np.concatenate(pair) for pair in zip(drawn, added, strict=True)]

    def _vary_responses(self, steps: np.ndarray) -> None:
        """Other pages, and servers that take their time: the lab's answer within a millisecond or two."""
        shape = (len(steps), 1)
        steps[:, :, RESPONSE_BYTES] *= np.exp(self.random.uniform(np.log(0.3), np.log(3), shape))
        if self.recipe.slow_servers:
            added = np.exp(self.random.uniform(np.log(0.2), np.log(200), shape)) * (self.random.random(shape) < 0.5)
            jitter = self.random.uniform(0.7, 1.5, steps.shape[:2])
            answered = steps[:, :, RESPONSE_BYTES] > 0
            steps[:, :, RESPONSE_MS] += answered * added * jitter

    def _shorten(self, steps: np.ndarray, mask: np.ndarray, labels: np.ndarray) -> None:
        for row in np.flatnonzero(self.random.random(len(steps)) < self.recipe.shortened):
            least = 1 if labels[row] == 0 else SHORTEST_ATTACK
            keep = int(self.random.integers(least, LENGTH + 1))
            steps[row, : LENGTH - keep] = 0
            mask[row, : LENGTH - keep] = 0
