"""Reads a recording of the traffic lab: steps in the order of their completion, and the label of each client."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .splits import split_of

STEP_WIDTH, FLOW_WIDTH = 64, 52
PATTERNS = ["brute-force", "credential-stuffing", "enumeration", "scraping", "flood", "slow-attack", "probing"]
SIGNALS = [
    "contentScore", "statusClass", "authFailed", "routeNovelty", "distinctIds", "methodClass",
    "gapMs", "responseBytes", "responseMs", "loginRoute", "errorRatio", "requestRate",
]  # fmt: skip
UNSEEN_FEATURES = [0, 28, 29, 42, 43, 45]
"""Destination port, both header lengths, both initial windows, minimum segment size: never shown to a model."""
QUIET_CONTENT_SCORE = 0.4
"""Content scores below it enter a sequence as 0, as `behaviour-signals.ts` has it. Recordings made before that are brought in line."""

RECORD = np.dtype(
    [
        ("at", "<f8"), ("done", "<f8"), ("client", "<u4"), ("ordinal", "<u4"), ("route", "<u4"), ("ids", "<u4"),
        ("subject", "u1"), ("flow", "u1"), ("unused", "V6"), ("before", "<f4", STEP_WIDTH), ("after", "<f4", STEP_WIDTH),
    ]
)  # fmt: skip
"""As `lab/recorder.ts` writes it."""


def signal(name: str) -> int:
    """Column of a behaviour signal in a step."""
    return FLOW_WIDTH + SIGNALS.index(name)


@dataclass
class Recording:
    steps: np.ndarray
    """Records of labelled clients, in the order of completion."""
    owner: np.ndarray
    """Index in `clients` of each step."""
    clients: list[dict]
    split: np.ndarray
    """`train`, `val`, `test` or `aside` of each client."""
    settings: list[dict]
    """How each recording was made, and the hashes of its files."""
    attacker: np.ndarray
    """Whether each step is an attacker's: of a `mixed` client, those that began in one of its `attackSpans`."""

    def column(self, name: str) -> np.ndarray:
        """A label field of each step's client; `None` becomes `''`."""
        return np.array([client[name] or "" for client in self.clients])[self.owner]

    def parameter(self, name: str, default: float) -> np.ndarray:
        """A drawn setting of each step's client."""
        return np.array([client["parameters"].get(name, default) for client in self.clients])[self.owner]

    @property
    def step_split(self) -> np.ndarray:
        return self.split[self.owner]

    @property
    def label(self) -> np.ndarray:
        """`benign`, `attack` or `mixed` of each client."""
        return np.array([client["label"] for client in self.clients])


def _number(address: str) -> int:
    value = 0
    for part in address.split("."):
        value = value * 256 + int(part)
    return value


def _attacker(clients: list[dict], owner: np.ndarray, at: np.ndarray) -> np.ndarray:
    attacker = np.array([client["label"] == "attack" for client in clients])[owner]
    for index, client in enumerate(clients):
        if client["label"] != "mixed":
            continue
        mine = np.flatnonzero(owner == index)
        for begin, end in client["attackSpans"]:
            attacker[mine] |= (at[mine] >= begin) & (at[mine] <= end)
    return attacker


def read(directories: list[Path]) -> Recording:
    """Several recordings are put one after another: clients stay apart although their addresses repeat.

    Figures are of the last recording: the test clients of earlier ones, which may have been looked at, are set `aside`.
    """
    steps, owners, clients, settings = [], [], [], []
    measured_from = 0
    for directory in directories:
        measured_from = len(clients)
        digests = {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in ("steps.bin", "clients.jsonl")}
        settings.append({**json.loads((directory / "lab.json").read_text()), "sha256": digests})
        records = np.fromfile(directory / "steps.bin", dtype=RECORD)
        table = {}
        with open(directory / "clients.jsonl", encoding="utf-8") as lines:
            for line in lines:
                client = json.loads(line)
                table[_number(client["address"])] = len(clients)
                clients.append(client)
        owner = np.array([table.get(int(number), -1) for number in records["client"]])
        unlabelled = int((owner < 0).sum())
        if unlabelled:
            print(f"{directory.name}: {unlabelled} of {len(records)} steps are of no labelled client, left out")
        steps.append(records[owner >= 0])
        owners.append(owner[owner >= 0])
    joined, owner = np.concatenate(steps), np.concatenate(owners)
    for side in ("before", "after"):
        content = joined[side][:, signal("contentScore")]
        content[content < QUIET_CONTENT_SCORE] = 0
    split = np.array([split_of(client) for client in clients])
    split[:measured_from][split[:measured_from] == "test"] = "aside"
    return Recording(joined, owner, clients, split, settings, _attacker(clients, owner, joined["at"]))
