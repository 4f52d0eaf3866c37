"""Fits, calibrates and releases the BiLSTM.

`python3 -m behaviour.fit_sequence --data ../../../.work/lab --out ../../sequence/1.0.0`
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from lab_data.records import PATTERNS, STEP_WIDTH, Recording, read

from .bilstm import LENGTH, BiLstm, ReleasedBiLstm
from .content_scores import ContentCases
from .figures import held_out, pattern_confusion, summary, within
from .labels import CONTENT, RESPONSE_BYTES, pattern_numbers, sequence_labels
from .operating_points import HIGH, OperatingPoints, operating_points
from .release_model import release
from .scaling import fit_scaling, vary_sizes
from .windows import Windows, gather, windows_of, without_flow

SCHEMA = "sequence/1"
STEPS, BATCH = 3200, 208
ATTACK_SHARE = 0.35
PATTERN_WEIGHT = 0.3
WITHOUT_FLOW = 0.5
SHORTENED = 0.3
"""Windows of which the oldest steps are forgotten: as after an eviction, or on another instance."""
SHORTEST_ATTACK = 4
STALLED_WEIGHT = 6.0
"""Honest connections that stall are few, and hard to tell from slow attacks."""
NOISE = 0.05


class Sampler:
    """Draws the windows of each step, and varies them."""

    def __init__(self, recording: Recording, windows: Windows, labels: np.ndarray, seed: int) -> None:
        self.recording, self.windows, self.labels = recording, windows, labels
        self.random = np.random.default_rng(seed)
        self.cases = ContentCases(self.random)
        self.numbers = pattern_numbers(recording)
        train = recording.step_split == "train"
        self.benign = np.flatnonzero(train & (labels == 0))
        self.attack = np.flatnonzero(train & (labels == 1))
        self.benign_chance = self._chances(self.benign)
        self.attack_chance = self._attack_chances()
        self.hard = np.zeros(0, dtype=np.int64)

    def _chances(self, rows: np.ndarray) -> np.ndarray:
        """Long clients are shown more often than short ones, but not in proportion."""
        _, inverse, counts = np.unique(self.recording.owner[rows], return_inverse=True, return_counts=True)
        stalled = (self.recording.steps["subject"][rows] == 1) & (self.labels[rows] == 0)
        share = np.where(stalled, STALLED_WEIGHT, 1.0) / np.sqrt(counts[inverse])
        return share / share.sum()

    def _attack_chances(self) -> np.ndarray:
        """Every pattern alike."""
        share = self._chances(self.attack)
        for number in range(len(PATTERNS)):
            mine = self.numbers[self.attack] == number
            if mine.any():
                share[mine] /= share[mine].sum()
        return share / share.sum()

    def batch(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Steps, mask, attack or not, pattern (-1: none)."""
        attacks = int(BATCH * ATTACK_SHARE)
        benign = self.random.choice(self.benign, BATCH - attacks, p=self.benign_chance)
        if len(self.hard):
            benign[: len(benign) // 4] = self.random.choice(self.hard, len(benign) // 4)
        rows = np.concatenate([benign, self.random.choice(self.attack, attacks, p=self.attack_chance)])
        steps, mask = gather(self.recording, self.windows, rows)
        labels = self.labels[rows].astype(np.float32)
        patterns = np.where(labels == 1, self.numbers[rows], -1)
        self._shorten(steps, mask, labels)
        vary_sizes(steps, self.random)
        self._vary_response_bytes(steps)
        labels, patterns = self.cases.apply(steps, mask, labels, patterns)
        hidden = self.random.random(BATCH) < WITHOUT_FLOW
        # Without the flow nothing is left of a stalled connection to see.
        hidden &= patterns != PATTERNS.index("slow-attack")
        steps[hidden] = without_flow(steps[hidden])
        return torch.tensor(steps), torch.tensor(mask), torch.tensor(labels), torch.tensor(patterns)

    def _vary_response_bytes(self, steps: np.ndarray) -> None:
        steps[:, :, RESPONSE_BYTES] *= np.exp(self.random.uniform(np.log(0.3), np.log(3), (len(steps), 1)))

    def _shorten(self, steps: np.ndarray, mask: np.ndarray, labels: np.ndarray) -> None:
        for row in np.flatnonzero(self.random.random(len(steps)) < SHORTENED):
            least = 1 if labels[row] == 0 else SHORTEST_ATTACK
            keep = int(self.random.integers(least, LENGTH + 1))
            steps[row, : LENGTH - keep] = 0
            mask[row, : LENGTH - keep] = 0


def fit(sampler: Sampler, seed: int, steps_in_all: int) -> BiLstm:
    torch.manual_seed(seed)
    recording, benign = sampler.recording, sampler.benign
    rows = recording.steps["after"][benign]
    network = BiLstm(fit_scaling(rows, sampler.benign_chance * (rows[:, 2] > 0) + 1e-9))
    optimiser = torch.optim.AdamW(network.parameters(), lr=2.5e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps_in_all)
    print(f"sequence: {len(benign)} benign and {len(sampler.attack)} attack windows to train on")
    started = time.time()
    for step in range(steps_in_all):
        if step % 700 == 500:
            # The tail decides: the benign windows that score highest are shown more often.
            sample = sampler.random.choice(benign, min(len(benign), 30_000), replace=False)
            logits, _ = predict(network, recording, sampler.windows, sample)
            sampler.hard = sample[np.argsort(-logits)[: max(100, len(sample) // 50)]]
        network.train()
        steps, mask, labels, patterns = sampler.batch()
        with torch.no_grad():
            unusual = network.unusual(steps, mask)
            unusual = unusual + NOISE * torch.randn_like(unusual) * (unusual != 0)
        attack, pattern = network.logits(unusual, mask)
        loss = F.binary_cross_entropy_with_logits(attack, labels)
        named = patterns >= 0
        loss = loss + PATTERN_WEIGHT * F.cross_entropy(pattern[named], patterns[named])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        network.close_gate_on_padding()
        schedule.step()
        if step % 400 == 0:
            print(f"sequence: step {step} of {steps_in_all}, loss {loss.item():.4f}, {time.time() - started:.0f} s", flush=True)
    return network.eval()


@torch.no_grad()
def predict(network: BiLstm, recording: Recording, windows: Windows, rows: np.ndarray, flow: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Attack logits and pattern logits of windows."""
    network.eval()
    logits, patterns = np.zeros(len(rows)), np.zeros((len(rows), len(PATTERNS)))
    for start in range(0, len(rows), 4096):
        part = slice(start, start + 4096)
        steps, mask = gather(recording, windows, rows[part])
        steps_in, mask_in = torch.tensor(steps if flow else without_flow(steps)), torch.tensor(mask)
        attack, pattern = network.logits(network.unusual(steps_in, mask_in), mask_in)
        logits[part], patterns[part] = attack.numpy(), pattern.numpy()
    return logits, patterns


def metrics_of(recording: Recording, labels: np.ndarray, seen: np.ndarray, hidden: np.ndarray, patterns: np.ndarray, points: OperatingPoints) -> dict:
    scores = points.scores(seen)
    metrics = held_out(recording, recording.owner, labels, scores, points)
    metrics["within20"] = within(recording, scores, points.certain)
    test = (recording.step_split == "test") & (labels >= 0)
    slow = recording.column("pattern") == "slow-attack"
    use = test & ~slow
    without = points.scores(hidden[use])
    metrics["withoutFlow"] = {
        name: {"threshold": threshold, **summary(recording.owner[use], labels[use], without, threshold)}
        for name, threshold in (("high", HIGH), ("certain", points.certain))
    }
    metrics["confusion"] = pattern_confusion(recording, labels, patterns, pattern_numbers(recording))
    return metrics


def golden_samples(recording: Recording, windows: Windows, labels: np.ndarray) -> dict[str, torch.Tensor]:
    """Windows of each kind of client, of several lengths, half of them without flow; one of a high content score."""
    random = np.random.default_rng(7)
    test = recording.step_split == "test"
    pattern = recording.column("pattern")
    rows = []
    for name in ["", "", "", *PATTERNS]:
        use = np.flatnonzero(test & (pattern == name) & (labels >= 0))
        if len(use):
            rows += list(random.choice(use, 2))
    short = np.flatnonzero(test & (windows.completed < 6))
    rows += list(random.choice(short, 6))
    steps, mask = gather(recording, windows, np.array(rows))
    steps[1::2] = without_flow(steps[1::2])
    loud = steps[-1:].copy()
    loud[0, -1, CONTENT] = 0.97
    empty = np.zeros((1, LENGTH, STEP_WIDTH), dtype=np.float32)
    empty_mask = np.zeros((1, LENGTH), dtype=np.float32)
    empty_mask[0, -1] = 1
    return {
        "steps": torch.tensor(np.concatenate([steps, loud, empty])),
        "mask": torch.tensor(np.concatenate([mask, mask[-1:], empty_mask])),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, nargs="+", required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--reports", type=Path)
    arguments.add_argument("--steps", type=int, default=STEPS)
    arguments.add_argument("--seed", type=int, default=20_26)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    recording = read(options.data)
    windows = windows_of(recording)
    labels = sequence_labels(recording, windows.completed)
    sampler = Sampler(recording, windows, labels, options.seed)
    network = fit(sampler, options.seed, options.steps)

    everything = np.arange(len(labels))
    seen, patterns = predict(network, recording, windows, everything)
    hidden, _ = predict(network, recording, windows, everything, flow=False)
    held = recording.step_split == "val"
    slow = recording.column("pattern") == "slow-attack"
    # With and without the flow: one pair of thresholds serves servers of both kinds.
    benign = np.concatenate([seen[held & (labels == 0)], hidden[held & (labels == 0)]])
    attack = np.concatenate([seen[held & (labels == 1)], hidden[held & (labels == 1) & ~slow]])
    points = operating_points(benign, attack, "benign validation rows (each with and without its flow)")
    released = ReleasedBiLstm(network, points.slope, points.offset)
    metrics = metrics_of(recording, labels, seen, hidden, patterns, points)
    test_benign = np.flatnonzero((recording.step_split == "test") & (labels == 0))
    metrics["content"] = ContentCases(np.random.default_rng(3)).measure(recording, windows, test_benign, released, points)
    release(
        role="sequence",
        schema=SCHEMA,
        directory=options.out,
        reports=options.reports,
        released=released,
        samples=golden_samples(recording, windows, labels),
        outputs=["score", "patterns", "unusual"],
        points=points,
        metrics=metrics,
        recording=recording,
        seed=options.seed,
    )


if __name__ == "__main__":
    main()
