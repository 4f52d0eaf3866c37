"""Reads a recording of the traffic lab: steps in the order of their completion, and the label of each client."""

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

RECORD = np.dtype(
    [
        ("at", "<f8"), ("done", "<f8"), ("client", "<u4"), ("ordinal", "<u4"), ("route", "<u4"), ("ids", "<u4"),
        ("subject", "u1"), ("flow", "u1"), ("unused", "V6"), ("before", "<f4", STEP_WIDTH), ("after", "<f4", STEP_WIDTH),
    ]
)  # fmt: skip
"""As `lab/recorder.ts` writes it."""


@dataclass
class Recording:
    steps: np.ndarray
    """Records of labelled clients, in the order of completion."""
    owner: np.ndarray
    """Index in `clients` of each step."""
    clients: list[dict]
    split: np.ndarray
    """`train`, `val` or `test` of each client."""
    settings: list[dict]
    """How each recording was made."""

    def column(self, name: str) -> np.ndarray:
        """A label field of each step's client; `None` becomes `''`."""
        return np.array([client[name] or "" for client in self.clients])[self.owner]

    def parameter(self, name: str, default: float) -> np.ndarray:
        """A drawn setting of each step's client."""
        return np.array([client["parameters"].get(name, default) for client in self.clients])[self.owner]

    @property
    def step_split(self) -> np.ndarray:
        return self.split[self.owner]


def _number(address: str) -> int:
    value = 0
    for part in address.split("."):
        value = value * 256 + int(part)
    return value


def read(directories: list[Path]) -> Recording:
    """Several recordings are put one after another: clients stay apart although their addresses repeat."""
    steps, owners, clients, settings = [], [], [], []
    for directory in directories:
        settings.append(json.loads((directory / "lab.json").read_text()))
        records = np.fromfile(directory / "steps.bin", dtype=RECORD)
        table = {}
        with open(directory / "clients.jsonl", encoding="utf-8") as lines:
            for line in lines:
                client = json.loads(line)
                table[_number(client["address"])] = len(clients)
                clients.append(client)
        owner = np.array([table.get(int(number), -1) for number in records["client"]])
        steps.append(records[owner >= 0])
        owners.append(owner[owner >= 0])
    split = np.array([split_of(client) for client in clients])
    return Recording(np.concatenate(steps), np.concatenate(owners), clients, split, settings)
