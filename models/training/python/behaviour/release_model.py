"""Writes what a release consists of: graph, manifest, golden vectors, model card, report."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from lab_data.records import PATTERNS, Recording
from release.manifest import describe_graph, write_manifest

from . import pages
from .curves import draw_reliability, draw_roc
from .ensemble import HIGH
from .operating_points import ATTACK_PRIOR, CERTAIN_CLIENTS, CERTAIN_FALSE_POSITIVES, HIGH_FALSE_POSITIVES, OperatingPoints

OPSET = 13
GOLDEN_TOLERANCE = 1e-4


def write_graph(released: torch.nn.Module, samples: dict[str, torch.Tensor], outputs: list[str], path: Path) -> None:
    names = [*samples, *outputs]
    torch.onnx.export(
        released.eval(),
        tuple(value[:3] for value in samples.values()),
        str(path),
        input_names=list(samples),
        output_names=outputs,
        dynamic_axes={name: {0: "batch"} for name in names},
        opset_version=OPSET,
    )


def data_description(recording: Recording) -> dict:
    clients = recording.clients
    count = lambda use: dict(sorted(Counter(use).items()))  # noqa: E731
    return {
        "source": "traffic lab: real programs and scripted clients against demo APIs in one process with the extractor",
        "recordings": recording.settings,
        "clients": count(client["label"] for client in clients),
        "clientsBySplit": {part: count(c["label"] for c, s in zip(clients, recording.split, strict=True) if s == part) for part in ("train", "val", "test")},
        "clientsByKind": count(client["kind"] for client in clients),
        "steps": len(recording.steps),
    }


def shipped(metrics: dict) -> dict:
    """What a manifest tells of the figures: tables of clients by behaviour are the report's, their totals stay."""
    kept = {name: value for name, value in metrics.items() if name not in ("clients", "baselines", "ablation")}
    totals = lambda table: {name: value for name, value in table.items() if name not in ("attack", "benign")}  # noqa: E731
    if "clients" in metrics:
        clients = metrics["clients"]
        sides = {side: {part: totals(table) for part, table in clients[side].items()} for side in ("withFlow", "withoutFlow")}
        joined = {
            prefix: {"goal": entry["goal"], **{side: entry[side]["rejected"] for side in ("withFlow", "withoutFlow")}}
            for prefix, entry in clients["collateral"]["joined"].items()
        }
        kept["clients"] = {"members": clients["members"], **sides, "collateral": joined}
    if "baselines" in metrics:
        kept["baselines"] = {name: totals(table) for name, table in metrics["baselines"].items()}
    return kept


def golden(schema: str, released: torch.nn.Module, samples: dict[str, torch.Tensor], outputs: list[str]) -> dict:
    with torch.no_grad():
        values = dict(zip(outputs, released(*samples.values()), strict=True))
    entries = []
    for row in range(len(values["score"])):
        entry: dict = {}
        if "steps" in samples:
            real = samples["mask"][row] > 0
            entry["steps"] = [[float(v) for v in step] for step in samples["steps"][row][real]]
            entry["patterns"] = [round(float(v), 7) for v in values["patterns"][row]]
        else:
            entry["features"] = [float(v) for v in samples["features"][row]]
        entry["score"] = round(float(values["score"][row]), 7)
        entries.append(entry)
    note = "steps are the real ones, oldest first" if "steps" in samples else "mask is that of the schema"
    return {"schema": schema, "tolerance": GOLDEN_TOLERANCE, "note": f"Raw inputs; {note}.", "entries": entries}


def release(
    *,
    role: str,
    schema: str,
    directory: Path,
    reports: Path | None,
    released: torch.nn.Module,
    samples: dict[str, torch.Tensor],
    outputs: list[str],
    points: OperatingPoints,
    metrics: dict,
    curve: tuple[np.ndarray, np.ndarray],
    recording: Recording,
    seed: int,
    notes: list[str],
) -> None:
    """`curve` holds scores and labels of the test rows, for the pictures; `notes` go onto the pages."""
    directory.mkdir(parents=True, exist_ok=True)
    released.eval()
    write_graph(released, samples, outputs, directory / "model.onnx")
    vectors = json.dumps(golden(schema, released, samples, outputs), separators=(",", ":"))
    (directory / "golden.json").write_text(re.sub(r'\{"(steps|features)"', r'\n{"\1"', vectors) + "\n")
    manifest = {
        "name": role,
        "version": directory.name,
        "role": role,
        "schema": schema,
        **describe_graph(directory / "model.onnx"),
        "parameters": sum(p.numel() for p in released.parameters()),
        "thresholds": {"high": HIGH, "certain": points.certain},
        "thresholdsFrom": {
            "high": f"at most {HIGH_FALSE_POSITIVES:.2%} of {points.basis}",
            "certain": f"at most {CERTAIN_FALSE_POSITIVES:.2%} of the rows and {CERTAIN_CLIENTS:.1%} of the sessions of {points.basis}, and never below {points.least_certain}",
        },
        "calibration": {"method": "anchored logistic", "a": points.slope, "b": points.offset, "inGraph": True},
        **({"patterns": PATTERNS} if role == "sequence" else {}),
        "metrics": shipped(metrics),
        "data": data_description(recording),
        "seed": seed,
        "notes": notes,
    }
    write_manifest(directory, manifest)
    (directory / "MODEL_CARD.md").write_text(pages.model_card(manifest))
    if reports is not None:
        reports.mkdir(parents=True, exist_ok=True)
        name = f"{role}-{directory.name}"
        draw_roc(*curve, reports / f"{name}-roc.png")
        draw_reliability(metrics["reliability"], ATTACK_PRIOR, reports / f"{name}-reliability.png")
        (reports / f"{name}.md").write_text(pages.report(manifest, metrics))
    shown = {"certain": points.certain, "atCertain": metrics["certain"], "atHigh": metrics["high"]}
    print(json.dumps(shown, indent=1))
