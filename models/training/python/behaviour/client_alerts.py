"""What users feel: which attacking clients raise an alert soon, and which benign ones ever do."""

from collections.abc import Callable

import numpy as np

from lab_data.records import Recording
from lab_data.splits import reserved
from release.intervals import rate

from .windows import steps_by_client

SOON_REQUESTS = 30
SLOW_GAP_MS, SLOW_MS, SLOW_REQUESTS = 5000.0, 120_000.0, 10
"""A client that sends less than one request in five seconds is to be found within two minutes, or its first ten requests."""


def is_slow(recording: Recording, mine: np.ndarray, pattern: str) -> bool:
    gaps = np.diff(np.sort(recording.steps["at"][mine]))
    return pattern == "slow-attack" or (len(gaps) > 0 and float(np.median(gaps)) >= SLOW_GAP_MS)


def first_alert(recording: Recording, mine: np.ndarray, alerts: np.ndarray) -> tuple[int, float] | None:
    """Rank among the client's steps by arrival, and ms since its first one."""
    at = recording.steps["at"][mine]
    order = np.argsort(at, kind="stable")
    hit = np.flatnonzero(alerts[mine][order])
    if len(hit) == 0:
        return None
    # Of a long client only stretches are recorded: its ordinals say how many steps there were.
    rank = max(int(hit[0]), int(recording.steps["ordinal"][mine[order[hit[0]]]]) if hit[0] >= SOON_REQUESTS else 0)
    return rank, float(at[order[hit[0]]] - at[order[0]])


def behaviour_name(client: dict) -> str:
    return f"{client['pattern'] or 'benign'} / {client['kind']} / {client['tool']}"


def attack_table(recording: Recording, alerts: np.ndarray, visible: np.ndarray, split: str) -> dict:
    """
    Of each pattern × kind × tool: clients alerted soon, ever, and after how many steps half of the found ones were.

    Every attacking client with a visible step counts, however few its steps.
    """
    groups: dict[str, dict] = {}

    def add(index: int, mine: np.ndarray) -> None:
        client = recording.clients[index]
        slow = is_slow(recording, mine, client["pattern"])
        found = first_alert(recording, mine, alerts)
        entry = groups.setdefault(behaviour_name(client), {"slow": [], "soon": [], "ever": [], "after": [], "unseen": reserved(client)})
        in_time = found is not None and (found[0] < SLOW_REQUESTS or found[1] <= SLOW_MS if slow else found[0] < SOON_REQUESTS)
        entry["slow"].append(slow)
        entry["soon"].append(in_time)
        entry["ever"].append(found is not None)
        entry["unseen"] &= reserved(client)
        if found is not None:
            entry["after"].append(found[0] + 1)

    _each_client(recording, visible, split, "attack", add)
    table = {
        name: {
            "soon": rate(sum(entry["soon"]), len(entry["soon"])),
            "ever": rate(sum(entry["ever"]), len(entry["ever"])),
            "slow": sum(entry["slow"]),
            "medianSteps": float(np.median(entry["after"])) if entry["after"] else None,
            "unseen": bool(entry["unseen"]),
        }
        for name, entry in sorted(groups.items())
    }
    return table


def benign_table(recording: Recording, alerts: np.ndarray, visible: np.ndarray, split: str) -> dict:
    """Of each benign kind: client-sessions that raised an alert at all."""
    groups: dict[str, list[bool]] = {}
    _each_client(
        recording,
        visible,
        split,
        "benign",
        lambda index, mine: groups.setdefault(recording.clients[index]["kind"], []).append(bool(alerts[mine].any())),
    )
    return {name: rate(sum(hits), len(hits)) for name, hits in sorted(groups.items())}


def total(rates: list[dict]) -> dict:
    return rate(sum(entry["hits"] for entry in rates), sum(entry["n"] for entry in rates))


def tables(recording: Recording, alerts: np.ndarray, visible: np.ndarray, split: str) -> dict:
    attack, benign = attack_table(recording, alerts, visible, split), benign_table(recording, alerts, visible, split)
    return {
        "attack": attack,
        "benign": benign,
        "soon": total([entry["soon"] for entry in attack.values()]),
        "ever": total([entry["ever"] for entry in attack.values()]),
        "benignAlerted": total(list(benign.values())),
    }


def _each_client(recording: Recording, visible: np.ndarray, split: str, label: str, visit: Callable[[int, np.ndarray], None]) -> None:
    for mine in steps_by_client(recording.owner):
        index = int(recording.owner[mine[0]])
        if recording.split[index] != split or recording.clients[index]["label"] != label:
            continue
        seen = mine[visible[mine]]
        if len(seen):
            visit(index, seen)
