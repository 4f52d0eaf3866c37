"""Fits the content tower. `python3 -m content_tower.fit --data .work/extracted --out .work/content.pt`"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from . import data as reading
from .groups import API_TRAFFIC, GENERATED, STRONG_REQUESTS
from .network import ContentTower
from .scoring import score_split, score_windows

ATTACK_BAGS = 192
"""Attack records of one step; the maximum over a record's windows is what is told to be an attack."""
BAG_WINDOWS = 10
"""Windows of one attack record that one step looks at; of larger ones another draw each time."""
BENIGN_WINDOWS = 448
BENIGN_LEARNT = 192
"""Of a step's benign windows, those nearest to an attack, which are learnt from."""
HARD_SHARE = 0.35
"""Share of a step's benign windows that come from the last mining."""
MINING_STEPS = 1200
MINING_SAMPLE = 40_000
MINED = 6000
CATEGORY_WEIGHT = 0.3
ROBUSTNESS = 0.6
"""Exponent q of the generalised cross entropy (1 - p^q) / q on attacks (Zhang and Sabuncu 2018): near 0 it is the log loss, near 1 the
absolute error. Some attack records show no attack, and the log loss would learn whatever oddity tells them apart."""
PADDED_SHARE = 0.2
"""Share of short windows that get benign text before or after them, on both sides of the label."""
MOVED_SHARE = 0.1
"""Share of bare payloads and texts that are shown at another place than the one they were embedded at."""
MOVABLE_PLACES = [0, 1, 2, 2, 3, 4]


class Sampler:
    """Draws the records and windows of each step."""

    def __init__(self, data: reading.Dataset, seed: int) -> None:
        self.data = data
        self.random = np.random.default_rng(seed)
        train = data.split == reading.SPLITS.index("train")
        benign_records = data.records(train & ~data.attack)
        self.benign = self._benign_groups(benign_records)
        self.all_benign = np.unique(np.concatenate([w for w in self.benign.values()]))
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

    def _benign_groups(self, records: np.ndarray) -> dict[str, np.ndarray]:
        groups: dict[str, list[np.ndarray]] = {"api": [], "ordinary": [], "generated": [], "text": [], "agents": [], "shop": []}
        for record in records:
            source = self.data.source[record]
            if self.data.meta[record]["kind"] == "ordinary parts":
                name = "ordinary"
            elif source in API_TRAFFIC:
                name = "api"
            elif source == GENERATED:
                name = "generated"
            elif source == "user-agents":
                name = "agents"
            elif source in ("csic2010-train", "torpeda2012", "httpparams-train", "fwaf-goodqueries", "elastic-apache-log"):
                name = "shop"
            else:
                name = "text"
            groups[name].append(self.data.windows_of(record))
        return {name: np.unique(np.concatenate(bags)) for name, bags in groups.items() if sum(map(len, bags))}

    def _attack_groups(self) -> list[tuple[float, np.ndarray]]:
        """Requests, lists and generated texts by thirds or so; within lists and generated texts every category counts alike by its root."""
        records = np.array(sorted(self.bags))
        source = self.data.source[records]
        requests = records[np.isin(source, list(STRONG_REQUESTS))]
        generated = records[source == GENERATED]
        lists = records[~np.isin(source, [*STRONG_REQUESTS, GENERATED])]
        groups = [(0.40, requests)]
        for share, members in ((0.38, lists), (0.22, generated)):
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
            for record in self.random.choice(members, count):
                bag = self.bags[int(record)]
                chosen.append((int(record), bag if len(bag) <= BAG_WINDOWS else self.random.choice(bag, BAG_WINDOWS, replace=False)))
        return chosen

    def benign_windows(self) -> np.ndarray:
        hard = int(BENIGN_WINDOWS * HARD_SHARE) if len(self.hard) else 0
        shares = {"api": 0.48, "ordinary": 0.1, "text": 0.18, "generated": 0.16, "agents": 0.04, "shop": 0.04}
        weights = np.array([shares[name] for name in self.benign])
        counts = self.random.multinomial(BENIGN_WINDOWS - hard, weights / weights.sum())
        drawn = [self.random.choice(pool, count) for pool, count in zip(self.benign.values(), counts)]
        return np.concatenate([*drawn, self.random.choice(self.hard, hard)]) if hard else np.concatenate(drawn)

    def mine(self, tower: ContentTower) -> None:
        """Keeps the benign windows that look most like attacks, of a fresh sample and of the last ones kept."""
        sample = self.random.choice(self.all_benign, min(MINING_SAMPLE, len(self.all_benign)), replace=False)
        pool = np.unique(np.concatenate([sample, self.hard]))
        logits = score_windows(tower, self.data, pool)
        self.hard = pool[np.argsort(-logits)[:MINED]]


