"""Which steps of an attacking client say so: its first ones are those of anybody, and are neither attack nor benign."""

import numpy as np

from lab_data.records import FLOW_WIDTH, PATTERNS, SIGNALS, Recording

UNLABELLED = -1

STEPS_BEFORE = {
    "brute-force": 5,
    "credential-stuffing": 5,
    "enumeration": 8,
    "scraping": 14,
    "flood": 14,
    "probing": 5,
    "slow-attack": 0,
}
"""Completed steps of the client after which its pattern can be seen."""
DURATION, BYTES_FORWARD, DATA_PACKETS = 1, 3, 44
SLOW_US = 9e6
"""A request that is this old and not finished is slow."""
BYTES_PER_SECOND = 12
BULK_BYTES, BULK_SLOW_US = 50_000, 30e6
"""A connection that carries so much may just be on a bad link: in a sequence it is called slow only much later."""
FLOOD_PACKETS, FLOOD_PER_SECOND = 10, 120.0
"""A connection that carries at least so many requests at such a rate can be told from a browser's."""
RATE = FLOW_WIDTH + SIGNALS.index("requestRate")
FLOOD_RATE, FLOOD_CONNECTIONS = 12.0, 10
"""A flood of few connections is anybody's loop until it has gone on for some hundred requests (the rate is a mean of 10 s)."""
RESPONSE_BYTES = FLOW_WIDTH + SIGNALS.index("responseBytes")
CONTENT = FLOW_WIDTH + SIGNALS.index("contentScore")
PAYLOAD = 0.8


def is_bulk(rows: np.ndarray) -> np.ndarray:
    """Whether the connection carried much, as a large download does, read slowly on purpose or not."""
    return rows[:, BYTES_PER_SECOND] * (rows[:, DURATION] / 1e6) >= BULK_BYTES


def is_slow(rows: np.ndarray) -> np.ndarray:
    """Whether an unfinished request is old enough to be held against an attacking client."""
    return rows[:, DURATION] >= np.where(is_bulk(rows), BULK_SLOW_US, SLOW_US)


def flow_labels(recording: Recording, rows: np.ndarray) -> np.ndarray:
    """1 attack, 0 benign, -1 not used. `rows` is `before` or `after` of the recording's steps.

    Only what a single connection can show is an attack here: slow requests and fast long connections.
    """
    pattern = recording.column("pattern")
    seconds = np.maximum(rows[:, DURATION] / 1e6, 1e-3)
    # A connection that never speaks is what browsers open in advance; how many there are is for the sequence to see.
    # A slow reader cannot be told from a bad link by these features: they do not say how much of a response was taken.
    slow = (pattern == "slow-attack") & is_slow(rows) & ~is_bulk(rows) & (rows[:, BYTES_FORWARD] > 0)
    flood = (pattern == "flood") & (rows[:, DATA_PACKETS] >= FLOOD_PACKETS) & (rows[:, DATA_PACKETS] / seconds >= FLOOD_PER_SECOND)
    labels = np.where(pattern == "", 0, UNLABELLED)
    return np.where(slow | flood, 1, labels)


def sequence_labels(recording: Recording, completed: np.ndarray) -> np.ndarray:
    """1 attack, 0 benign, -1 not used; `completed` counts the client's steps that had ended when the step was decided."""
    pattern = recording.column("pattern")
    steps = recording.steps
    labels = np.where(pattern == "", 0, UNLABELLED)
    for name, before in STEPS_BEFORE.items():
        labels[(pattern == name) & (completed >= before)] = 1
    narrow = recording.parameter("connections", 0) < FLOOD_CONNECTIONS
    labels[(pattern == "flood") & narrow & (steps["before"][:, RATE] < FLOOD_RATE)] = UNLABELLED
    # A slow attack shows where a connection stalls, not in the requests around it.
    slow_rows = (steps["subject"] == 1) & is_slow(steps["before"])
    labels[(pattern == "slow-attack") & ~slow_rows] = UNLABELLED
    labels[(pattern == "probing") & (steps["before"][:, CONTENT] >= PAYLOAD)] = 1
    # What the content tower alone gets wrong is not the sequence's to learn.
    labels[(pattern == "") & (steps["before"][:, CONTENT] >= PAYLOAD)] = UNLABELLED
    return labels


def pattern_numbers(recording: Recording) -> np.ndarray:
    """Index in PATTERNS of each step's client; -1 for benign ones."""
    numbers = {name: i for i, name in enumerate(PATTERNS)}
    return np.array([numbers.get(client["pattern"], -1) for client in recording.clients])[recording.owner]
