"""Calibrates a fitted tower on the validation split, writes its graph and manifest, measures it on the test split.

`python3 -m content_tower.export --data .work/extracted --weights .work/content.pt --out ../content/1.0.0`
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from release.calibration import platt, threshold_at, threshold_over_groups
from release.manifest import describe_graph, write_manifest

from . import data as reading
from . import figures
from .fit import history_of
from .network import CATEGORIES, PAD, PLACES, SALIENCE_STRIDE, SALIENCE_WIDTH, WINDOW, WINDOW_STRIDE, ContentTower, ReleasedTower

SCHEMA = "content/1"
HIGH, CRITICAL = 0.6, 0.8
"""Where the levels begin: HIGH is investigated, CRITICAL is rejected in block mode."""
HIGH_FALSE_POSITIVES = 0.003
"""Share of the benign API requests of the validation split at HIGH, all services together: a person looks at these."""
CRITICAL_FALSE_POSITIVES, CONFIDENCE = 0.002, 0.9
"""Largest share at CRITICAL, in that share of the resamples of the validation services: these are rejected, so the next service counts."""
CERTAIN_FALSE_POSITIVES = 0.0001
OPSET = 13


def calibrate(val: figures.Scored, seed: int) -> tuple[float, float]:
    """Slope from Platt scaling with both classes weighing the same, flatter where CRITICAL asks for it; offset so that HIGH lies where it should."""
    benign, attack = val.api.logits, val.exploits.logits
    seen = benign > -20  # requests of which every value is plain never reach the model
    logits = np.concatenate([benign[seen], attack]).astype(np.float64)
    labels = np.concatenate([np.zeros(int(seen.sum())), np.ones(len(attack))])
    weights = np.concatenate([np.full(int(seen.sum()), 0.5 / seen.sum()), np.full(len(attack), 0.5 / len(attack))]) * len(logits)
    slope, _ = platt(logits, labels, weights)
    services = np.array([val.data.meta[record]["key"] for record in val.api.records])
    high = threshold_at(benign, HIGH_FALSE_POSITIVES)
    critical = threshold_over_groups(benign, services, CRITICAL_FALSE_POSITIVES, CONFIDENCE, seed)
    if critical > high:
        slope = min(slope, (log_odds(CRITICAL) - log_odds(HIGH)) / (critical - high))
    return slope, log_odds(HIGH) - slope * high


def log_odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def write_graph(released: ReleasedTower, path: Path) -> None:
    tokens = torch.full((3, 64), PAD, dtype=torch.int32)
    tokens[:, :40] = torch.randint(0, 256, (3, 40), dtype=torch.int32)
    dynamic = {"bytes": {0: "windows", 1: "length"}, "place": {0: "windows"}, "score": {0: "windows"}, "categories": {0: "windows"}}
    torch.onnx.export(
        released.eval(),
        (tokens, torch.tensor([1, 2, 3], dtype=torch.int32)),
        str(path),
        input_names=["bytes", "place"],
        output_names=["score", "categories", "salience"],
        dynamic_axes={**dynamic, "salience": {0: "windows", 1: "stretches"}},
        opset_version=OPSET,
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--weights", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--seed", type=int, default=20_26)
    arguments.add_argument("--note", action="append", default=[], help="what a reader of the figures must know; goes into the manifest and the report")
    options = arguments.parse_args()
    torch.set_num_threads(2)
    options.out.mkdir(parents=True, exist_ok=True)
    data = reading.read(options.data)
    tower = ContentTower()
    tower.load_state_dict(torch.load(options.weights))
    val = figures.score(tower, data, "val")
    slope, offset = calibrate(val, options.seed)
    write_graph(ReleasedTower(tower, slope, offset), options.out / "model.onnx")

    benign_val = np.concatenate([val.api.logits, val.texts.logits])
    certain_logit = threshold_at(benign_val, CERTAIN_FALSE_POSITIVES)
    certain = float(np.ceil(1e5 / (1 + np.exp(-(slope * certain_logit + offset)))) / 1e5)
    at = {name: (log_odds(p) - offset) / slope for name, p in (("high", HIGH), ("critical", CRITICAL), ("certain", certain))}

    test = figures.score(tower, data, "test")
    write_manifest(
        options.out,
        {
            "name": "content",
            "version": options.out.name,
            "role": "content",
            "schema": SCHEMA,
            **describe_graph(options.out / "model.onnx"),
            "parameters": sum(p.numel() for p in tower.parameters()),
            "window": {"length": WINDOW, "stride": WINDOW_STRIDE, "pad": PAD},
            "salience": {"stride": SALIENCE_STRIDE, "width": SALIENCE_WIDTH},
            "categories": CATEGORIES,
            "places": PLACES,
            "thresholds": {"high": HIGH, "critical": CRITICAL, "certain": certain},
            "thresholdsFrom": {
                "high": f"{HIGH_FALSE_POSITIVES:.1%} of {len(val.api.logits)} validation API requests",
                "critical": f"at most {CRITICAL_FALSE_POSITIVES:.1%} of them in {CONFIDENCE:.0%} of resamples of their services",
                "certain": f"{CERTAIN_FALSE_POSITIVES:.2%} of {len(benign_val)} validation requests and texts",
            },
            "calibration": {"method": "logistic: Platt slope, offset at HIGH", "a": slope, "b": offset, "inGraph": True},
            "metrics": metrics(val, test, at),
            "data": json.loads((options.data / "data.json").read_text()),
            "training": json.loads(history_of(options.weights).read_text()),
            "seed": options.seed,
            "notes": options.note,
        },
    )
    for name, part in (("val", val), ("test", test)):
        print(name, {k: {n: m["rate"] for n, m in summary(part, t).items()} for k, t in at.items()})
        print(name, {k: m["rate"] for k, m in figures.curve(part.exploits, part.api).items()})


def metrics(val: figures.Scored, test: figures.Scored, at: dict[str, float]) -> dict:
    return {
        "split": "by service, vulnerability and list; see the training README",
        "val": {**{name: summary(val, t) for name, t in at.items()}, "curve": figures.curve(val.exploits, val.api)},
        "test": {
            **{name: summary(test, t) for name, t in at.items()},
            "curve": figures.curve(test.exploits, test.api),
            "byCategory": figures.by_category(test.exploits, at["high"]),
            "bySource": figures.by_source(test.exploits, at["high"]),
            "payloadsBySource": figures.by_source(test.of(test.attack & ~np.isin(test.source, list(figures.STRONG_REQUESTS))), at["high"]),
            "benignBySource": figures.by_source(test.of(~test.attack), at["high"]),
        },
    }


def summary(part: figures.Scored, threshold: float) -> dict:
    return {
        "exploits": figures.reached(part.exploits, threshold),
        "exploitsWithoutPlainUrls": figures.reached(part.telling_exploits, threshold),
        "benignApi": figures.reached(part.api, threshold),
        "benignTexts": figures.reached(part.texts, threshold),
    }


if __name__ == "__main__":
    main()
