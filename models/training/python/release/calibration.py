"""From raw model outputs (logits) to probabilities, and from false-positive rates to thresholds."""

import numpy as np


def platt(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray, rounds: int = 60) -> tuple[float, float]:
    """Slope and offset of `sigmoid(a * logit + b)`, by weighted Newton steps on the log loss (Platt 1999)."""
    a, b = 1.0, 0.0
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(a * logits + b, -40, 40)))
        error = weights * (p - labels)
        curvature = weights * p * (1 - p) + 1e-12
        gradient = np.array([(error * logits).sum(), error.sum()])
        hessian = np.array([[(curvature * logits**2).sum(), (curvature * logits).sum()], [(curvature * logits).sum(), curvature.sum()]])
        step = np.linalg.solve(hessian + 1e-6 * np.eye(2), gradient)
        a, b = a - step[0], b - step[1]
        if np.abs(step).max() < 1e-9:
            break
    return float(a), float(b)


def threshold_at(benign: np.ndarray, share: float) -> float:
    """The lowest threshold that at most `share` of the benign values lie strictly above."""
    ordered = np.sort(benign)[::-1]
    return float(ordered[int(np.floor(share * len(ordered)))])
