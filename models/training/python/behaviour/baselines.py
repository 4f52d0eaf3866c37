"""Three detectors that need no training run, measured on the very rows that the BiLSTM is measured on.

They see what they would see in an access log: time, client, route, identifiers, status and whether a log-in failed, each
after its response. Recordings hold the status as its first digit and whether it was 401 or 403.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lab_data.records import Recording, signal

from .windows import steps_by_client

RARE, RARE_IN_A_ROW = 0.05, 5
FAILED_LOGINS, FAILED_WITHIN_MS = 15, 60_000.0


@dataclass
class Requests:
    """What the baselines read of the requests of a recording; stalled connections are in no log."""

    number: np.ndarray
    """Their numbers in the recording."""
    owner: np.ndarray
    done: np.ndarray
    """Completion in ms."""
    route: np.ndarray
    resource: np.ndarray
    """Route and identifiers as one number: "the same page"."""
    failed: np.ndarray
    """Status 400 or above, but no refusal."""
    refused: np.ndarray
    """401 or 403 somewhere else than at the log-in."""
    failed_login: np.ndarray
    reads: np.ndarray


def requests_of(recording: Recording) -> Requests:
    number = np.flatnonzero(recording.steps["subject"] == 0)
    steps = recording.steps[number]
    after = steps["after"]
    column = lambda name: after[:, signal(name)]  # noqa: E731
    error, login, refused = column("statusClass") == 4, column("loginRoute") == 1, column("authFailed") == 1
    return Requests(
        number=number,
        owner=recording.owner[number],
        done=steps["done"],
        route=steps["route"].astype(np.int64),
        resource=steps["route"].astype(np.int64) << 32 | steps["ids"].astype(np.int64),
        failed=(error & ~refused & ~login) | (column("statusClass") == 5),
        refused=refused & ~login,
        failed_login=login & error,
        reads=column("methodClass") == 0,
    )


class Bigrams:
    """How often a route follows another, from benign training clients; routes never seen have probability 0."""

    def __init__(self, requests: Requests, train: np.ndarray) -> None:
        self.pairs: dict[tuple[int, int], int] = {}
        self.firsts: dict[int, int] = {}
        for mine in steps_by_client(requests.owner):
            if not train[requests.owner[mine[0]]]:
                continue
            routes = requests.route[mine].tolist()
            for pair in zip(routes, routes[1:], strict=False):
                self.pairs[pair] = self.pairs.get(pair, 0) + 1
                self.firsts[pair[0]] = self.firsts.get(pair[0], 0) + 1

    def alerts(self, requests: Requests, mine: np.ndarray) -> np.ndarray:
        routes = requests.route[mine].tolist()
        alerts, row = np.zeros(len(mine), dtype=bool), 0
        for i in range(1, len(routes)):
            seen = self.firsts.get(routes[i - 1], 0)
            share = self.pairs.get((routes[i - 1], routes[i]), 0) / seen if seen else 0.0
            row = row + 1 if share < RARE else 0
            alerts[i] = row >= RARE_IN_A_ROW
        return alerts


def failed_logins(requests: Requests, mine: np.ndarray) -> np.ndarray:
    """15 within 60 s."""
    alerts, recent = np.zeros(len(mine), dtype=bool), deque[float]()
    for i, number in enumerate(mine):
        if requests.failed_login[number]:
            recent.append(requests.done[number])
            while recent[0] < requests.done[number] - FAILED_WITHIN_MS:
                recent.popleft()
            alerts[i] = len(recent) >= FAILED_LOGINS
    return alerts


@dataclass(frozen=True)
class Bucket:
    """Fills by one with each request that counts, loses one every `leak_ms`, alerts when it would overflow."""

    counts: Callable[[Requests], np.ndarray]
    capacity: int
    leak_ms: float
    distinct: bool = False
    """Whether a page counts once until the bucket is empty again."""


BUCKETS = (
    Bucket(lambda r: r.failed_login, 5, 10_000),
    Bucket(lambda r: r.refused, 5, 10_000),
    Bucket(lambda r: r.failed, 10, 10_000, distinct=True),
    Bucket(lambda r: r.failed, 40, 500),
    Bucket(lambda r: r.reads, 40, 500, distinct=True),
    Bucket(lambda r: np.ones(len(r.number), dtype=bool), 200, 50),
)
"""
Failed log-ins, refusals, a scan for pages that are not there, errors in numbers, a crawl over pages, requests in numbers. The
idea is that of community scenarios for intrusion prevention; the numbers are ours, tight enough to find attacks within
30 requests where a count can, and slack enough for people who mistype.
"""


def leaky_buckets(requests: Requests, counted: list[np.ndarray], mine: np.ndarray) -> np.ndarray:
    alerts = np.zeros(len(mine), dtype=bool)
    done = requests.done[mine]
    for bucket, counts in zip(BUCKETS, counted, strict=True):
        level, last, pages = 0.0, -np.inf, set[int]()
        for i in np.flatnonzero(counts[mine]):
            level = max(0.0, level - (done[i] - last) / bucket.leak_ms)
            last = done[i]
            if level == 0:
                pages.clear()
            if bucket.distinct:
                page = int(requests.resource[mine[i]])
                if page in pages:
                    continue
                pages.add(page)
            level += 1
            if level > bucket.capacity:
                alerts[i] = True
                level = float(bucket.capacity)
    return alerts


def baseline_alerts(recording: Recording) -> dict[str, np.ndarray]:
    """Whether each baseline alerts at each step of the recording."""
    requests = requests_of(recording)
    bigrams = Bigrams(requests, (recording.split == "train") & (recording.label == "benign"))
    counted = [bucket.counts(requests) for bucket in BUCKETS]
    detectors: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "bigram": lambda mine: bigrams.alerts(requests, mine),
        "failedLogins": lambda mine: failed_logins(requests, mine),
        "leakyBuckets": lambda mine: leaky_buckets(requests, counted, mine),
    }
    found = {name: np.zeros(len(recording.steps), dtype=bool) for name in detectors}
    for mine in steps_by_client(requests.owner):
        for name, detect in detectors.items():
            found[name][requests.number[mine]] = detect(mine)
    return found
