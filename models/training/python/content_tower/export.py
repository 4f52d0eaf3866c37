"""Calibrates a fitted tower on the validation split, writes its graph and manifest, measures it on the test split.

`python3 -m content_tower.export --data .work/extracted --weights .work/content.pt --out ../content/1.0.0`
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from release.calibration import platt, threshold_at
from release.manifest import describe_graph, write_manifest

from . import data as reading
from . import figures
from .fit import history_of
from .network import BOUNDARY, CATEGORIES, NAME, PAD, PLACES, SALIENCE_STRIDE, SALIENCE_WIDTH, STRIDE, TEXT, WINDOW, ReleasedTower, load
from .scoring import NOTHING_TO_SCORE

SCHEMA = "content/2"
HIGH, CRITICAL = 0.6, 0.8
"""Where the levels begin: HIGH is investigated, CRITICAL is rejected in block mode."""
HIGH_FALSE_POSITIVES = 0.0005
"""Share at HIGH of the benign API requests of the validation split, and of them and its benign texts together: a person looks at these.
The services of one split are few; texts are what another service's users may send."""
CRITICAL_FALSE_POSITIVES = 0.0002
"""The same at CRITICAL: these are rejected."""
CERTAIN_FALSE_POSITIVES = 0.0001
OPSET = 13


def calibrate(val: figures.Scored) -> tuple[float, float, float]:
    """Slope and offset of the score, and the share of attacks in traffic for which it is a probability.

    HIGH must lie where false alarms are as rare as they should be. A probability depends on how common attacks are; the share
    is the one for which Platt scaling puts 0.6 just there. The slope is flatter where CRITICAL asks for it.
    """
    seen = val.api.logits[val.api.logits > NOTHING_TO_SCORE]  # plain requests never reach the model
    attack = val.exploits.logits[val.exploits.logits > NOTHING_TO_SCORE]
    logits = np.concatenate([seen, attack]).astype(np.float64)
    labels = np.concatenate([np.zeros(len(seen)), np.ones(len(attack))])
    high, critical = (rarely_reached(val, share) for share in (HIGH_FALSE_POSITIVES, CRITICAL_FALSE_POSITIVES))

    def scaling(prior: float) -> tuple[float, float]:
        weights = np.where(labels == 1, prior / len(attack), (1 - prior) / len(seen)) * len(logits)
        return platt(logits, labels, weights)

    rarest, commonest = log_odds(1e-6), log_odds(0.9)
    for _ in range(40):
        prior = (rarest + commonest) / 2
        slope, offset = scaling(probability(prior))
        if slope * high + offset > log_odds(HIGH):
            commonest = prior
        else:
            rarest = prior
    slope, _ = scaling(probability(prior))
    if critical > high:
        slope = min(slope, (log_odds(CRITICAL) - log_odds(HIGH)) / (critical - high))
    return slope, log_odds(HIGH) - slope * high, probability(prior)


def probability(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))


def rarely_reached(val: figures.Scored, share: float) -> float:
    """A logit that at most `share` of the benign requests reach, and of requests and texts together."""
    together = np.concatenate([val.api.logits, val.texts.logits])
    # Above the value that it was read off, also after rounding.
    return max(threshold_at(val.api.logits, share), threshold_at(together, share)) + 1e-3


def log_odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def write_graph(released: ReleasedTower, path: Path) -> None:
    tokens = torch.full((3, 64), PAD, dtype=torch.int32)
    tokens[:, :40] = torch.randint(0, 256, (3, 40), dtype=torch.int32)
    tokens[:, 8] = BOUNDARY
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
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    data = reading.read(options.data)
    tower = load(options.weights)
    val = figures.score(tower, data, "val")
    slope, offset, prior = calibrate(val)
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
            "window": {"length": WINDOW, "text": TEXT, "name": NAME, "stride": STRIDE, "pad": PAD, "boundary": BOUNDARY},
            "salience": {"stride": SALIENCE_STRIDE, "width": SALIENCE_WIDTH},
            "categories": CATEGORIES,
            "places": PLACES,
            "thresholds": {"high": HIGH, "critical": CRITICAL, "certain": certain},
            "thresholdsFrom": {
                "high": f"{HIGH_FALSE_POSITIVES:.2%} of {len(val.api.logits)} validation API requests, and of them and {len(val.texts.logits)} texts together",
                "critical": f"{CRITICAL_FALSE_POSITIVES:.2%} of the same, or where the slope puts it if that is higher",
                "certain": f"{CERTAIN_FALSE_POSITIVES:.2%} of {len(benign_val)} validation requests and texts",
            },
            "calibration": {"method": "Platt, at the share of attacks for which HIGH is 0.6", "a": slope, "b": offset, "attackShare": prior, "inGraph": True},
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
        "withPlainUrls": figures.reached(part.shown_exploits, threshold),
        "asLabelled": figures.reached(part.labelled_exploits, threshold),
        "benignApi": figures.reached(part.api, threshold),
        "benignTexts": figures.reached(part.texts, threshold),
    }


if __name__ == "__main__":
    main()
