"""The CICIDS2017 benchmark: the flow tower's network fitted and measured on those rows, for comparison with the literature only."""

import csv
import gzip
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from lab_data.records import FLOW_WIDTH
from release.intervals import rate

from .cicids_columns import COLUMNS
from .flow_tower import FlowTower, ReleasedFlowTower
from .scaling import fit_scaling

WEB_ATTACKS = ("DoS", "DDoS", "Web Attack")
TRAINED_SHARE = 0.7
"""Of each label, by time: the first part is trained on, the rest measured."""
STEPS, BATCH = 2500, 256


def http_rows(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, attack or not, in training or not, of the rows to port 80."""
    by_label: dict[str, list[tuple[str, list[float]]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            label = row["label"]
            if float(row["Destination Port"] or 0) != 80 or (label != "BENIGN" and not label.startswith(WEB_ATTACKS)):
                continue
            values = [float(row.get(name) or 0) for name in COLUMNS]
            by_label.setdefault(label, []).append((row["timestamp"], values))
    features, attack, trained = [], [], []
    for label, rows in by_label.items():
        rows.sort(key=lambda row: row[0])
        for index, (_, values) in enumerate(rows):
            features.append(values)
            attack.append(label != "BENIGN")
            trained.append(index < TRAINED_SHARE * len(rows))
    return np.array(features, dtype=np.float32), np.array(attack), np.array(trained)


def fit(values: np.ndarray, attack: np.ndarray, mask: torch.Tensor, seed: int) -> FlowTower:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    tower = FlowTower(fit_scaling(values, np.ones(len(values))))
    optimiser = torch.optim.AdamW(tower.parameters(), lr=1e-3, weight_decay=1e-3)
    inputs = tower.unusual(torch.tensor(values), mask).detach()
    sides = [np.flatnonzero(attack == side) for side in (False, True)]
    tower.train()
    for _ in range(STEPS):
        picked = np.concatenate([random.choice(side, BATCH // 2) for side in sides])
        loss = F.binary_cross_entropy_with_logits(tower.logits(inputs[picked]), torch.tensor(attack[picked], dtype=torch.float32))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return tower.eval()


def figures(flagged: np.ndarray, attack: np.ndarray) -> dict:
    hits, alarms = int((flagged & attack).sum()), int((flagged & ~attack).sum())
    precision = hits / max(1, hits + alarms)
    recall = hits / max(1, int(attack.sum()))
    return {
        "accuracy": round(float((flagged == attack).mean()), 4),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 4),
        "recall": rate(hits, int(attack.sum())),
        "falsePositives": rate(alarms, int((~attack).sum())),
    }


def benchmark(path: Path, seen: np.ndarray, seed: int, released: ReleasedFlowTower) -> dict:
    values, attack, trained = http_rows(path)
    mask = torch.tensor(seen)
    tower = fit(values[trained], attack[trained], mask, seed)
    held = torch.tensor(values[~trained])
    with torch.no_grad():
        flagged = (tower.logits(tower.unusual(held, mask)) > 0).numpy()
        ours = (released(held, mask.repeat(len(held), 1))[0] > 0.5).numpy()
    return {**figures(flagged, attack[~trained]), "released": figures(ours, attack[~trained])}
