"""The flow tower: the 52 features of a connection so far -> how likely it is (part of) an attack."""

import torch
from torch import nn
from torch.nn import functional as F

from lab_data.records import FLOW_WIDTH

from .scaling import Scaling

CHANNELS, KERNEL, HIDDEN = (24, 32), 5, 16


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
