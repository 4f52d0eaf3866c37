"""Detection and false-positive rates of scored records."""

from dataclasses import dataclass

import numpy as np

from release.calibration import threshold_at
from release.intervals import rate

from .data import SPLITS, Dataset
from .groups import API_TRAFFIC, GENERATED, STRONG_REQUESTS, TEXTS
from .network import CATEGORIES, ContentTower
from .scoring import score_split

CURVE = [0.01, 0.005, 0.003, 0.002, 0.001, 0.0005]


@dataclass
class Scored:
    """Records of one split with their logits."""

    data: Dataset
    records: np.ndarray
    logits: np.ndarray
    winner: np.ndarray

    def of(self, mask: np.ndarray) -> "Scored":
        return Scored(self.data, self.records[mask], self.logits[mask], self.winner[mask])

    @property
    def source(self) -> np.ndarray:
        return self.data.source[self.records]

    @property
    def attack(self) -> np.ndarray:
        return self.data.attack[self.records]

    @property
    def category(self) -> np.ndarray:
        return self.data.category[self.records]

    def from_sources(self, sources: set[str], attack: bool) -> "Scored":
        return self.of(np.isin(self.source, list(sources)) & (self.attack == attack))

    @property
    def api(self) -> "Scored":
        return self.from_sources(API_TRAFFIC, False)

    @property
    def texts(self) -> "Scored":
        return self.from_sources(TEXTS, False)

    @property
    def labelled_exploits(self) -> "Scored":
        """Exploit requests as their sources label them."""
        return self.from_sources(STRONG_REQUESTS, True)

    @property
    def shown_exploits(self) -> "Scored":
        """Exploit requests that show one to somebody who does not know the end point, by review."""
        return self.labelled_exploits.of_shows({None, "plain-url"})

    @property
    def exploits(self) -> "Scored":
        """Shown exploits without the redirects and SSRF to plain external URLs, which are benign values by decision."""
        return self.labelled_exploits.of_shows({None})

    def of_shows(self, wanted: set[str | None]) -> "Scored":
        return self.of(np.array([self.data.meta[record].get("shows") in wanted for record in self.records], dtype=bool))


def score(tower: ContentTower, data: Dataset, split: str) -> Scored:
    records = data.records((data.split == SPLITS.index(split)) & (data.source != GENERATED))
    logits, winner = score_split(tower, data, records)
    return Scored(data, records, logits, winner)


def reached(part: Scored, threshold: float) -> dict:
    return rate(int((part.logits >= threshold).sum()), len(part.logits))


def by_source(part: Scored, threshold: float) -> dict:
    return {name: reached(part.of(part.source == name), threshold) for name in sorted(set(part.source))}


def by_category(part: Scored, threshold: float) -> dict:
    return {name: reached(part.of(part.category == i), threshold) for i, name in enumerate(CATEGORIES) if (part.category == i).any()}


def curve(attack: Scored, benign: Scored) -> dict:
    """Detection rate at false-positive rates of the same split: compares models, chooses nothing."""
    points = {}
    for share in CURVE:
        threshold = threshold_at(benign.logits, share)
        points[f"{share:.2%}"] = rate(int((attack.logits > threshold).sum()), len(attack.logits))
    return points


def category_accuracy(tower_categories: np.ndarray, part: Scored) -> dict:
    known = part.category >= 0
    return rate(int((tower_categories[known] == part.category[known]).sum()), int(known.sum()))