class Augment:
    """Changes that leave the label as it is."""

    def __init__(self, data: reading.Dataset, padding: np.ndarray, seed: int) -> None:
        self.data, self.padding, self.random = data, padding, random.Random(seed)

    def __call__(self, window: int, movable: bool) -> tuple[bytes, int]:
        text, place = self.data.texts[window], int(self.data.place[window])
        if len(text) < 200 and self.random.random() < PADDED_SHARE:
            text = self.pad(text)
        if movable and place in (1, 2) and self.random.random() < MOVED_SHARE:
            place = self.random.choice(MOVABLE_PLACES)
        return text, place

    def pad(self, text: bytes) -> bytes:
        room = reading.WINDOW - len(text)
        filler = self.data.texts[int(self.padding[self.random.randrange(len(self.padding))])][: self.random.randint(4, room)]
        joint = self.random.choice([b" ", b"", b"\n", b" "])[: room - len(filler)]
        return filler + joint + text if self.random.random() < 0.6 else text + joint + filler


def forward(tower: ContentTower, shown: list[tuple[bytes, int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of windows of any lengths: computed length by length, answered in order."""
    lengths = np.array([reading.padded_length(len(text)) for text, _ in shown])
    logits, categories, order = [], [], []
    for low, high in ((0, 32), (32, 64), (64, 128), (128, 256)):
        rows = np.flatnonzero((lengths > low) & (lengths <= high))
        if len(rows) == 0:
            continue
        tokens = torch.from_numpy(reading.tokens_of([shown[r][0] for r in rows], int(lengths[rows].max())))
        attack, category = tower(tokens, torch.tensor([shown[r][1] for r in rows]))
        logits.append(attack)
        categories.append(category)
        order.append(rows)
    back = torch.from_numpy(np.argsort(np.concatenate(order)))
    return torch.cat(logits)[back], torch.cat(categories)[back]


def step_loss(tower: ContentTower, sampler: Sampler, augment: Augment) -> torch.Tensor:
    """Loss of one step's winners: the best window of each attack record, and the benign windows nearest to an attack.

    Everything drawn is scored first without gradients; only what decides is computed again with them.
    """
    attacks, category = best_of_bags(tower, sampler, augment)
    benign = [augment(int(window), True) for window in sampler.benign_windows()]
    with torch.no_grad():
        benign = [benign[i] for i in forward(tower, benign)[0].topk(BENIGN_LEARNT).indices.tolist()]
    logits, category_logits = forward(tower, attacks + benign)
    missed = 1 - torch.sigmoid(logits[: len(attacks)]).clamp_min(1e-6) ** ROBUSTNESS
    attack_loss = missed.mean() / ROBUSTNESS + F.softplus(logits[len(attacks) :]).mean()
    known = category >= 0
    category_loss = F.cross_entropy(category_logits[: len(attacks)][known], category[known])
    return attack_loss + CATEGORY_WEIGHT * category_loss


def best_of_bags(tower: ContentTower, sampler: Sampler, augment: Augment) -> tuple[list[tuple[bytes, int]], torch.Tensor]:
    """The window of each drawn attack record that looks most like an attack now, and the records' categories."""
    data = sampler.data
    bags = sampler.attack_bags()
    shown = [[augment(int(w), "payload" in data.meta[record]["kind"]) for w in bag] for record, bag in bags]
    several = [i for i, windows in enumerate(shown) if len(windows) > 1]
    with torch.no_grad():
        logits = forward(tower, [window for i in several for window in shown[i]])[0].numpy()
    best = [0] * len(shown)
    at = 0
    for i in several:
        best[i] = int(logits[at : at + len(shown[i])].argmax())
        at += len(shown[i])
    return [windows[k] for windows, k in zip(shown, best)], torch.from_numpy(data.category[[record for record, _ in bags]])


def validate(tower: ContentTower, data: reading.Dataset) -> str:
    """Detection at a few false-positive rates, on the validation split's requests."""
    val = data.split == reading.SPLITS.index("val")
    benign, _ = score_split(tower, data, data.records(val & np.isin(data.source, list(API_TRAFFIC))))
    attack, _ = score_split(tower, data, data.records(val & data.attack & np.isin(data.source, list(STRONG_REQUESTS))))
    ordered = np.sort(benign)[::-1]
    points = {share: float((attack > ordered[int(share * len(ordered))]).mean()) for share in (0.01, 0.005, 0.002, 0.001)}
    return "  ".join(f"{share:.1%}: {found:.1%}" for share, found in points.items())


def fit(data: reading.Dataset, steps: int, seed: int, learning_rate: float, out: Path, start: Path | None) -> ContentTower:
    """Trains and saves every time it mines; `start` continues from saved weights with a new schedule."""
    torch.manual_seed(seed)
    tower = ContentTower()
    if start is not None:
        tower.load_state_dict(torch.load(start))
    sampler = Sampler(data, seed)
    texts = sampler.benign.get("text", sampler.all_benign)
    augment = Augment(data, np.concatenate([texts, sampler.benign.get("api", texts)]), seed)
    decayed = [p for name, p in tower.named_parameters() if "embedding" not in name and p.dim() > 1]
    others = [p for name, p in tower.named_parameters() if "embedding" in name or p.dim() <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 1e-3}, {"params": others, "weight_decay": 0.0}], lr=learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps, pct_start=0.08, final_div_factor=50)
    began, running = time.monotonic(), 0.0
    print(f"{len(sampler.bags)} attack records, {len(sampler.all_benign)} benign windows", flush=True)
    for step in range(1, steps + 1):
        loss = step_loss(tower, sampler, augment)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tower.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        running += loss.item()
        if step % 200 == 0:
            print(f"step {step}  loss {running / 200:.4f}  {step / (time.monotonic() - began):.1f} steps/s", flush=True)
            running = 0.0
        if (step % MINING_STEPS == 0 or step == 500) and step < steps:
            sampler.mine(tower)
            torch.save(tower.state_dict(), out)
        if step % (2 * MINING_STEPS) == 0 or step == steps:
            print(f"validation at step {step}  {validate(tower, data)}", flush=True)
    torch.save(tower.state_dict(), out)
    return tower


def history_of(weights: Path) -> Path:
    """Where the runs that led to saved weights are told; the manifest repeats it."""
    return weights.with_suffix(".history.json")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--steps", type=int, default=9000)
    arguments.add_argument("--seed", type=int, default=20_26)
    arguments.add_argument("--learning-rate", type=float, default=2e-3)
    arguments.add_argument("--start", type=Path, help="weights to continue from")
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    history = json.loads(history_of(options.start).read_text()) if options.start else []
    history.append({"steps": options.steps, "seed": options.seed, "learningRate": options.learning_rate})
    fit(reading.read(options.data), options.steps, options.seed, options.learning_rate, options.out, options.start)
    history_of(options.out).write_text(json.dumps(history))


if __name__ == "__main__":
    main()
