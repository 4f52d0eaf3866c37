"""Fits, calibrates and releases the flow tower.

`python3 -m behaviour.fit_flow --data ../.work/lab --out ../../flow/1.0.0`
"""

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from lab_data.records import FLOW_WIDTH, Recording, read

from .cicids import benchmark
from .curves import reliability
from .figures import flow_metrics
from .fitting import HardRows, Progress, client_chances, fit_parser
from .flow_tower import FlowTower, ReleasedFlowTower, seen_mask
from .labels import flow_labels
from .operating_points import ATTACK_PRIOR, Certainty, operating_points
from .release_model import release
from .scaling import fit_scaling, vary_sizes

SCHEMA = "cicids2017-52/1"
STEPS, BATCH = 2000, 384
ATTACK_SHARE = 0.3
NOISE = 0.1
CERTAINTY = Certainty(anchor=0.7, least=0.7)
"""Slow requests lie far above honest ones: what is certain may ask for as much."""
SMOOTHING = 0.01
"""Labels of 0.01 and 0.99: what is plain need not be ever plainer, so that scores keep their order at the far end."""
STALLED_WEIGHT = 8.0
"""Honest connections that stall are few, and the only ones that are hard to tell from slow attacks."""
MINE_FIRST, MINE_EVERY = 600, 900
"""Steps after which, and between which, the hardest benign rows are looked for."""


class FlowRows:
    """Every row that was or would be scored: at the decision, at completion, at each stall."""

    def __init__(self, recording: Recording) -> None:
        metered = recording.steps["flow"] == 1
        request = recording.steps["subject"] == 0
        parts = [("before", metered), ("after", metered & request)]
        self.values = np.concatenate([recording.steps[name][use][:, :FLOW_WIDTH] for name, use in parts])
        self.labels = np.concatenate([flow_labels(recording, recording.steps[name])[use] for name, use in parts])
        self.step = np.concatenate([np.flatnonzero(use) for _, use in parts])
        self.owner = recording.owner[self.step]
        self.split = recording.split[self.owner]
        self.stalled = np.concatenate([(recording.steps["subject"] == 1)[use] for _, use in parts])
        self.stalled &= self.labels == 0


def fit(rows: FlowRows, seed: int, steps_in_all: int) -> FlowTower:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    train = rows.split == "train"
    benign = np.flatnonzero(train & (rows.labels == 0))
    attack = np.flatnonzero(train & (rows.labels == 1))
    print(f"flow: {len(benign)} benign and {len(attack)} attack rows to train on")
    benign_chance = client_chances(rows.owner[benign], np.where(rows.stalled[benign], STALLED_WEIGHT, 1.0))
    attack_chance = client_chances(rows.owner[attack])
    tower = FlowTower(fit_scaling(rows.values[benign], benign_chance))
    mask = torch.tensor(seen_mask())
    optimiser = torch.optim.AdamW(tower.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps_in_all)
    with torch.no_grad():
        inputs = tower.unusual(torch.tensor(rows.values), mask)
    progress, hard = Progress("flow", steps_in_all, every=500), HardRows(random)
    attack_count = int(BATCH * ATTACK_SHARE)
    for step in range(steps_in_all):
        if step % MINE_EVERY == MINE_FIRST:
            hard.mine(benign, score_logits(tower, inputs[benign]), rows.owner[benign])
        chosen = random.choice(benign, BATCH - attack_count, p=benign_chance)
        hard.replace(chosen)
        picked = np.concatenate([chosen, random.choice(attack, attack_count, p=attack_chance)])
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
        progress.tell(step, loss.item())
    return tower.eval()


@torch.no_grad()
def score_logits(tower: FlowTower, inputs: torch.Tensor) -> np.ndarray:
    tower.eval()
    return np.concatenate([tower.logits(part).numpy() for part in torch.split(inputs, 8192)])


def main() -> None:
    parser = fit_parser(__doc__ or "", STEPS)
    parser.add_argument("--benchmark", type=Path, help="CICIDS2017 rows, for a comparison only")
    options = parser.parse_args()
    torch.set_num_threads(1)
    recording = read(options.data)
    rows = FlowRows(recording)
    tower = fit(rows, options.seed, options.steps)
    mask = torch.tensor(seen_mask())
    with torch.no_grad():
        logits = score_logits(tower, tower.unusual(torch.tensor(rows.values), mask))
    held = rows.split == "val"
    benign, attack = held & (rows.labels == 0), held & (rows.labels == 1)
    points = operating_points(logits[benign], rows.owner[benign], logits[attack], "benign validation rows", CERTAINTY)
    released = ReleasedFlowTower(tower, points.slope, points.offset)
    metrics = flow_metrics(recording, rows, points, logits)
    test = (rows.split == "test") & (rows.labels >= 0)
    curve = (points.scores(logits[test]), rows.labels[test])
    metrics["reliability"] = reliability(*curve, ATTACK_PRIOR)
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
        curve=curve,
        recording=recording,
        seed=options.seed,
        notes=options.note,
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
