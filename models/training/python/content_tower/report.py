"""Writes the report page and the model card of a released content tower.

`python3 -m content_tower.report --data .work/extracted --weights .work/content.pt --model ../content/1.0.0 --reports reports`
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import matplotlib
import numpy as np
import torch

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from release.intervals import percent

from . import data as reading
from . import figures
from .network import CATEGORIES, PLACES, ContentTower, load

LISTED = 60
EXCERPT = 110


def probabilities(part: figures.Scored, manifest: dict) -> np.ndarray:
    calibration = manifest["calibration"]
    return 1 / (1 + np.exp(-np.clip(calibration["a"] * part.logits + calibration["b"], -40, 40)))


def draw_roc(test: figures.Scored, path: Path) -> None:
    benign, attack = test.api.logits, test.exploits.logits
    thresholds = np.sort(np.unique(np.concatenate([benign, attack])))[::-1]
    false = np.array([(benign >= t).mean() for t in thresholds[:: max(1, len(thresholds) // 2000)]])
    found = np.array([(attack >= t).mean() for t in thresholds[:: max(1, len(thresholds) // 2000)]])
    figure, axes = plt.subplots(figsize=(4.4, 3.2), dpi=90)
    axes.plot(np.maximum(false, 5e-5), found)
    axes.set_xscale("log")
    axes.set_xlim(5e-5, 1)
    axes.set_ylim(0.4, 1)
    axes.set_xlabel("benign API requests flagged")
    axes.set_ylabel("exploit requests flagged")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def reliability(test: figures.Scored, manifest: dict) -> list[tuple[float, float, float]]:
    """Mean score, observed share of attacks and share of traffic in bins of the score, at the share of attacks that the score is calibrated for."""
    share = manifest["calibration"]["attackShare"]
    score = np.concatenate([probabilities(test.api, manifest), probabilities(test.exploits, manifest)])
    attack = np.concatenate([np.zeros(len(test.api.records)), np.ones(len(test.exploits.records))])
    weight = np.where(attack == 1, share / attack.sum(), (1 - share) / (1 - attack).sum())
    bins = np.minimum((score * 10).astype(int), 9)
    rows = []
    for k in range(10):
        own = bins == k
        if own.any():
            total = weight[own].sum()
            rows.append(((weight * score)[own].sum() / total, (weight * attack)[own].sum() / total, total))
    return rows


def draw_reliability(rows: list[tuple[float, float, float]], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(3.6, 3.2), dpi=90)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    axes.plot([score for score, _, _ in rows], [observed for _, observed, _ in rows], marker="o")
    axes.set_xlabel("score")
    axes.set_ylabel("share of attacks")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def excerpt(data: reading.Dataset, window: int) -> str:
    if window < 0:
        return "(every value plain)"
    named = data.names[window].decode("utf-8", "replace")
    text = (f"{named}: " if named else "") + data.texts[window].decode("utf-8", "replace")[:EXCERPT]
    shown = "".join(c if c.isprintable() else "·" for c in text).replace("|", "¦").replace("`", "ˋ")
    return f"{PLACES[data.place[window]]} `{shown}`"


def missed(test: figures.Scored, threshold: float) -> list[str]:
    part = test.exploits
    part = part.of(part.logits < threshold)
    order = np.argsort(part.logits)
    rows = []
    for i in order[:LISTED]:
        meta = test.data.meta[part.records[i]]
        rows.append(f"| {meta['source']} | {meta['of']} | {meta['category']} | {excerpt(test.data, int(part.winner[i]))} |")
    return rows


def flagged(test: figures.Scored, threshold: float) -> list[str]:
    rows = []
    for part in (test.api, test.texts):
        part = part.of(part.logits >= threshold)
        seen: Counter = Counter()
        for i in np.argsort(-part.logits):
            text = excerpt(test.data, int(part.winner[i]))
            seen[(test.data.meta[part.records[i]]["source"], text)] += 1
        rows += [f"| {source} | {count} | {text} |" for (source, text), count in list(seen.items())[:LISTED]]
    return rows


def table(measured: dict, first: str) -> str:
    rows = [f"| {name} | {percent(value)} |" for name, value in measured.items()]
    return "\n".join([f"| {first} | reaches HIGH |", "|---|---|", *rows])


def curve_table(metrics: dict) -> str:
    head = "| benign API requests flagged | " + " | ".join(metrics["curve"]) + " |"
    line = "| exploit requests flagged | " + " | ".join(f"{v['rate']:.1%} ({v['low']:.1%}–{v['high']:.1%})" for v in metrics["curve"].values()) + " |"
    return "\n".join([head, "|---" * (len(metrics["curve"]) + 1) + "|", line])


def points_table(metrics: dict, thresholds: dict) -> str:
    rows = ["| threshold | exploit requests that show one | and plain external URLs | all as labelled | benign API requests | benign texts |", "|---|---|---|---|---|---|"]
    for name in ("high", "critical", "certain"):
        m = metrics[name]
        rows.append(f"| {name} ({thresholds[name]}) | {percent(m['exploits'])} | {percent(m['withPlainUrls'])} | {percent(m['asLabelled'])} | {percent(m['benignApi'], 2)} | {percent(m['benignTexts'], 2)} |")
    return "\n".join(rows)


def categories_named(tower: ContentTower, test: figures.Scored, threshold: float) -> str:
    """How often the category output names the source's category, of flagged exploit requests."""
    part = test.exploits
    part = part.of((part.logits >= threshold) & (part.winner >= 0) & (part.category >= 0))
    with torch.no_grad():
        places = torch.from_numpy(test.data.place[part.winner].astype(np.int64))
        named = tower.of_rows(test.data.rows(part.winner), places)[1].argmax(1).numpy()
    rows = ["| category | named | most often taken for |", "|---|---|---|"]
    for k, name in enumerate(CATEGORIES):
        of = part.category == k
        if of.any():
            others = Counter(CATEGORIES[c] for c in named[of] if c != k).most_common(2)
            rows.append(f"| {name} | {(named[of] == k).mean():.0%} of {of.sum()} | {', '.join(f'{o} {c}' for o, c in others)} |")
    rows.append(f"| all | {(named == part.category).mean():.0%} of {len(named)} | |")
    return "\n".join(rows)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--weights", type=Path, required=True)
    arguments.add_argument("--model", type=Path, required=True)
    arguments.add_argument("--reports", type=Path, required=True)
    arguments.add_argument("--ablation", type=Path, help="what content_tower.ablation wrote")
    options = arguments.parse_args()
    torch.set_num_threads(1)
    options.reports.mkdir(parents=True, exist_ok=True)
    manifest = json.loads((options.model / "manifest.json").read_text())
    data = reading.read(options.data)
    tower = load(options.weights)
    test = figures.score(tower, data, "test")
    calibration = manifest["calibration"]
    high = (np.log(0.6 / 0.4) - calibration["b"]) / calibration["a"]
    name = f"content-{manifest['version']}"
    draw_roc(test, options.reports / f"{name}-roc.png")
    rows = reliability(test, manifest)
    draw_reliability(rows, options.reports / f"{name}-reliability.png")
    (options.reports / f"{name}.md").write_text(page(tower, test, manifest, high, name, rows) + ablation(options.ablation))
    (options.model / "MODEL_CARD.md").write_text(card(manifest))


