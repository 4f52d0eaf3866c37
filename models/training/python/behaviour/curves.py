"""Pictures of a behaviour model's scores: ROC and reliability."""

from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

BINS = 10


def draw_roc(scores: np.ndarray, labels: np.ndarray, path: Path) -> None:
    """Detection by false-positive rate (rows), on a scale of logs: what matters lies far to the left."""
    order = np.argsort(-scores, kind="stable")
    attack = labels[order] == 1
    alarms, hits = np.cumsum(~attack) / max(1, (~attack).sum()), np.cumsum(attack) / max(1, attack.sum())
    figure, axes = plt.subplots(figsize=(4.4, 3.2), dpi=90)
    axes.plot(np.maximum(alarms, 1e-5), hits)
    axes.set_xscale("log")
    axes.set_xlim(1e-5, 1)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("benign rows flagged")
    axes.set_ylabel("attack rows flagged")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def reliability(scores: np.ndarray, labels: np.ndarray, prior: float) -> list[dict]:
    """Mean score and share of attacks in each tenth of the scale, with attacks weighted to `prior` of all rows."""
    attack = labels == 1
    weight = np.where(attack, prior / max(1, attack.sum()), (1 - prior) / max(1, (~attack).sum()))
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    table = []
    for number in range(BINS):
        use = bins == number
        if use.any():
            share = float(weight[use][attack[use]].sum() / weight[use].sum())
            table.append({"score": round(float(np.average(scores[use], weights=weight[use])), 4), "attacks": round(share, 4), "n": int(use.sum())})
    return table


def draw_reliability(table: list[dict], prior: float, path: Path) -> None:
    figure, axes = plt.subplots(figsize=(3.6, 3.2), dpi=90)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    axes.plot([entry["score"] for entry in table], [entry["attacks"] for entry in table], marker="o")
    axes.set_xlabel("score")
    axes.set_ylabel(f"share of attacks ({prior:.0%} of the rows)")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
