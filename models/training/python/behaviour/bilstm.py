"""The BiLSTM: a client's newest 16 steps -> how likely the client is attacking, and by which pattern."""

import torch
from torch import nn
from torch.nn import functional as F

from lab_data.records import FLOW_WIDTH, PATTERNS, STEP_WIDTH, UNSEEN_FEATURES, signal

from .recipe import Recipe
from .scaling import Scaling

LENGTH = 16
CONTENT = signal("contentScore")
FORWARD_PACKETS = 2
"""Column `Total Fwd Packets`: a metered flow always has some, so 0 means that the flow was absent."""
CLOSED_GATE = -30.0


class BiLstm(nn.Module):
    """One bidirectional LSTM; its readout is the newest step beside the mean of all.

    Padding stands at the front. An extra input that is 1 on padding closes the input gate by a large fixed weight, so the
    forward state is still zero at the first real step, and the backward one is only read on real steps.
    """

    def __init__(self, scaling: Scaling, recipe: Recipe) -> None:
        super().__init__()
        self.scaling, self.hidden = scaling, recipe.hidden
        seen = torch.ones(STEP_WIDTH)
        seen[UNSEEN_FEATURES] = 0
        self.register_buffer("seen", seen)
        is_flow = torch.zeros(STEP_WIDTH)
        is_flow[:FLOW_WIDTH] = 1
        self.register_buffer("is_signal", 1 - is_flow)
        self.register_buffer("is_flow", is_flow)
        self.lstm = nn.LSTM(STEP_WIDTH + 1, recipe.hidden, batch_first=True, bidirectional=True)
        self.dense = nn.Linear(4 * recipe.hidden, recipe.dense)
        self.attack = nn.Linear(recipe.dense, 1)
        self.pattern = nn.Linear(recipe.dense, len(PATTERNS))
        self.dropout = nn.Dropout(recipe.dropout)
        self.close_gate_on_padding()

    @torch.no_grad()
    def close_gate_on_padding(self) -> None:
        """To be called after each optimiser step: the column of the padding input is fixed."""
        for weight in (self.lstm.weight_ih_l0, self.lstm.weight_ih_l0_reverse):
            weight[:, STEP_WIDTH] = 0
            weight[: self.hidden, STEP_WIDTH] = CLOSED_GATE

    def unusual(self, steps: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`[N, 16, 64]` standardised steps: 0 where padded, absent or unseen."""
        has_flow = (steps[:, :, FORWARD_PACKETS : FORWARD_PACKETS + 1] > 0).to(torch.float32)
        present = self.seen * (self.is_signal + self.is_flow * has_flow)
        return self.scaling(steps) * present * mask.unsqueeze(2)

    def logits(self, unusual: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        real = mask.unsqueeze(2)
        states, _ = self.lstm(torch.cat([unusual, 1 - real], dim=2))
        mean = (states * real).sum(dim=1) / torch.clamp(real.sum(dim=1), min=1.0)
        hidden = F.relu(self.dense(self.dropout(torch.cat([states[:, LENGTH - 1], mean], dim=1))))
        return self.attack(hidden).squeeze(1), self.pattern(hidden)


class ReleasedBiLstm(nn.Module):
    """As it is released: scaling, masking and calibration inside one graph.

    The newest request's own content score counts in full beside what its sequence shows: at first sight, when there is no
    sequence to speak of, the member then agrees with the content tower instead of halving what it found.
    """

    def __init__(self, network: BiLstm, slope: float, offset: float) -> None:
        super().__init__()
        self.network, self.slope, self.offset = network, slope, offset

    def behaviour(self, steps: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The calibrated score of the sequence alone."""
        return torch.sigmoid(self.slope * self.network.logits(self.network.unusual(steps, mask), mask)[0] + self.offset)

    def forward(self, steps: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        unusual = self.network.unusual(steps, mask)
        attack, pattern = self.network.logits(unusual, mask)
        behaviour = torch.sigmoid(self.slope * attack + self.offset)
        score = 1 - (1 - behaviour) * (1 - steps[:, LENGTH - 1, CONTENT])
        return score, torch.softmax(pattern, dim=1), unusual[:, LENGTH - 1]
