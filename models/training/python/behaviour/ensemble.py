"""The product's score from its members', as `packages/core/src/model/ensemble.ts` has it."""

from dataclasses import dataclass

import numpy as np

HIGH, CRITICAL = 0.6, 0.8
CNN_WEIGHT, BILSTM_WEIGHT = 0.6, 0.4


@dataclass(frozen=True)
class Certain:
    """The thresholds from which a member's score stands on its own."""

    content: float
    flow: float
    bilstm: float


def combined(content: np.ndarray, flow: np.ndarray | None, bilstm: np.ndarray, certain: Certain) -> np.ndarray:
    """
    `max(0.6·cnn + 0.4·bilstm, cnn if certain, bilstm if certain)` of each row.

    `content` is 0 where nothing was scored. `flow` is None where it is absent, and 0 in rows without a metered connection:
    both read alike, because cnn = 1 − (1 − content)(1 − flow).
    """
    present = np.zeros_like(content) if flow is None else flow
    cnn = 1 - (1 - content) * (1 - present)
    stands = (content >= certain.content) | (present >= certain.flow)
    mean = CNN_WEIGHT * cnn + BILSTM_WEIGHT * bilstm
    return np.maximum(mean, np.maximum(np.where(stands, cnn, 0), np.where(bilstm >= certain.bilstm, bilstm, 0)))
