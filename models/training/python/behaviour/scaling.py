"""Raw features to network inputs, inside the graph."""

import numpy as np
import torch
from torch import nn

LIMIT = 6.0


def compress(values: torch.Tensor) -> torch.Tensor:
    """sign(x) * log(1 + |x|): times and volumes span nine decades."""
    return torch.sign(values) * torch.log(1 + torch.abs(values))


class Scaling(nn.Module):
    """Compresses, standardises by the benign rows of the training data and clamps, so that 0 is "as usual"."""

    def __init__(self, mean: np.ndarray, deviation: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("inverse", torch.tensor(1 / deviation, dtype=torch.float32))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return torch.clamp((compress(values) - self.mean) * self.inverse, -LIMIT, LIMIT)


def fit_scaling(rows: np.ndarray, weights: np.ndarray) -> Scaling:
    """A column that hardly varies is not blown up: deviations are at least 0.05 of a unit of log."""
    compressed = np.sign(rows) * np.log1p(np.abs(rows.astype(np.float64)))
    weights = weights / weights.sum()
    mean = (compressed * weights[:, None]).sum(axis=0)
    deviation = np.sqrt((((compressed - mean) ** 2) * weights[:, None]).sum(axis=0))
    return Scaling(mean, np.maximum(deviation, 0.05))


FORWARD_SIZES = [3, 4, 6, 7, 41]
"""Bytes of requests: total, longest, mean, deviation, per sub-flow."""
BACKWARD_SIZES = [8, 10, 11]
MIXED_SIZES = [12, 33, 34, 35, 40]
VARIANCE = 36


def vary_sizes(rows: np.ndarray, random: np.random.Generator, share: float = 0.7, width: float = 1) -> None:
    """Other headers and other pages for some of the rows `[N, ..., >= 52]`, in place.

    Attack programs send short requests and the lab's APIs have few pages: how large they are must not name the client.
    `width` is how many times as wide as usual the range of sizes is, on a scale of logs.
    """
    shape = (len(rows),) + (1,) * (rows.ndim - 1)
    use = random.random(shape) < share
    forward = np.where(use, np.exp(width * random.uniform(np.log(0.4), np.log(5), shape)), 1).astype(np.float32)
    backward = np.where(use, np.exp(random.uniform(np.log(0.3), np.log(3), shape)), 1).astype(np.float32)
    mixed = np.sqrt(forward * backward)
    rows[..., FORWARD_SIZES] *= forward
    rows[..., BACKWARD_SIZES] *= backward
    rows[..., MIXED_SIZES] *= mixed
    rows[..., VARIANCE] *= (mixed**2)[..., 0]
