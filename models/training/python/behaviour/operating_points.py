"""Where scores mean something: HIGH and `certain`, by the share of benign rows and of benign clients that reaches them."""

from dataclasses import dataclass

import numpy as np

from release.calibration import platt, threshold_at

from .ensemble import HIGH

HIGH_FALSE_POSITIVES = 0.0005
CERTAIN_FALSE_POSITIVES = 0.0001
CERTAIN_CLIENTS = 0.001
"""A client's whole session is what its user feels: of so many at most a row may reach `certain`."""
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
    """What the points were chosen on, in words."""
    least_certain: float

    def scores(self, logits: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-np.clip(self.slope * logits + self.offset, -60, 60)))


@dataclass
class Certainty:
    """The score that the `certain` anchor gets, and the least that the threshold may be."""

    anchor: float
    least: float


def operating_points(benign: np.ndarray, sessions: np.ndarray, attack: np.ndarray, what: str, certainty: Certainty) -> OperatingPoints:
    """Two anchors make the scale: 0.6 lies at 0.05 % of the benign rows, `anchor` at 0.01 % of them and 0.1 % of their sessions.

    Where attacks lie far above both, probability says more than the anchors: then Platt scaling, with three attacks to
    seven benign rows, moves the scale up.

    `sessions` numbers the client-session of each benign row.
    """
    _, session = np.unique(sessions, return_inverse=True)
    highest = np.full(session.max() + 1, -np.inf)
    np.maximum.at(highest, session, benign)
    high = threshold_at(benign, HIGH_FALSE_POSITIVES)
    certain = max(threshold_at(benign, CERTAIN_FALSE_POSITIVES), threshold_at(highest, CERTAIN_CLIENTS))
    slope = float(np.clip((logit(certainty.anchor) - logit(HIGH)) / max(certain - high, 1e-6), *SLOPES))
    offset = min(logit(HIGH) - slope * high, logit(certainty.anchor) - slope * certain, platt_offset(benign, attack, slope))
    points = OperatingPoints(slope, offset, 0.0, f"{len(benign)} {what} of {len(highest)} client-sessions", certainty.least)
    reached = float(points.scores(np.array([certain]))[0])
    points.certain = float(np.clip(np.ceil(reached * 1e5) / 1e5, certainty.least, 0.99999))
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
