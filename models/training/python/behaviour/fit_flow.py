"""Fits, calibrates and releases the flow tower.

`python3 -m behaviour.fit_flow --data ../../../.work/lab --out ../../flow/1.0.0`
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from lab_data.records import FLOW_WIDTH, UNSEEN_FEATURES, Recording, read

from .cicids import benchmark
from .figures import flow_metrics
from .flow_tower import FlowTower, ReleasedFlowTower
from .labels import flow_labels
from .operating_points import operating_points
from .release_model import release
from .scaling import fit_scaling, vary_sizes

SCHEMA = "cicids2017-52/1"
STEPS, BATCH = 2000, 384
ATTACK_SHARE = 0.3
NOISE = 0.1
LEAST_CERTAIN = 0.99
"""A tight loop over one connection comes near a flood; slow requests lie far above."""
SMOOTHING = 0.01
"""Labels of 0.01 and 0.99: what is plain need not be ever plainer, so that scores keep their order at the far end."""
"""Of a batch: between what the lab holds and what a server meets."""


def seen_mask() -> np.ndarray:
    mask = np.ones(FLOW_WIDTH, dtype=np.float32)
    mask[UNSEEN_FEATURES] = 0
    return mask


class FlowRows:
    """Every row that was or would be scored: at the decision, at completion, at each stall."""

    def __init__(self, recording: Recording) -> None:
        metered = recording.steps["flow"] == 1
        request = recording.steps["subject"] == 0
        parts = [("before", metered), ("after", metered & request)]
        self.values = np.concatenate([recording.steps[name][use][:, :FLOW_WIDTH] for name, use in parts])
        self.labels = np.concatenate([flow_labels(recording, recording.steps[name])[use] for name, use in parts])
        self.owner = np.concatenate([recording.owner[use] for _, use in parts])
        self.split = recording.split[self.owner]
        self.stalled = np.concatenate([(recording.steps["subject"] == 1)[use] for _, use in parts])
        self.stalled &= self.labels == 0


STALLED_WEIGHT = 8.0
"""Honest connections that stall are few, and the only ones that are hard to tell from slow attacks."""


def row_weights(rows: FlowRows, part: np.ndarray) -> np.ndarray:
    """Long clients count more than short ones, but not in proportion."""
    _, inverse, counts = np.unique(rows.owner[part], return_inverse=True, return_counts=True)
    return np.where(rows.stalled[part], STALLED_WEIGHT, 1.0) / np.sqrt(counts[inverse])


def fit(rows: FlowRows, seed: int, steps_in_all: int) -> FlowTower:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    train = rows.split == "train"
    benign = np.flatnonzero(train & (rows.labels == 0))
    attack = np.flatnonzero(train & (rows.labels == 1))
    print(f"flow: {len(benign)} benign and {len(attack)} attack rows to train on")
    shares = {name: row_weights(rows, part) for name, part in (("benign", benign), ("attack", attack))}
    chances = {name: share / share.sum() for name, share in shares.items()}
    tower = FlowTower(fit_scaling(rows.values[benign], shares["benign"]))
    mask = torch.tensor(seen_mask())
    optimiser = torch.optim.AdamW(tower.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps_in_all)
    with torch.no_grad():
        inputs = tower.unusual(torch.tensor(rows.values), mask)
    started = time.time()
    hard = np.zeros(0, dtype=np.int64)
    attack_count = int(BATCH * ATTACK_SHARE)
    for step in range(steps_in_all):
        if step % 900 == 600:
            # The tail decides: the benign rows that score highest are shown more often.
            hard = benign[np.argsort(-score_logits(tower, inputs[benign]))[: max(200, len(benign) // 50)]]
        chosen = random.choice(benign, BATCH - attack_count, p=chances["benign"])
        if len(hard):
            chosen[: len(chosen) // 4] = random.choice(hard, len(chosen) // 4)
        picked = np.concatenate([chosen, random.choice(attack, attack_count, p=chances["attack"])])
        tower.train()
        # Noise of a tenth of a deviation, so that no threshold hangs on the last digit of a clock.
        varied = rows.values[picked]
        vary_sizes(varied, random)
        with torch.no_grad():
            batch = tower.unusual(torch.tensor(varied), mask)
        batch = batch + NOISE * torch.randn(len(picked), FLOW_WIDTH) * mask
        wanted = torch.tensor(np.where(rows.labels[picked] == 1, 1 - SMOOTHING, SMOOTHING), dtype=torch.float32)
        loss = F.binary_cross_entropy_with_logits(tower.logits(batch), wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 0:
            print(f"flow: step {step} of {steps_in_all}, loss {loss.item():.4f}, {time.time() - started:.0f} s", flush=True)
    return tower.eval()


@torch.no_grad()
def score_logits(tower: FlowTower, inputs: torch.Tensor) -> np.ndarray:
    tower.eval()
    return np.concatenate([tower.logits(part).numpy() for part in torch.split(inputs, 8192)])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, nargs="+", required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--reports", type=Path)
    arguments.add_argument("--benchmark", type=Path, help="CICIDS2017 rows, for a comparison only")
    arguments.add_argument("--steps", type=int, default=STEPS)
    arguments.add_argument("--seed", type=int, default=20_26)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    recording = read(options.data)
    rows = FlowRows(recording)
    tower = fit(rows, options.seed, options.steps)
    mask = torch.tensor(seen_mask())
    with torch.no_grad():
        logits = score_logits(tower, tower.unusual(torch.tensor(rows.values), mask))
    held = rows.split == "val"
    points = operating_points(logits[held & (rows.labels == 0)], logits[held & (rows.labels == 1)], "benign validation rows", LEAST_CERTAIN)
    released = ReleasedFlowTower(tower, points.slope, points.offset)
    metrics = flow_metrics(recording, rows, points, logits)
    if options.benchmark is not None:
        metrics["cicids2017"] = benchmark(options.benchmark, seen_mask(), options.seed, released)
    release(
        role="flow",
        schema=SCHEMA,
        directory=options.out,
        reports=options.reports,
        released=released,
        samples=flow_samples(rows),
        outputs=["score", "unusual"],
        points=points,
        metrics=metrics,
        recording=recording,
        seed=options.seed,
    )


def flow_samples(rows: FlowRows) -> dict[str, torch.Tensor]:
    """Golden rows: benign and attack ones of the test split, and an empty one."""
    test = rows.split == "test"
    picked = [np.flatnonzero(test & (rows.labels == label)) for label in (0, 1)]
    spread = np.concatenate([part[np.linspace(0, len(part) - 1, 12).astype(int)] for part in picked if len(part)])
    values = np.concatenate([rows.values[spread], np.zeros((1, FLOW_WIDTH), dtype=np.float32)])
    return {"features": torch.tensor(values), "mask": torch.tensor(seen_mask()).repeat(len(values), 1)}


if __name__ == "__main__":
    main()
