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


def windows_of(recording: Recording) -> Windows:
    steps = recording.steps
    previous = np.full((len(steps), LENGTH - 1), -1, dtype=np.int64)
    completed = np.zeros(len(steps), dtype=np.int64)
    order = np.argsort(recording.owner, kind="stable")
    starts = np.flatnonzero(np.diff(recording.owner[order], prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        mine = order[start:end]
        done, at, ordinal = steps["done"][mine], steps["at"][mine], steps["ordinal"][mine].astype(np.int64)
        # Stretches of a flood are left out of a recording: a window never reaches over such a gap.
        run_start = np.maximum.accumulate(np.where(np.diff(ordinal, prepend=ordinal[0] - 1) == 1, 0, np.arange(len(mine))))
        known = np.minimum(np.searchsorted(done, at, side="right"), np.arange(len(mine)))
        for position in range(len(mine)):
            last = known[position]
            if last == 0:
                continue
            completed[mine[position]] = ordinal[last - 1] + 1
            first = max(last - (LENGTH - 1), run_start[last - 1])
            previous[mine[position], LENGTH - 1 - (last - first) :] = mine[first:last]
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
