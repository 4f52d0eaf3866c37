"""Fits the category head anew on records whose category is known rather than guessed. Scores stay as they are.

Whole requests carry categories that patterns guessed (`; cat /etc/passwd` is a traversal to them); lists and generated texts
were collected by kind. `python3 -m content_tower.category_head --data .work/extracted --weights .work/fitted.pt --out .work/content.pt`
"""

import argparse
import re
import shutil
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from . import data as reading
from .fit import history_of
from .groups import GUESSED_CATEGORIES, STRONG_REQUESTS
from .network import CATEGORIES, ContentTower, load
from .scoring import score_split

KNOWN_IN_REQUESTS = {"scanner", "xxe", "deserialization", "log4shell", "graphql", "crlf", "ssti", "other"}
"""Categories that a whole request's label names reliably: their syntax or their end points are their own."""
SHARED_WITH_SQL = re.compile(rb"\b(?:or|and)\s+\(?['\"]?[\w ]*['\"]?\s*=|['\"]\s*--|\bunion\b")
"""What XPath queries and keys of tokens are broken with as well; the field calls it SQL injection, so it is no example of `other`."""
RECORDS_EACH = 4000
ROUNDS = 1000
LEARNING_RATE = 0.02


def known_records(data: reading.Dataset, seed: int) -> np.ndarray:
    """At most RECORDS_EACH training records of every category that say what they are."""
    draw = np.random.default_rng(seed)
    train = data.attack & (data.split == reading.SPLITS.index("train")) & (data.category >= 0) & ~np.isin(data.source, list(GUESSED_CATEGORIES))
    named = np.isin(data.category, [CATEGORIES.index(name) for name in KNOWN_IN_REQUESTS])
    known = train & (named | ~np.isin(data.source, list(STRONG_REQUESTS)))
    chosen = []
    for k in range(len(CATEGORIES)):
        records = data.records(known & (data.category == k))
        if CATEGORIES[k] == "other":
            records = np.array([r for r in records if not any(SHARED_WITH_SQL.search(data.texts[w]) for w in data.windows_of(r))])
        chosen.append(draw.permutation(records)[:RECORDS_EACH])
    return np.concatenate(chosen)


def hidden_of(tower: ContentTower, data: reading.Dataset, windows: np.ndarray) -> torch.Tensor:
    with torch.no_grad():
        return tower.hidden_of_rows(data.rows(windows), torch.from_numpy(data.place[windows].astype(np.int64)))


def refit(tower: ContentTower, data: reading.Dataset, seed: int) -> None:
    """Trains only the last layer, on the window of each record that looks most like an attack; categories weigh the same."""
    torch.manual_seed(seed)
    records = known_records(data, seed)
    _, winner = score_split(tower, data, records)
    found = winner >= 0
    labels = torch.from_numpy(data.category[records[found]])
    hidden = hidden_of(tower, data, winner[found])
    counts = torch.bincount(labels, minlength=len(CATEGORIES)).clamp_min(1)
    weights = 1 / counts.sqrt()
    head = torch.nn.Linear(hidden.shape[1], len(CATEGORIES))
    optimiser = torch.optim.AdamW(head.parameters(), lr=LEARNING_RATE, weight_decay=1e-3)
    for _ in range(ROUNDS):
        loss = F.cross_entropy(head(hidden), labels, weights)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    right = (head(hidden).argmax(1) == labels).float().mean()
    print(f"category head: {len(labels)} records, {right:.1%} named as their list names them", flush=True)
    tower.category.load_state_dict(head.state_dict())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--weights", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--seed", type=int, default=20_26)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    tower = load(options.weights)
    refit(tower, reading.read(options.data), options.seed)
    torch.save(tower.state_dict(), options.out)
    shutil.copyfile(history_of(options.weights), history_of(options.out))


if __name__ == "__main__":
    main()
