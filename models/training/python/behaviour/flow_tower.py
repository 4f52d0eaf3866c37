"""The flow tower: the 52 features of a connection so far -> how likely it is (part of) an attack."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

from lab_data.records import FLOW_WIDTH, UNSEEN_FEATURES

from .scaling import Scaling

CHANNELS, KERNEL, HIDDEN = (24, 32), 5, 16


def seen_mask() -> np.ndarray:
    """`[52]` 1 for features that the tower is shown."""
    mask = np.ones(FLOW_WIDTH, dtype=np.float32)
    mask[UNSEEN_FEATURES] = 0
    return mask


class FlowTower(nn.Module):
    """A 1-D CNN over the columns, which the schema keeps in groups (lengths, rates, gaps, flags, bursts)."""

    def __init__(self, scaling: Scaling) -> None:
        super().__init__()
        self.scaling = scaling
        self.first = nn.Conv1d(1, CHANNELS[0], KERNEL, padding=KERNEL // 2)
        self.second = nn.Conv1d(CHANNELS[0], CHANNELS[1], KERNEL, padding=KERNEL // 2)
        self.hidden = nn.Linear(CHANNELS[1] * (FLOW_WIDTH // 2), HIDDEN)
        self.out = nn.Linear(HIDDEN, 1)
        self.dropout = nn.Dropout(0.2)

    def unusual(self, features: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.scaling(features) * mask

    def logits(self, unusual: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.first(unusual.unsqueeze(1)))
        x = F.max_pool1d(F.relu(self.second(x)), 2)
        return self.out(F.relu(self.hidden(self.dropout(x.flatten(1))))).squeeze(1)


class ReleasedFlowTower(nn.Module):
    """As it is released: scaling, masking and calibration inside one graph."""

    def __init__(self, tower: FlowTower, slope: float, offset: float) -> None:
        super().__init__()
        self.tower, self.slope, self.offset = tower, slope, offset

    def forward(self, features: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        unusual = self.tower.unusual(features, mask)
        return torch.sigmoid(self.slope * self.tower.logits(unusual) + self.offset), unusual


def load_released(directory: Path, slope: float, offset: float) -> ReleasedFlowTower:
    """A released tower, from the graph's own weights; slope and offset are those of its manifest."""
    tower = FlowTower(Scaling(np.zeros(FLOW_WIDTH), np.ones(FLOW_WIDTH)))
    graph = onnx.load(str(directory / "model.onnx")).graph
    weights = {w.name.removeprefix("tower."): torch.tensor(numpy_helper.to_array(w).copy()) for w in graph.initializer}
    tower.load_state_dict({name: weights[name] for name in tower.state_dict()})
    return ReleasedFlowTower(tower.eval(), slope, offset).eval()
