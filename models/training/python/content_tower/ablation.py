"""Scores saved weights on the same validation split, for the table of what helped.

`python3 -m content_tower.ablation --data .work/extracted --out ablation.json "with names, 4,000 steps=a.pt" …`
"""

import argparse
import dataclasses
import json
from pathlib import Path

import torch

from . import data as reading
from . import figures
from .network import load


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--unnamed", action="append", default=[], help="variants that were fitted without names: scored without them")
    arguments.add_argument("variants", nargs="+", metavar="what=weights")
    options = arguments.parse_args()
    torch.set_num_threads(1)
    data = reading.read(options.data)
    unnamed = dataclasses.replace(data, names=[b""] * len(data.names))
    rows = []
    for variant in options.variants:
        what, _, weights = variant.rpartition("=")
        val = figures.score(load(Path(weights)), unnamed if what in options.unnamed else data, "val")
        rows.append({"what": what, "curve": {share: point["rate"] for share, point in figures.curve(val.exploits, val.api).items()}})
        print(rows[-1], flush=True)
    options.out.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
