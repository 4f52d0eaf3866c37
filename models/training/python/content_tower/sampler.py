"""Draws what each training step looks at."""

import numpy as np

from . import data as reading
from .groups import API_TRAFFIC, GENERATED, STRONG_REQUESTS
from .network import ContentTower
from .scoring import score_windows

ATTACK_BAGS = 256
"""Attack records of one step; the maximum over a record's windows is what is told to be an attack."""
BAG_WINDOWS = 12
"""Windows of one attack record that one step looks at; of larger ones another draw each time."""
BENIGN_WINDOWS = 896
HARD_SHARE = 0.35
"""Share of a step's benign windows that come from the last mining."""
MINED = 8000
BENIGN_SHARES = {"api": 0.44, "ordinary": 0.1, "text": 0.15, "documents": 0.06, "generated": 0.17, "agents": 0.04, "shop": 0.04}
REQUESTS, LISTS, GENERATED_ATTACKS = 0.38, 0.32, 0.30
"""Shares of a step's attack records."""
ONE_SHOP = {"csic2010-train", "torpeda2012", "httpparams-train", "fwaf-goodqueries", "elastic-apache-log"}


class Pool:
    """Windows that are drawn with given weights."""

    def __init__(self, windows: np.ndarray, weights: np.ndarray) -> None:
        self.windows = windows
        self.sums = np.cumsum(weights / weights.sum())

    def draw(self, count: int, random: np.random.Generator) -> np.ndarray:
        at = np.searchsorted(self.sums, random.random(count))
        return self.windows[np.minimum(at, len(self.windows) - 1)]


class Sampler:
    """Records and windows of the training split, step by step."""

    def __init__(self, data: reading.Dataset, seed: int) -> None:
        self.data = data
        self.random = np.random.default_rng(seed)
        train = data.split == reading.SPLITS.index("train")
        self.benign = self._benign_pools(data.records(train & ~data.attack))
        self.all_benign = np.unique(np.concatenate([pool.windows for pool in self.benign.values()]))
        harmless = np.zeros(len(data.texts), dtype=bool)
        harmless[self.all_benign] = True
        # A window that benign traffic holds too is not what made a request an attack.
        self.bags: dict[int, np.ndarray] = {}
        for record in data.records(train & data.attack):
            bag = data.windows_of(record)
            bag = bag[~harmless[bag]]
            if len(bag):
                self.bags[int(record)] = bag
        self.attack = self._attack_groups()
        self.hard = np.zeros(0, dtype=np.int64)

    def _group(self, record: int) -> str:
        source = self.data.source[record]
        if self.data.meta[record]["kind"] == "ordinary parts":
            return "ordinary"
        if source in API_TRAFFIC:
            return "api"
        if source == GENERATED:
            return "generated"
        if source == "user-agents":
            return "agents"
        if source == "workspace-documents":
            return "documents"
        return "shop" if source in ONE_SHOP else "text"

    def _benign_pools(self, records: np.ndarray) -> dict[str, Pool]:
        """Each group's distinct windows; a service with many requests counts by the root of their number."""
        owners: dict[str, dict[str, list[np.ndarray]]] = {name: {} for name in BENIGN_SHARES}
        for record in records:
            group = owners[self._group(record)]
            group.setdefault(self.data.meta[record]["key"], []).append(self.data.windows_of(record))
        pools = {}
        for name, keys in owners.items():
            parts = [np.unique(np.concatenate(bags)) for bags in keys.values() if sum(map(len, bags))]
            if parts:
                weights = np.concatenate([np.full(len(part), len(part) ** -0.5) for part in parts])
                pools[name] = Pool(np.concatenate(parts), weights)
        return pools

    def _attack_groups(self) -> list[tuple[float, np.ndarray]]:
        """Within lists and generated texts every category counts by the root of its number."""
        records = np.array(sorted(self.bags))
        source = self.data.source[records]
        requests = records[np.isin(source, list(STRONG_REQUESTS))]
        generated = records[source == GENERATED]
        lists = records[~np.isin(source, [*STRONG_REQUESTS, GENERATED])]
        groups = [(REQUESTS, requests)]
        for share, members in ((LISTS, lists), (GENERATED_ATTACKS, generated)):
            category = self.data.category[members]
            found, counts = np.unique(category, return_counts=True)
            weights = np.sqrt(counts) / np.sqrt(counts).sum()
            groups += [(share * float(w), members[category == c]) for c, w in zip(found, weights)]
        return groups

    def attack_bags(self) -> list[tuple[int, np.ndarray]]:
        shares = np.array([share for share, _ in self.attack])
        counts = self.random.multinomial(ATTACK_BAGS, shares / shares.sum())
        chosen = []
        for (_, members), count in zip(self.attack, counts):
            for record in members[self.random.integers(0, len(members), count)]:
                bag = self.bags[int(record)]
                chosen.append((int(record), bag if len(bag) <= BAG_WINDOWS else self.random.choice(bag, BAG_WINDOWS, replace=False)))
        return chosen

    def benign_windows(self) -> np.ndarray:
        hard = int(BENIGN_WINDOWS * HARD_SHARE) if len(self.hard) else 0
        weights = np.array([BENIGN_SHARES[name] for name in self.benign])
        counts = self.random.multinomial(BENIGN_WINDOWS - hard, weights / weights.sum())
        drawn = [pool.draw(count, self.random) for pool, count in zip(self.benign.values(), counts)]
        if hard:
            drawn.append(self.hard[self.random.integers(0, len(self.hard), hard)])
        return np.concatenate(drawn)

    def mine(self, tower: ContentTower) -> None:
        """Keeps the benign windows that look most like attacks."""
        logits = score_windows(tower, self.data, self.all_benign)
        self.hard = self.all_benign[np.argsort(-logits, kind="stable")[:MINED]]
