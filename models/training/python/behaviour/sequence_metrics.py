"""Everything that is measured of a BiLSTM on one split: rows, clients, baselines, collateral, content cases."""

import numpy as np

from lab_data.records import Recording

from .baselines import baseline_alerts
from .client_alerts import tables
from .collateral import joined_collateral, recorded_collateral
from .content_scores import ContentCases, attack_scores
from .curves import reliability
from .ensemble import HIGH
from .figures import held_out, pattern_confusion, summary
from .labels import pattern_numbers
from .operating_points import ATTACK_PRIOR, OperatingPoints
from .predicting import Predicted, chunks
from .product import Product
from .windows import Windows, gather


def product_scores(recording: Recording, windows: Windows, product: Product, rows: np.ndarray, with_flow: bool, with_content: bool) -> np.ndarray:
    """Ensemble scores at `rows`; 0 at every other step of the recording."""
    scores = np.zeros(len(recording.steps))
    for part in chunks(rows):
        scores[part] = product.scores(*gather(recording, windows, part), with_flow=with_flow, with_content=with_content)
    return scores


def client_metrics(recording: Recording, windows: Windows, requests: Windows, product: Product, split: str) -> dict:
    """The client tables with flow and without, and the collateral.

    `behaviour` leaves out what the newest request itself carries; `all` counts it, and so the content tower's own alarms.
    """
    of_split = recording.step_split == split
    # A proxy takes slow requests upon itself, and nobody meters its connections: behind it there are no slow attacks to find.
    proxied = of_split & (recording.steps["subject"] == 0) & (recording.column("pattern") != "slow-attack")
    result: dict = {"members": product.members, "split": split, "collateral": {}}
    for name, seen, use, flow in (("withFlow", windows, of_split, True), ("withoutFlow", requests, proxied, False)):
        rows = np.flatnonzero(use)
        for part, content in (("all", True), ("behaviour", False)):
            scores = product_scores(recording, seen, product, rows, flow, content)
            result.setdefault(name, {})[part] = tables(recording, scores >= HIGH, use, split)
            if not content:
                result["collateral"].setdefault("recorded", {})[name] = recorded_collateral(recording, scores, use, split)
    result["collateral"]["joined"] = joined_collateral(
        recording, split, lambda steps, mask, flow: product.scores(steps, mask, with_flow=flow, with_content=False)
    )
    return result


def sequence_metrics(
    recording: Recording,
    windows: Windows,
    requests: Windows,
    labels: np.ndarray,
    predicted: Predicted,
    points: OperatingPoints,
    product: Product,
) -> dict:
    """Of the test split. `requests` are the windows that a server behind a proxy has."""
    scores = points.scores(predicted.seen)
    metrics = held_out(recording, recording.owner, labels, scores, points)
    test = (recording.step_split == "test") & (labels >= 0)
    # Behind a proxy a stalled connection is never seen: it is no row there.
    use = test & (recording.steps["subject"] == 0)
    without = points.scores(predicted.hidden[use])
    metrics["withoutFlow"] = {
        name: {"threshold": threshold, **summary(recording.owner[use], labels[use], without, threshold)}
        for name, threshold in (("high", HIGH), ("certain", points.certain))
    }
    metrics["confusion"] = pattern_confusion(recording, labels, predicted.patterns, pattern_numbers(recording))
    metrics["clients"] = client_metrics(recording, windows, requests, product, "test")
    of_test = recording.step_split == "test"
    metrics["baselines"] = {name: tables(recording, alerts, of_test, "test") for name, alerts in baseline_alerts(recording).items()}
    metrics["reliability"] = reliability(scores[test], labels[test], ATTACK_PRIOR)
    cases = ContentCases(np.random.default_rng(3), attack_scores(recording, "test"))
    metrics["content"] = cases.measure(recording, windows, np.flatnonzero(test & (labels == 0)), product.bilstm, points)
    return metrics


def brief(clients: dict) -> dict:
    """One line of an ablation, of what `client_metrics` measured."""
    line: dict = {}
    for name in ("withFlow", "withoutFlow"):
        table = clients[name]["behaviour"]
        line[name] = {
            "soon": table["soon"],
            "ever": table["ever"],
            "benign": table["benignAlerted"],
            "byBehaviour": {behaviour: entry["soon"]["rate"] for behaviour, entry in table["attack"].items()},
            "alarms": {kind: entry["hits"] for kind, entry in table["benign"].items() if entry["hits"]},
        }
    joined = clients["collateral"]["joined"]
    line["collateral"] = {prefix: entry["withoutFlow"]["rejected"] for prefix, entry in joined.items()}
    return line


