"""Where scores mean something: HIGH and `certain`, by the share of benign rows that reaches them."""

from dataclasses import dataclass

import numpy as np

from release.calibration import platt, threshold_at

HIGH = 0.6
HIGH_FALSE_POSITIVES = 0.001
CERTAIN_FALSE_POSITIVES = 0.0001


@dataclass
class OperatingPoints:
    """`score = sigmoid(slope * logit + offset)`."""

    slope: float
    offset: float
    certain: float
    basis: str
    """The benign rows that the points were chosen on, in words."""

    def scores(self, logits: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-np.clip(self.slope * logits + self.offset, -60, 60)))


def operating_points(benign: np.ndarray, attack: np.ndarray, what: str) -> OperatingPoints:
    """Slope by Platt scaling with both classes weighing the same; offset so that 0.6 lies at 0.1 % of the benign rows.

    `certain` is never below 0.9: one score alone must not condemn by less, however well benign rows behave.
    """
    logits = np.concatenate([benign, attack]).astype(np.float64)
    labels = np.concatenate([np.zeros(len(benign)), np.ones(len(attack))])
    weights = np.where(labels == 1, 0.5 / len(attack), 0.5 / len(benign)) * len(logits)
    slope, offset = platt(logits, labels, weights)
    # A perfectly separable set would make the slope a step: then a difference of one in the logit stays a difference.
    slope = min(slope, 2.0)
    high = threshold_at(benign, HIGH_FALSE_POSITIVES)
    offset = min(offset, float(np.log(HIGH / (1 - HIGH)) - slope * high))
    points = OperatingPoints(slope, offset, 0.0, f"{len(benign)} {what}")
    certain = float(points.scores(np.array([threshold_at(benign, CERTAIN_FALSE_POSITIVES)]))[0])
    points.certain = float(np.clip(np.ceil(certain * 1e5) / 1e5, 0.9, 0.99999))
    return points