def page(tower: ContentTower, test: figures.Scored, manifest: dict, high: float, name: str, rows: list[tuple[float, float, float]]) -> str:
    metrics = manifest["metrics"]["test"]
    return f"""# Content tower {manifest['version']}

Figures of the test split: services, vulnerabilities and lists that were neither trained on nor used to choose anything.
`wy876-poc`, `vulhub` and `xray-pocs` are held out whole, together with every vulnerability and every distinctive path
of theirs in the other sources. Requests that only their context makes attacks (`weak`) are left out, on both sides.
“Show one”: without the requests in which a reader who knew neither the product nor any model's score saw no attack
(`src/content/reviewed-labels.jsonl`), or only a plain external URL. The columns beside it leave in the one or both.
Intervals are 95 % Wilson intervals; requests of one service or vulnerability are not independent, so take them as the least there is.
A request's score is the highest of its windows.
{"".join(chr(10) + note + chr(10) for note in manifest["notes"])}
## At the shipped thresholds

{points_table(metrics, manifest['thresholds'])}

High: {manifest['thresholdsFrom']['high']}. Critical: {manifest['thresholdsFrom']['critical']}. Certain: {manifest['thresholdsFrom']['certain']}.

## Detection at fixed false-positive rates

Thresholds read off the test split itself: for comparing models, not a promise.

{curve_table(metrics)}

![exploit requests flagged against benign API requests flagged]({name}-roc.png)
![reliability of the score]({name}-reliability.png)

The score is a probability where {manifest['calibration']['attackShare']:.1%} of the requests are attacks; at another share it orders requests as well, but is no probability.
Mean distance of score and observed share, by traffic: {sum(w * abs(s - o) for s, o, w in rows):.4f}; largest of a bin: {max(abs(s - o) for s, o, _ in rows):.2f}.

## Exploit requests by category

{table(metrics['byCategory'], 'category')}

## Exploit requests by source

{table(metrics['bySource'], 'source')}

## Payload lists and other attack requests by source

{table(metrics['payloadsBySource'], 'source')}

## Benign records by source

{table(metrics['benignBySource'], 'source')}

## Category named

Of the exploit requests that reach HIGH. The sources' own categories were partly guessed by patterns.

{categories_named(tower, test, high)}

## What it misses

The {LISTED} exploit requests of the test split with the lowest scores; the value is the one that scored highest.

| source | template | category | value |
|---|---|---|---|
{chr(10).join(missed(test, high))}

## What it wrongly flags

Benign values of the test split at or above HIGH, worst first; `count` is how many requests or texts hold the value.

| source | count | value |
|---|---|---|
{chr(10).join(flagged(test, high))}
"""


