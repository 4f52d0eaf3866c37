"""What a fitted model finds and what it wrongly flags, by kind of client, on clients that training never saw."""

import numpy as np

from lab_data.records import PATTERNS, Recording
from lab_data.splits import reserved
from release.calibration import threshold_at
from release.intervals import rate

from .ensemble import HIGH
from .labels import UNLABELLED, step_patterns
from .operating_points import OperatingPoints


def clients_reached(owner: np.ndarray, scores: np.ndarray, threshold: float) -> set[int]:
    return {int(client) for client in np.unique(owner[scores >= threshold])}


def by_kind(recording: Recording, owner: np.ndarray, labels: np.ndarray, scores: np.ndarray, label: int, threshold: float) -> dict:
    """Rows and clients of each kind at a threshold. A client counts when one of its labelled rows reaches it."""
    kinds = np.array([client["kind"] for client in recording.clients])[owner]
    table = {}
    for kind in sorted(set(kinds[labels == label])):
        use = (kinds == kind) & (labels == label)
        clients = {int(client) for client in np.unique(owner[use])}
        hit = clients_reached(owner[use], scores[use], threshold)
        unseen = all(reserved(recording.clients[client]) for client in clients)
        table[kind] = {
            "rows": rate(int((scores[use] >= threshold).sum()), int(use.sum())),
            "clients": rate(len(hit), len(clients)),
            "tool": recording.clients[next(iter(clients))]["tool"],
            "unseen": bool(unseen),
        }
    return table


def summary(owner: np.ndarray, labels: np.ndarray, scores: np.ndarray, threshold: float) -> dict:
    benign, attack = labels == 0, labels == 1
    count = lambda use: len(np.unique(owner[use]))  # noqa: E731
    reached = scores >= threshold
    return {
        "benignRows": rate(int((reached & benign).sum()), int(benign.sum())),
        "benignClients": rate(count(reached & benign), count(benign)),
        "attackRows": rate(int((reached & attack).sum()), int(attack.sum())),
        "attackClients": rate(count(reached & attack), count(attack)),
    }


def held_out(recording: Recording, owner: np.ndarray, labels: np.ndarray, scores: np.ndarray, points: OperatingPoints) -> dict:
    """Metrics of the test split at both operating points."""
    test = (recording.split[owner] == "test") & (labels != UNLABELLED)
    owner, labels, scores = owner[test], labels[test], scores[test]
    return {
        "split": "by tool, by API and kind, and by parameters; see the training README",
        "high": {"threshold": HIGH, **summary(owner, labels, scores, HIGH)},
        "certain": {"threshold": points.certain, **summary(owner, labels, scores, points.certain)},
        "attackByKind": by_kind(recording, owner, labels, scores, 1, points.certain),
        "benignByKind": by_kind(recording, owner, labels, scores, 0, points.certain),
        "attackByKindHigh": by_kind(recording, owner, labels, scores, 1, HIGH),
        "benignByKindHigh": by_kind(recording, owner, labels, scores, 0, HIGH),
    }


def flow_metrics(recording: Recording, rows, points: OperatingPoints, logits: np.ndarray) -> dict:
    scores = points.scores(logits)
    metrics = held_out(recording, rows.owner, rows.labels, scores, points)
    metrics["atHalfPercent"] = at_share(rows, logits, 0.005)
    # What one connection cannot show is not asked of the flow tower, but it is told what it makes of it.
    everything = {}
    owner_pattern = step_patterns(recording)[rows.step]
    test = rows.split == "test"
    for name in PATTERNS:
        use = test & (owner_pattern == name)
        clients = len(np.unique(rows.owner[use]))
        hit = len(clients_reached(rows.owner[use], scores[use], points.certain))
        everything[name] = rate(hit, clients)
    metrics["clientsByPattern"] = everything
    return metrics


def at_share(rows, logits: np.ndarray, share: float) -> dict:
    """Test rows found and falsely flagged at the threshold that `share` of the benign validation rows lie above."""
    threshold = threshold_at(logits[(rows.split == "val") & (rows.labels == 0)], share)
    measured: dict = {"share": share}
    for name, label in (("attackRows", 1), ("benignRows", 0)):
        use = (rows.split == "test") & (rows.labels == label)
        measured[name] = rate(int((logits[use] > threshold).sum()), int(use.sum()))
    return measured


def pattern_confusion(recording: Recording, labels: np.ndarray, patterns: np.ndarray, numbers: np.ndarray) -> dict:
    """Rows of the test split, by true and named pattern."""
    use = (recording.step_split == "test") & (labels == 1)
    table = np.zeros((len(PATTERNS), len(PATTERNS)), dtype=int)
    np.add.at(table, (numbers[use], patterns[use].argmax(axis=1)), 1)
    return {name: dict(zip(PATTERNS, (int(n) for n in table[i]), strict=True)) for i, name in enumerate(PATTERNS) if table[i].sum()}
