"""Writes the test split as the models read it, so that a gate can run any released graph over it.

`python3 -m behaviour.held_out --data ../.work/lab --out .work/held-out-behaviour`
"""

import argparse
import json
from pathlib import Path

import numpy as np

from lab_data.records import read

from .fit_flow import FlowRows
from .flow_tower import seen_mask
from .labels import sequence_labels
from .recipe import Recipe
from .windows import gather, windows_of

SESSION_ROWS = 60
"""Rows of one client that are kept, evenly over its session: enough to tell whether it is alerted."""


def kept(owner: np.ndarray, rows: np.ndarray) -> np.ndarray:
    order = rows[np.argsort(owner[rows], kind="stable")]
    sessions = np.split(order, np.flatnonzero(np.diff(owner[order])) + 1)
    return np.sort(np.concatenate([own[np.unique(np.linspace(0, len(own) - 1, SESSION_ROWS).astype(int))] for own in sessions]))


def write(out: Path, role: str, inputs: dict[str, np.ndarray], labels: np.ndarray, sessions: np.ndarray) -> None:
    """Little-endian float32 a file; `<role>.json` says their shapes, and each row's label and session."""
    for name, values in inputs.items():
        values.astype("<f4").tofile(out / f"{role}-{name}.bin")
    rows = {"inputs": {name: list(values.shape) for name, values in inputs.items()}, "labels": labels.tolist(), "sessions": sessions.tolist()}
    (out / f"{role}.json").write_text(json.dumps(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    recording = read(options.data)
    windows = windows_of(recording)
    labels = sequence_labels(recording, windows.completed, Recipe().flood_rate)
    rows = kept(recording.owner, np.flatnonzero((recording.step_split == "test") & (labels >= 0)))
    steps, mask = gather(recording, windows, rows)
    write(options.out, "sequence", {"steps": steps, "mask": mask}, labels[rows], recording.owner[rows])
    flow = FlowRows(recording)
    rows = kept(flow.owner, np.flatnonzero((flow.split == "test") & (flow.labels >= 0)))
    features = {"features": flow.values[rows], "mask": np.tile(seen_mask(), (len(rows), 1))}
    write(options.out, "flow", features, flow.labels[rows], flow.owner[rows])


if __name__ == "__main__":
    main()