def ablation(path: Path | None) -> str:
    if path is None or not path.exists():
        return ""
    tried = json.loads(path.read_text())
    shares = list(tried[0]["curve"])
    rows = [f"| {row['what']} | " + " | ".join(f"{row['curve'][share]:.1%}" for share in shares) + " |" for row in tried]
    return f"""
## What was tried

Exploit requests of the validation split flagged where so many of its benign API requests are. Neighbours differ by chance: 1 % is about eight requests.

| variant | {" | ".join(shares)} |
|{"---|" * (len(shares) + 1)}
{chr(10).join(rows)}
"""


def card(manifest: dict) -> str:
    metrics = manifest["metrics"]["test"]
    used = [d for d in manifest["data"] if d["used"]]
    return f"""# Content tower {manifest['version']}

A byte-level convolutional network that reads one window of one decoded request value and says how likely it is (part of)
an attack, of which category, and which bytes moved the score.

- Input: `bytes` int32 `[N, L]` (L a multiple of 32 up to 256: the last {manifest['window']['name']} bytes of the value's name, {manifest['window']['boundary']}, up to {manifest['window']['text']} bytes of the decoded
  text, both UTF-8 with A–Z lower-cased; {manifest['window']['pad']} = padding at the end) and `place` int32 `[N]` (index in `places`). Longer values are several
  windows, {manifest['window']['stride']} bytes apart; a value's score is its highest window's.
- Output: `score` `[N]` in [0, 1], calibrated inside the graph; `categories` `[N, 16]`; `salience` `[N, L / {manifest['salience']['stride']}]`: what the
  {manifest['salience']['width']} tokens from {manifest['salience']['stride']}·i on added to the score's logit (gradient of the head times the pooled features, put where each maximum was won; never negative).
- Shape: embedding 16 → convolution 8 × 64 → maximum of pairs → convolution 3 × 64 → maxima of both over positions, with a place embedding of 8 → dense 64 → two heads; {manifest['parameters']} parameters.
- Data: {sum(d['used'] for d in used)} records of {len(used)} sources (hashes in the manifest), split by service, vulnerability and list; see the report in `models/training/reports`.

## Measured on the test split

{points_table(metrics, manifest['thresholds'])}

{curve_table(metrics)}

## Limits

- It sees one value at a time: attacks that only their context makes attacks (an upload named `x.jsp`, a default password, a plain external URL as a redirect) are not its business.
- Documents that quote attacks (security tickets, rule definitions, prompts about security) may be flagged: the text is the same.
- Benign traffic in the data is mostly English and mostly of a few large vendors' APIs; calibrate on your own traffic before blocking.
- `certain` rests on {manifest['thresholdsFrom']['certain'].split(' of ')[1]}: too few to measure 0.01 % well.
"""


if __name__ == "__main__":
    main()
