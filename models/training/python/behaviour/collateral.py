"""How often honest users pay for an attack that came from their client key."""

from collections.abc import Callable

import numpy as np

from lab_data.records import Recording
from release.intervals import rate

from .ensemble import CRITICAL, HIGH
from .mixed import PREFIXES, MixedCases
from .windows import steps_by_client

CASES = 400
GOALS = {1: 0.01, 3: 0.02, 10: 0.10}

Score = Callable[[np.ndarray, np.ndarray, bool], np.ndarray]
"""The product's score of windows `[N, 16, 64]` with their mask `[N, 16]`, with or without the flow."""


def joined_collateral(recording: Recording, split: str, score: Score, seed: int = 11) -> dict:
    """Benign requests rejected (CRITICAL) and alerted (HIGH) after 1, 3 and 10 attack requests, by what the attack was."""
    mixed = MixedCases(recording, split, np.random.default_rng(seed))
    if not mixed.possible:
        return {}
    table: dict = {}
    for prefix in PREFIXES:
        cases = [mixed.draw(prefix) for _ in range(CASES)]
        names = np.concatenate([np.full(len(case.steps), case.pattern) for case in cases])
        first = np.concatenate([np.arange(len(case.steps)) == 0 for case in cases])
        steps, mask = np.concatenate([case.steps for case in cases]), np.concatenate([case.mask for case in cases])
        entry: dict = {"goal": GOALS[prefix], "byAttack": {}}
        for name, flow in (("withFlow", True), ("withoutFlow", False)):
            scores = score(steps, mask, flow)
            entry[name] = {
                "rejected": _share(scores >= CRITICAL),
                "alerted": _share(scores >= HIGH),
                "firstRejected": _share(scores[first] >= CRITICAL),
            }
            for attack in sorted(set(names)):
                entry["byAttack"].setdefault(attack, {})[name] = _share(scores[names == attack] >= CRITICAL)
        table[str(prefix)] = entry
    return table


def recorded_collateral(recording: Recording, scores: np.ndarray, visible: np.ndarray, split: str, following: int = 10) -> dict:
    """The same on clients recorded as `mixed`: benign requests after the end of an attack span, by how many requests the span had."""
    counts: dict[str, list[bool]] = {}
    at = recording.steps["at"]
    for mine in steps_by_client(recording.owner):
        client = recording.clients[int(recording.owner[mine[0]])]
        if client["label"] != "mixed" or recording.split[recording.owner[mine[0]]] != split:
            continue
        mine = mine[visible[mine]]
        mine = mine[np.argsort(at[mine], kind="stable")]
        for number, (begin, end) in enumerate(client["attackSpans"]):
            sent = int(((at[mine] >= begin) & (at[mine] <= end)).sum())
            until = client["attackSpans"][number + 1][0] if number + 1 < len(client["attackSpans"]) else np.inf
            after = mine[(at[mine] > end) & (at[mine] < until)][:following]
            if sent:
                counts.setdefault(_size(sent), []).extend((scores[after] >= CRITICAL).tolist())
    return {size: rate(sum(hits), len(hits)) for size, hits in sorted(counts.items())}


def _size(sent: int) -> str:
    return next((f"up to {prefix}" for prefix in PREFIXES if sent <= prefix), "more than 10")


def _share(hits: np.ndarray) -> dict:
    return rate(int(hits.sum()), len(hits))
