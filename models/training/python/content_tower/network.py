"""The content tower: one window of a decoded value -> how likely it is (part of) an attack, and of which kind."""

import torch
from torch import nn
from torch.nn import functional as F

CATEGORIES = [
    "sqli", "nosqli", "xss", "traversal", "cmdi", "ssti", "ssrf", "xxe",
    "ldap", "crlf", "deserialization", "protopollution", "log4shell", "graphql", "scanner", "other",
]  # fmt: skip
PLACES = ["path", "query", "body", "header", "cookie", "key", "filename", "raw"]
PAD = 256
WINDOW = 256
WINDOW_STRIDE = 192
SALIENCE_STRIDE = 8
"""Bytes between two salience entries: four positions of the second convolution, each of which stands for two bytes."""
SALIENCE_WIDTH = 19
"""Bytes that one entry covers: the last of its positions begins 6 bytes on and sees 2 * 2 + 1 + 8 = 13 bytes."""

EMBEDDING, CHANNELS, FIRST_WIDTH, SECOND_WIDTH, PLACE_EMBEDDING, HIDDEN = 16, 64, 8, 3, 8, 64


class ContentTower(nn.Module):
    """Byte embedding, two convolutions, maximum over positions, and two heads.

    Padding is zero everywhere: its embedding is zero and every pair of positions that begins on it is multiplied by zero
    after its ReLU, so it can never win the maximum and the amount of padding never changes the score.
    """

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(257, EMBEDDING, padding_idx=PAD)
        self.first = nn.Conv1d(EMBEDDING, CHANNELS, FIRST_WIDTH)
        self.second = nn.Conv1d(CHANNELS, CHANNELS, SECOND_WIDTH)
        self.place = nn.Embedding(len(PLACES), PLACE_EMBEDDING)
        self.dense = nn.Linear(CHANNELS + PLACE_EMBEDDING, HIDDEN)
        self.attack = nn.Linear(HIDDEN, 1)
        self.category = nn.Linear(HIDDEN, len(CATEGORIES))
        nn.init.normal_(self.embedding.weight, std=0.3)
        nn.init.normal_(self.place.weight, std=0.3)
        with torch.no_grad():
            self.embedding.weight[PAD] = 0

    def features(self, tokens: torch.Tensor) -> torch.Tensor:
        """`[N, L]` tokens -> `[N, 64, L / 2]` non-negative features; position p begins at byte 2p."""
        present = (tokens[:, ::2] != PAD).to(torch.float32).unsqueeze(1)
        x = self.embedding(tokens).transpose(1, 2)
        x = self.first(F.pad(x, (0, FIRST_WIDTH - 1)))
        x = x.view(x.shape[0], CHANNELS, -1, 2).max(dim=3).values
        x = F.relu(x) * present
        return F.relu(self.second(F.pad(x, (0, SECOND_WIDTH - 1)))) * present

    def hidden(self, pooled: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
        return F.relu(self.dense(torch.cat([pooled, self.place(place)], dim=1)))

    def forward(self, tokens: torch.Tensor, place: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`[N, L]`, `[N]` -> attack logits `[N]`, category logits `[N, 16]`."""
        hidden = self.hidden(self.features(tokens).max(dim=2).values, place)
        return self.attack(hidden).squeeze(1), self.category(hidden)


class ReleasedTower(nn.Module):
    """The tower as it is released: calibrated score, category distribution and salience, all inside one graph."""

    def __init__(self, tower: ContentTower, slope: float, offset: float) -> None:
        super().__init__()
        self.tower = tower
        self.register_buffer("slope", torch.tensor(slope))
        self.register_buffer("offset", torch.tensor(offset))

    def forward(self, tokens: torch.Tensor, place: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        tower = self.tower
        features = tower.features(tokens)
        pooled = features.amax(dim=2)
        hidden = tower.hidden(pooled, place)
        logit = tower.attack(hidden).squeeze(1)
        score = torch.sigmoid(self.slope * logit + self.offset)
        categories = torch.softmax(tower.category(hidden), dim=1)
        return score, categories, self.salience(features, pooled, hidden)

    def salience(self, features: torch.Tensor, pooled: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """Gradient of the calibrated logit by the pooled features, times them, put where each maximum was won.

        Contributions that speak against an attack are left out; positions that tie share theirs.
        """
        tower = self.tower
        active = (hidden > 0).to(torch.float32) * (self.slope * tower.attack.weight)
        moved = F.relu((active @ tower.dense.weight[:, :CHANNELS]) * pooled)
        won = (features == pooled.unsqueeze(2)).to(torch.float32)
        shared = (won * (moved / won.sum(dim=2)).unsqueeze(2)).sum(dim=1, keepdim=True)
        return (F.avg_pool1d(shared, SALIENCE_STRIDE // 2) * (SALIENCE_STRIDE // 2)).squeeze(1)
