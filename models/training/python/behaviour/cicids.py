"""The CICIDS2017 benchmark: the flow tower's network fitted and measured on those rows, for comparison with the literature only."""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from release.intervals import rate

from .cicids_columns import COLUMNS
from .flow_tower import FlowTower, ReleasedFlowTower
from .scaling import fit_scaling

WEB_ATTACKS = ("DoS", "DDoS", "Web Attack")
WEB_PORTS = (80, 443)
"""The sample has few benign rows to port 80; those to 443 are HTTP too. The attacks all went to 80, and no port is shown to the network."""
TRAINED_SHARE = 0.7
"""Of each label, by time: the first part is trained on, the rest measured."""
STEPS, BATCH = 2500, 256


@dataclass
class HttpRows:
    features: np.ndarray
    attack: np.ndarray
    trained: np.ndarray
    plain: np.ndarray
    """Whether the row went to port 80."""


def http_rows(path: Path) -> HttpRows:
    """Web attacks, and benign rows to web ports; each label and port split by time."""
    groups: dict[tuple[str, int], list[tuple[str, list[float]]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            label, port = row["label"], int(float(row["Destination Port"] or 0))
            is_attack = label.startswith(WEB_ATTACKS) and port == WEB_PORTS[0]
            if is_attack or (label == "BENIGN" and port in WEB_PORTS):
                groups.setdefault((label, port), []).append((row["timestamp"], [float(row.get(name) or 0) for name in COLUMNS]))
    features, attack, trained, plain = [], [], [], []
    for (label, port), rows in groups.items():
        rows.sort(key=lambda row: row[0])
        for index, (_, values) in enumerate(rows):
            features.append(values)
            attack.append(label != "BENIGN")
            trained.append(index < TRAINED_SHARE * len(rows))
            plain.append(port == WEB_PORTS[0])
    return HttpRows(np.array(features, dtype=np.float32), np.array(attack), np.array(trained), np.array(plain))


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
    rows = http_rows(path)
    mask = torch.tensor(seen)
    tower = fit(rows.features[rows.trained], rows.attack[rows.trained], mask, seed)
    late = ~rows.trained
    held, attack = torch.tensor(rows.features[late]), rows.attack[late]
    with torch.no_grad():
        flagged = (tower.logits(tower.unusual(held, mask)) > 0).numpy()
        ours = (released(held, mask.repeat(len(held), 1))[0] > 0.5).numpy()
    plain = rows.plain[late] & ~attack
    return {
        **figures(flagged, attack),
        "falsePositivesPort80": rate(int(flagged[plain].sum()), int(plain.sum())),
        "released": figures(ours, attack),
    }
