"""The sequence that the model read at each decision: the client's steps that had ended, then the step itself."""

from dataclasses import dataclass

import numpy as np

from lab_data.records import FLOW_WIDTH, STEP_WIDTH, Recording

from .bilstm import LENGTH


@dataclass
class Windows:
    """Window i ends with step i of the recording."""

    previous: np.ndarray
    """`[N, 15]` numbers of completed steps, oldest first; -1 where there is none."""
    completed: np.ndarray
    """Steps of the client that had ended before; more than 15 for long sequences."""


def steps_by_client(owner: np.ndarray) -> list[np.ndarray]:
    """Numbers of each client's steps, in the order of the recording; clients without steps are left out."""
    order = np.argsort(owner, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(owner[order])) + 1)


def windows_of(recording: Recording, requests_only: bool = False) -> Windows:
    """With `requests_only`, stalled connections are no steps: behind a proxy there are none, because nobody meters them."""
    steps = recording.steps
    previous = np.full((len(steps), LENGTH - 1), -1, dtype=np.int64)
    completed = np.zeros(len(steps), dtype=np.int64)
    for whole in steps_by_client(recording.owner):
        ordinal = steps["ordinal"][whole].astype(np.int64)
        # Stretches of a flood are left out of a recording: a window never reaches over such a gap.
        run = np.cumsum(np.diff(ordinal, prepend=ordinal[0] - 1) != 1)
        if requests_only:
            use = steps["subject"][whole] == 0
            whole, run, ordinal = whole[use], run[use], ordinal[use]
        done, at = steps["done"][whole], steps["at"][whole]
        run_start = np.searchsorted(run, run, side="left")
        known = np.minimum(np.searchsorted(done, at, side="right"), np.arange(len(whole)))
        for position in np.flatnonzero(known > 0):
            last = known[position]
            completed[whole[position]] = ordinal[last - 1] + 1
            first = max(last - (LENGTH - 1), run_start[last - 1])
            previous[whole[position], LENGTH - 1 - (last - first) :] = whole[first:last]
    return Windows(previous, completed)


def gather(recording: Recording, windows: Windows, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`[N, 16, 64]` steps and `[N, 16]` mask of the windows that end with `rows`."""
    previous = windows.previous[rows]
    real = previous >= 0
    steps = np.zeros((len(rows), LENGTH, STEP_WIDTH), dtype=np.float32)
    steps[:, :-1][real] = recording.steps["after"][previous[real]]
    steps[:, -1] = recording.steps["before"][rows]
    mask = np.ones((len(rows), LENGTH), dtype=np.float32)
    mask[:, :-1] = real
    return steps, mask


def without_flow(steps: np.ndarray) -> np.ndarray:
    """As a server behind a proxy sees them."""
    hidden = steps.copy()
    hidden[:, :, :FLOW_WIDTH] = 0
    return hidden
