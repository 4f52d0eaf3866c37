"""Fits the BiLSTM in several ways and compares them on the validation split, which also calibrates them.

`python3 -m behaviour.ablate --data ../.work/lab --members ../.. --out ../.work/ablation.json`
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import torch

from lab_data.records import read

from .bilstm import ReleasedBiLstm
from .fit_sequence import calibrate, fit
from .fitting import SEED
from .labels import sequence_labels
from .predicting import predict_all
from .product import Product
from .recipe import Recipe
from .sampler import Sampler
from .sequence_metrics import brief, client_metrics
from .windows import windows_of

USUAL = Recipe()
VARIANTS: dict[str, Recipe] = {
    "as released": USUAL,
    "without hard rows": replace(USUAL, hard=False),
    "without mixed windows": replace(USUAL, mixed_share=0),
    "twice as many mixed windows": replace(USUAL, mixed_share=0.12),
    "flow never masked": replace(USUAL, without_flow=0),
    "flow masked in three of four": replace(USUAL, without_flow=0.75),
    "48 hidden units": replace(USUAL, hidden=48, dense=64),
    "dropout 0.3": replace(USUAL, dropout=0.3),
    "half of the windows shortened": replace(USUAL, shortened=0.5),
    "floods from 12 requests a second": replace(USUAL, flood_rate=12.0),
    "sizes of slow requests varied widely": replace(USUAL, wide_sizes=True),
    "responses made slower": replace(USUAL, slow_servers=True),
    "noise 0.1": replace(USUAL, noise=0.1),
    "a quarter of the steps": replace(USUAL, steps=USUAL.steps // 4),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--members", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", help="names of variants")
    parser.add_argument("--steps", type=int, help="fewer than usual, for all variants")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    torch.set_num_threads(1)
    recording = read(options.data)
    windows, requests = windows_of(recording), windows_of(recording, requests_only=True)
    table = json.loads(options.out.read_text()) if options.out.exists() else {}
    for name, recipe in VARIANTS.items():
        if options.only and name not in options.only:
            continue
        if options.steps:
            recipe = replace(recipe, steps=max(1, options.steps * recipe.steps // USUAL.steps))
        started = time.time()
        labels = sequence_labels(recording, windows.completed, recipe.flood_rate)
        network = fit(Sampler(recording, windows, labels, recipe, options.seed), recipe, options.seed)
        predicted = predict_all(network, recording, windows, requests, ["val"])
        points = calibrate(recording, labels, predicted)
        product = Product(ReleasedBiLstm(network, points.slope, points.offset), points.certain, options.members)
        line = brief(client_metrics(recording, windows, requests, product, "val"))
        table[name] = {**line, "seconds": round(time.time() - started)}
        options.out.write_text(json.dumps(table, indent=1))
        print(name, json.dumps(table[name]), flush=True)


if __name__ == "__main__":
    main()
