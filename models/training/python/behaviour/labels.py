"""Which steps of an attacking client say so: its first ones are those of anybody, and are neither attack nor benign."""

import numpy as np

from lab_data.records import PATTERNS, Recording, signal

from .windows import steps_by_client

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
DURATION, BYTES_FORWARD = 1, 3
SLOW_US = 9e6
"""A request that is this old and not finished is slow."""
BYTES_PER_SECOND = 12
BULK_BYTES, BULK_SLOW_US = 50_000, 30e6
"""A connection that carries so much may just be on a bad link: in a sequence it is called slow only much later."""
RATE = signal("requestRate")
FLOOD_CONNECTIONS = 10
"""A flood of fewer connections is anybody's loop until it has gone on for a while (the rate is a mean of 10 s)."""
RESPONSE_BYTES, RESPONSE_MS = signal("responseBytes"), signal("responseMs")
CONTENT = signal("contentScore")
PAYLOAD = 0.8


def is_bulk(rows: np.ndarray) -> np.ndarray:
    """Whether the connection carried much, as a large download does, read slowly on purpose or not."""
    return rows[:, BYTES_PER_SECOND] * (rows[:, DURATION] / 1e6) >= BULK_BYTES


def is_slow(rows: np.ndarray) -> np.ndarray:
    """Whether an unfinished request is old enough to be held against an attacking client."""
    return rows[:, DURATION] >= np.where(is_bulk(rows), BULK_SLOW_US, SLOW_US)


def step_patterns(recording: Recording) -> np.ndarray:
    """The pattern that each step belongs to; `''` for benign ones, those of honest users behind an attacker's key among them."""
    return np.where(recording.attacker, recording.column("pattern"), "")


def flow_labels(recording: Recording, rows: np.ndarray) -> np.ndarray:
    """1 attack, 0 benign, -1 not used. `rows` is `before` or `after` of the recording's steps.

    Only what a single connection can show is an attack here: slow requests. A flood's connection carries requests at the pace of
    an honest loop, import or upload (of those recorded, the fastest are honest): it is for the sequence to see.
    """
    pattern = step_patterns(recording)
    # A connection that never speaks is what browsers open in advance; how many there are is for the sequence to see.
    # A slow reader cannot be told from a bad link by these features: they do not say how much of a response was taken.
    slow = (pattern == "slow-attack") & is_slow(rows) & ~is_bulk(rows) & (rows[:, BYTES_FORWARD] > 0)
    labels = np.where(recording.attacker, UNLABELLED, 0)
    return np.where(slow, 1, labels)


def attack_steps_before(recording: Recording, completed: np.ndarray) -> np.ndarray:
    """Steps of the attack that had ended when each step was decided: all of an attacker's, those of the same span of a mixed client's."""
    before = completed.copy()
    done, at = recording.steps["done"], recording.steps["at"]
    for mine in steps_by_client(recording.owner):
        client = recording.clients[int(recording.owner[mine[0]])]
        if client["label"] != "mixed":
            continue
        for begin, end in client["attackSpans"]:
            span = mine[(at[mine] >= begin) & (at[mine] <= end)]
            before[span] = np.searchsorted(done[span], at[span], side="right")
    return before


def sequence_labels(recording: Recording, completed: np.ndarray, flood_rate: float) -> np.ndarray:
    """1 attack, 0 benign, -1 not used; `completed` counts the client's steps that had ended when the step was decided."""
    pattern = step_patterns(recording)
    steps = recording.steps
    content = steps["before"][:, CONTENT]
    labels = np.where(recording.attacker, UNLABELLED, 0)
    known = attack_steps_before(recording, completed)
    for name, before in STEPS_BEFORE.items():
        labels[(pattern == name) & (known >= before)] = 1
    narrow = recording.parameter("connections", 0) < FLOOD_CONNECTIONS
    labels[(pattern == "flood") & narrow & (steps["before"][:, RATE] < flood_rate)] = UNLABELLED
    # A slow attack shows where a connection stalls, not in the requests around it.
    slow_rows = (steps["subject"] == 1) & is_slow(steps["before"])
    labels[(pattern == "slow-attack") & ~slow_rows] = UNLABELLED
    labels[(pattern == "probing") & (content >= PAYLOAD)] = 1
    # What the content tower alone gets wrong is not the sequence's to learn.
    labels[~recording.attacker & (content >= PAYLOAD)] = UNLABELLED
    return labels


def pattern_numbers(recording: Recording) -> np.ndarray:
    """Index in PATTERNS of each step's pattern; -1 for benign ones."""
    numbers = {name: i for i, name in enumerate(PATTERNS)}
    of_client = np.array([numbers.get(client["pattern"], -1) for client in recording.clients])[recording.owner]
    return np.where(recording.attacker, of_client, -1)
