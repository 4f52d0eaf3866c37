"""From raw model outputs (logits) to probabilities, and from false-positive rates to thresholds."""

import numpy as np


def platt(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray, rounds: int = 100) -> tuple[float, float]:
    """Slope and offset of `sigmoid(a * logit + b)`: weighted Newton steps on the log loss, halved where they overshoot (Platt 1999; Lin et al. 2007)."""

    def loss(a: float, b: float) -> float:
        z = a * logits + b
        return float((weights * (np.logaddexp(0, z) - labels * z)).sum())

    a, b = 1.0, 0.0
    best = loss(a, b)
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(a * logits + b, -40, 40)))
        error, curvature = weights * (p - labels), weights * p * (1 - p)
        gradient = np.array([(error * logits).sum(), error.sum()])
        mixed = (curvature * logits).sum()
        hessian = np.array([[(curvature * logits**2).sum(), mixed], [mixed, curvature.sum()]])
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        size = 1.0
        while size > 1e-6 and loss(a - size * step[0], b - size * step[1]) > best:
            size /= 2
        a, b = a - size * step[0], b - size * step[1]
        improved, best = best - loss(a, b), loss(a, b)
        if improved < 1e-9 * abs(best):
            break
    return float(a), float(b)


def threshold_at(benign: np.ndarray, share: float) -> float:
    """The lowest threshold that at most `share` of the benign values lie strictly above."""
    ordered = np.sort(benign)[::-1]
    return float(ordered[int(np.floor(share * len(ordered)))])
