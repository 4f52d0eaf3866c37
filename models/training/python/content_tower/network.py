"""The content tower: one window of a decoded value, with its name -> how likely it is (part of) an attack, and of which kind."""

from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from .kernel import Pool, Rows, padded

CATEGORIES = [
    "sqli", "nosqli", "xss", "traversal", "cmdi", "ssti", "ssrf", "xxe",
    "ldap", "crlf", "deserialization", "protopollution", "log4shell", "graphql", "scanner", "other",
]  # fmt: skip
PLACES = ["path", "query", "body", "header", "cookie", "key", "filename", "raw"]
PAD = 256
BOUNDARY = 257
"""Token between a value's name and its text."""
TOKENS = 258
WINDOW = 256
"""Tokens of a row: name, boundary, text, padding."""
NAME = 24
TEXT = WINDOW - 1 - NAME
"""Bytes of text in one window, however long the name is."""
STRIDE = 176
SALIENCE_STRIDE = 8
"""Tokens between two salience entries: four positions of the second convolution, each of which stands for two tokens."""
SALIENCE_WIDTH = 19
"""Tokens that one entry covers: the last of its positions begins 6 tokens on and sees 2 * 2 + 1 + 8 = 13 tokens."""

EMBEDDING, FIRST_CHANNELS, SECOND_CHANNELS, FIRST_WIDTH, SECOND_WIDTH, PLACE_EMBEDDING, HIDDEN = 16, 64, 64, 8, 3, 8, 64

DROPPED_SHARE = 0.3
"""Share of the maxima that a training step does without: no verdict should hang on one of them."""


class ContentTower(nn.Module):
    """Token embedding, two convolutions, the maximum of both over positions, and two heads.

    Padding is zero everywhere: its embedding is zero and every pair of positions that begins on it is multiplied by zero
    after its ReLU, so it can never win the maximum and the amount of padding never changes the score.

    `forward` reads padded rows as the released graph does; `of_rows` computes the same over ragged rows, many times faster.
    """

    def __init__(self, first: int = FIRST_CHANNELS, second: int = SECOND_CHANNELS) -> None:
        super().__init__()
        self.embedding = nn.Embedding(TOKENS, EMBEDDING, padding_idx=PAD)
        self.first = nn.Conv1d(EMBEDDING, first, FIRST_WIDTH)
        self.second = nn.Conv1d(first, second, SECOND_WIDTH)
        self.place = nn.Embedding(len(PLACES), PLACE_EMBEDDING)
        self.dense = nn.Linear(first + second + PLACE_EMBEDDING, HIDDEN)
        self.attack = nn.Linear(HIDDEN, 1)
        self.category = nn.Linear(HIDDEN, len(CATEGORIES))
        self.dropout = nn.Dropout(DROPPED_SHARE)
        nn.init.normal_(self.embedding.weight, std=0.3)
        nn.init.normal_(self.place.weight, std=0.3)
        with torch.no_grad():
            self.embedding.weight[PAD] = 0

    def features(self, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`[N, L]` tokens -> non-negative features of both convolutions, `[N, C1, L / 2]` and `[N, C2, L / 2]`; position p begins at token 2p."""
        present = (tokens[:, ::2] != PAD).to(torch.float32).unsqueeze(1)
        x = self.embedding(tokens).transpose(1, 2)
        x = self.first(F.pad(x, (0, FIRST_WIDTH - 1)))
        x = x.view(x.shape[0], x.shape[1], -1, 2).max(dim=3).values
        first = F.relu(x) * present
        return first, F.relu(self.second(F.pad(first, (0, SECOND_WIDTH - 1)))) * present

    def hidden(self, first: torch.Tensor, second: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
        """Maxima of both convolutions and the place -> `[N, 64]`."""
        return F.relu(self.dense(torch.cat([self.dropout(torch.cat([first, second], dim=1)), self.place(place)], dim=1)))

    def forward(self, tokens: torch.Tensor, place: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`[N, L]`, `[N]` -> attack logits `[N]`, category logits `[N, 16]`."""
        first, second = self.features(tokens)
        return self.heads(self.hidden(first.amax(dim=2), second.amax(dim=2), place))

    def heads(self, hidden: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.attack(hidden).squeeze(1), self.category(hidden)

    def hidden_of_rows(self, rows: Rows, place: torch.Tensor) -> torch.Tensor:
        """On a GPU its own convolutions are the fast ones."""
        device = self.embedding.weight.device
        if device.type != "cpu":
            first, second = self.features(padded(rows, BOUNDARY, PAD).to(device))
            return self.hidden(first.amax(dim=2), second.amax(dim=2), place.to(device))
        table = torch.einsum("ec,fek->kcf", self.embedding.weight.t(), self.first.weight)
        first, second = Pool.apply(rows, table, self.first.bias, self.second.weight.permute(2, 1, 0), self.second.bias)
        return self.hidden(first, second, place)

    def of_rows(self, rows: Rows, place: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """As `forward`, over ragged rows."""
        return self.heads(self.hidden_of_rows(rows, place))


class ReleasedTower(nn.Module):
    """The tower as it is released: calibrated score, category distribution and salience, all inside one graph."""

    def __init__(self, tower: ContentTower, slope: float, offset: float) -> None:
        super().__init__()
        self.tower = tower
        self.register_buffer("slope", torch.tensor(slope))
        self.register_buffer("offset", torch.tensor(offset))

    def forward(self, tokens: torch.Tensor, place: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        tower = self.tower
        first, second = tower.features(tokens)
        hidden = tower.hidden(first.amax(dim=2), second.amax(dim=2), place)
        logit = tower.attack(hidden).squeeze(1)
        score = torch.sigmoid(self.slope * logit + self.offset)
        categories = torch.softmax(tower.category(hidden), dim=1)
        return score, categories, self.salience(first, second, hidden)

    def salience(self, first: torch.Tensor, second: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """Gradient of the calibrated logit by the maxima, times them, put where each maximum was won.

        Contributions that speak against an attack are left out; positions that tie share theirs.
        """
        tower = self.tower
        active = (hidden > 0).to(torch.float32) * (self.slope * tower.attack.weight)
        gradient = active @ tower.dense.weight
        split = first.shape[1]
        won = self.won(first, gradient[:, :split]) + self.won(second, gradient[:, split : split + second.shape[1]])
        return (F.avg_pool1d(won, SALIENCE_STRIDE // 2) * (SALIENCE_STRIDE // 2)).squeeze(1)

    @staticmethod
    def won(features: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        pooled = features.amax(dim=2)
        moved = F.relu(gradient * pooled)
        winner = (features == pooled.unsqueeze(2)).to(torch.float32)
        return (winner * (moved / winner.sum(dim=2)).unsqueeze(2)).sum(dim=1, keepdim=True)


def load(weights: Path) -> ContentTower:
    """The tower whose weights were saved, with as many channels as they have."""
    state = torch.load(weights, map_location="cpu")
    tower = ContentTower(len(state["first.bias"]), len(state["second.bias"]))
    tower.load_state_dict(state)
    return tower.eval()
