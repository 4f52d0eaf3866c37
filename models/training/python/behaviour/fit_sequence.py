"""Fits, calibrates and releases the BiLSTM.

`python3 -m behaviour.fit_sequence --data ../.work/lab --out ../../sequence/1.0.0`
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from lab_data.records import PATTERNS, STEP_WIDTH, Recording, read

from .bilstm import LENGTH, BiLstm, ReleasedBiLstm
from .fitting import Progress, fit_parser
from .labels import CONTENT, sequence_labels, step_patterns
from .operating_points import Certainty, OperatingPoints, operating_points
from .predicting import Predicted, predict, predict_all
from .product import Product
from .recipe import Recipe
from .release_model import release
from .sampler import Sampler
from .scaling import fit_scaling
from .sequence_metrics import sequence_metrics
from .windows import Windows, gather, windows_of, without_flow

SCHEMA = "sequence/1"
PATTERN_WEIGHT = 0.3
MINE_FIRST, MINE_EVERY, MINED = 500, 700, 30_000
"""Steps after which, and between which, the hardest of so many benign rows are looked for."""
CERTAINTY = Certainty(anchor=0.7, least=0.7)
"""Between HIGH and CRITICAL: what is certain raises an alert by itself, and is rejected only where it is plainer still."""


def fit(sampler: Sampler, recipe: Recipe, seed: int) -> BiLstm:
    torch.manual_seed(seed)
    recording, benign = sampler.recording, sampler.benign
    rows = recording.steps["after"][benign]
    network = BiLstm(fit_scaling(rows, sampler.benign_chance * (rows[:, 2] > 0) + 1e-9), recipe)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2.5e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.steps)
    print(f"sequence: {len(benign)} benign and {len(sampler.attack)} attack windows to train on")
    progress = Progress("sequence", recipe.steps, every=500)
    for step in range(recipe.steps):
        if recipe.hard and step % MINE_EVERY == MINE_FIRST:
            sample = sampler.random.choice(benign, min(len(benign), MINED), replace=False)
            logits, _ = predict(network, recording, sampler.windows, sample, flow=step // MINE_EVERY % 2 == 0)
            sampler.hard.mine(sample, logits, recording.owner[sample])
        network.train()
        steps, mask, labels, patterns = sampler.batch()
        with torch.no_grad():
            unusual = network.unusual(steps, mask)
            unusual = unusual + recipe.noise * torch.randn_like(unusual) * (unusual != 0)
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
        progress.tell(step, loss.item())
    return network.eval()


def calibrate(recording: Recording, labels: np.ndarray, predicted: Predicted) -> OperatingPoints:
    """On the validation split, with and without the flow: one pair of thresholds serves servers of both kinds."""
    held = recording.step_split == "val"
    proxied = held & (recording.steps["subject"] == 0)
    slow = step_patterns(recording) == "slow-attack"
    benign = [held & (labels == 0), proxied & (labels == 0)]
    attack = [held & (labels == 1), proxied & (labels == 1) & ~slow]
    logits = (predicted.seen, predicted.hidden)
    sessions = [recording.owner[benign[0]], recording.owner[benign[1]] + len(recording.clients)]
    return operating_points(
        np.concatenate([logit[use] for logit, use in zip(logits, benign, strict=True)]),
        np.concatenate(sessions),
        np.concatenate([logit[use] for logit, use in zip(logits, attack, strict=True)]),
        "benign validation rows (each with and without its flow)",
        CERTAINTY,
    )


def golden_samples(recording: Recording, windows: Windows, labels: np.ndarray) -> dict[str, torch.Tensor]:
    """Windows of each kind of client, of several lengths, half of them without flow; one of a high content score."""
    random = np.random.default_rng(7)
    test = recording.step_split == "test"
    pattern = step_patterns(recording)
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
    parser = fit_parser(__doc__ or "", Recipe().steps)
    parser.add_argument("--members", type=Path, help="models directory whose newest towers stand beside it in the figures; its own by default")
    parser.add_argument("--ablation", type=Path, help="what behaviour.ablate wrote, for the report")
    options = parser.parse_args()
    torch.set_num_threads(1)
    recipe = Recipe(steps=options.steps)
    recording = read(options.data)
    windows, requests = windows_of(recording), windows_of(recording, requests_only=True)
    labels = sequence_labels(recording, windows.completed, recipe.flood_rate)
    network = fit(Sampler(recording, windows, labels, recipe, options.seed), recipe, options.seed)
    predicted = predict_all(network, recording, windows, requests, ["val", "test"])
    points = calibrate(recording, labels, predicted)
    released = ReleasedBiLstm(network, points.slope, points.offset)
    product = Product(released, points.certain, options.members or options.out.resolve().parent.parent)
    metrics = sequence_metrics(recording, windows, requests, labels, predicted, points, product)
    if options.ablation is not None:
        metrics["ablation"] = json.loads(options.ablation.read_text())
    test = (recording.step_split == "test") & (labels >= 0)
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
        curve=(points.scores(predicted.seen[test]), labels[test]),
        recording=recording,
        seed=options.seed,
        notes=options.note,
    )


if __name__ == "__main__":
    main()
