"""Fits the content tower. `python3 -m content_tower.fit --data .work/extracted --out .work/content.pt`"""

import argparse
import copy
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from . import data as reading
from .augment import BODY, QUERY, Augment
from .groups import API_TRAFFIC, STRONG_REQUESTS
from .kernel import rows_of
from .network import FIRST_CHANNELS, SECOND_CHANNELS, ContentTower
from .sampler import Sampler
from .scoring import score_split

STEPS = 30_000
LEARNING_RATE = 2e-3
BENIGN_LEARNT = 256
"""Of a step's benign windows, those nearest to an attack, which are learnt from."""
MINING_STEPS = 500
VALIDATION_STEPS = 2500
CATEGORY_WEIGHT = 0.3
ROBUSTNESS = 0.6
"""Exponent q of the generalised cross entropy (1 - p^q) / q on attacks (Zhang and Sabuncu 2018): near 0 it is the log loss, near 1 the
absolute error. Some attack records show no attack, and the log loss would learn whatever oddity tells them apart."""
MOVABLE_KINDS = {"payload", "evaded payload"}
"""Attacks whose name and place somebody chose for them."""
AVERAGED_STEPS = 1000
"""The released weights are a moving average over about as many steps: single steps follow the last hard examples."""

Shown = tuple[bytes, bytes, int]
"""Name, text and place of a window as a step sees it."""


def forward(tower: ContentTower, shown: list[Shown]) -> tuple[torch.Tensor, torch.Tensor]:
    return tower.of_rows(rows_of([(name, text) for name, text, _ in shown]), torch.tensor([place for _, _, place in shown]))


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
    category = category.to(logits.device)
    known = category >= 0
    category_loss = F.cross_entropy(category_logits[: len(attacks)][known], category[known])
    return attack_loss + CATEGORY_WEIGHT * category_loss


def best_of_bags(tower: ContentTower, sampler: Sampler, augment: Augment) -> tuple[list[Shown], torch.Tensor]:
    """The window of each drawn attack record that looks most like an attack now, and the records' categories."""
    data = sampler.data
    bags = sampler.attack_bags()
    shown = [[augment(int(w), data.meta[record]["kind"] in MOVABLE_KINDS) for w in bag] for record, bag in bags]
    several = [i for i, windows in enumerate(shown) if len(windows) > 1]
    with torch.no_grad():
        logits = forward(tower, [window for i in several for window in shown[i]])[0].cpu().numpy()
    best = [0] * len(shown)
    at = 0
    for i in several:
        best[i] = int(logits[at : at + len(shown[i])].argmax())
        at += len(shown[i])
    return [windows[k] for windows, k in zip(shown, best)], torch.from_numpy(data.category[[record for record, _ in bags]])


def validate(tower: ContentTower, data: reading.Dataset) -> dict[str, float]:
    """Detection at a few false-positive rates, on the validation split's requests that show an attack."""
    val = (data.split == reading.SPLITS.index("val")) & np.array(["shows" not in meta for meta in data.meta])
    benign, _ = score_split(tower, data, data.records(val & np.isin(data.source, list(API_TRAFFIC))))
    attack, _ = score_split(tower, data, data.records(val & data.attack & np.isin(data.source, list(STRONG_REQUESTS))))
    ordered = np.sort(benign)[::-1]
    return {f"{share:.2%}": round(float((attack > ordered[int(share * len(ordered))]).mean()), 4) for share in (0.01, 0.005, 0.002, 0.001, 0.0005)}


class MovingAverage:
    def __init__(self, tower: ContentTower) -> None:
        self.tower = copy.deepcopy(tower).eval()
        self.steps = 0

    def follow(self, tower: ContentTower) -> None:
        self.steps += 1
        share = min(1 / self.steps, 1 / AVERAGED_STEPS) if self.steps > AVERAGED_STEPS else 1 / min(self.steps, 100)
        with torch.no_grad():
            for own, new in zip(self.tower.parameters(), tower.parameters()):
                own.lerp_(new, share)


def fit(data: reading.Dataset, tower: ContentTower, options: argparse.Namespace) -> tuple[ContentTower, list[dict]]:
    """Trains; answers the averaged tower and what was measured on the way. Saves every time it measures."""
    sampler = Sampler(data, options.seed)
    texts = sampler.benign["text"].windows if "text" in sampler.benign else sampler.all_benign
    api = sampler.benign["api"].windows if "api" in sampler.benign else sampler.all_benign
    names = [data.names[w] for w in api if data.place[w] in (QUERY, BODY) and data.names[w]] or [b""]
    augment = Augment(data, np.concatenate([texts, api]), names, options.seed)
    decayed = [p for name, p in tower.named_parameters() if "embedding" not in name and p.dim() > 1]
    others = [p for name, p in tower.named_parameters() if "embedding" in name or p.dim() <= 1]
    rate = options.learning_rate
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 1e-3}, {"params": others, "weight_decay": 0.0}], lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=options.steps, pct_start=0.05, final_div_factor=50)
    average = MovingAverage(tower)
    began, running, measured = time.monotonic(), 0.0, []
    print(f"{len(sampler.bags)} attack records, {len(sampler.all_benign)} benign windows", flush=True)
    for step in range(1, options.steps + 1):
        loss = step_loss(tower, sampler, augment)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tower.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        average.follow(tower)
        running += loss.item()
        if step % MINING_STEPS == 0:
            print(f"step {step}  loss {running / MINING_STEPS:.4f}  {step / (time.monotonic() - began):.1f} steps/s", flush=True)
            running = 0.0
            sampler.mine(tower)
        if step % VALIDATION_STEPS == 0 or step == options.steps:
            measured.append({"step": step, **validate(average.tower, data)})
            print(f"validation {measured[-1]}", flush=True)
            torch.save(average.tower.state_dict(), options.out)
    return average.tower, measured


def history_of(weights: Path) -> Path:
    """Where the run that led to saved weights is told; the manifest repeats it."""
    return weights.with_suffix(".history.json")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--steps", type=int, default=STEPS)
    arguments.add_argument("--seed", type=int, default=20_26)
    arguments.add_argument("--learning-rate", type=float, default=LEARNING_RATE)
    arguments.add_argument("--channels", type=int, nargs=2, default=[FIRST_CHANNELS, SECOND_CHANNELS])
    options = arguments.parse_args()
    torch.set_num_threads(1)  # beside the kernel's two
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tower, measured = fit(reading.read(options.data), ContentTower(*options.channels).to(device), options)
    torch.save(tower.cpu().state_dict(), options.out)
    run = {"steps": options.steps, "seed": options.seed, "learningRate": options.learning_rate, "device": device}
    history_of(options.out).write_text(json.dumps({**run, "validation": measured}))


if __name__ == "__main__":
    main()
