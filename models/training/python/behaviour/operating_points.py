"""Where scores mean something: HIGH and `certain`, by the share of benign rows that reaches them."""

from dataclasses import dataclass

import numpy as np

from release.calibration import platt, threshold_at

HIGH, CERTAIN = 0.6, 0.9
HIGH_FALSE_POSITIVES = 0.0005
CERTAIN_FALSE_POSITIVES = 0.0001
ATTACK_PRIOR = 0.3
SLOPES = (0.5, 2.5)
"""A very small distance between the anchors must not make the scale a step."""


@dataclass
class OperatingPoints:
    """`score = sigmoid(slope * logit + offset)`."""

    slope: float
    offset: float
    certain: float
    basis: str
    """The benign rows that the points were chosen on, in words."""
    least_certain: float

    def scores(self, logits: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-np.clip(self.slope * logits + self.offset, -60, 60)))


def operating_points(benign: np.ndarray, attack: np.ndarray, what: str, least_certain: float = CERTAIN) -> OperatingPoints:
    """Two anchors make the scale: 0.6 lies at 0.05 % and 0.9 at 0.01 % of the benign rows.

    Where attacks lie far above both, probability says more than the anchors: then Platt scaling, with three attacks to
    seven benign rows, moves the scale up. `certain` is never below `least_certain`: one score alone must not condemn by less.
    """
    high, certain = (threshold_at(benign, share) for share in (HIGH_FALSE_POSITIVES, CERTAIN_FALSE_POSITIVES))
    slope = float(np.clip((logit(CERTAIN) - logit(HIGH)) / max(certain - high, 1e-6), *SLOPES))
    offset = min(logit(HIGH) - slope * high, platt_offset(benign, attack, slope))
    points = OperatingPoints(slope, offset, 0.0, f"{len(benign)} {what}", least_certain)
    reached = float(points.scores(np.array([certain]))[0])
    points.certain = float(np.clip(np.ceil(reached * 1e5) / 1e5, least_certain, 0.99999))
    return points


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def platt_offset(benign: np.ndarray, attack: np.ndarray, slope: float) -> float:
    logits = slope * np.concatenate([benign, attack]).astype(np.float64)
    labels = np.concatenate([np.zeros(len(benign)), np.ones(len(attack))])
    weights = np.where(labels == 1, ATTACK_PRIOR / len(attack), (1 - ATTACK_PRIOR) / len(benign)) * len(logits)
    a, b = platt(logits, labels, weights)
    # Where Platt's sigmoid crosses one half, ours does.
    return b / max(a, 1e-6)
