"""Writes the files of a released model: graph, manifest, model card."""

import hashlib
import json
from pathlib import Path

import onnx


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


TYPES = {onnx.TensorProto.FLOAT: "float32", onnx.TensorProto.INT32: "int32", onnx.TensorProto.INT64: "int64"}


def tensor_specs(values) -> list[dict]:
    """Name, type and dimensions of graph inputs or outputs; a dynamic dimension is its name."""
    specs = []
    for value in values:
        tensor = value.type.tensor_type
        dims = [d.dim_param or d.dim_value for d in tensor.shape.dim]
        specs.append({"name": value.name, "type": TYPES[tensor.elem_type], "dims": dims})
    return specs


def describe_graph(path: Path) -> dict:
    """The manifest fields that the graph itself says."""
    graph = onnx.load(str(path))
    onnx.checker.check_model(graph)
    return {
        "file": path.name,
        "sha256": sha256(path),
        "bytes": path.stat().st_size,
        "opset": max(entry.version for entry in graph.opset_import if entry.domain in ("", "ai.onnx")),
        "inputs": tensor_specs(graph.graph.input),
        "outputs": tensor_specs(graph.graph.output),
    }


def write_manifest(directory: Path, fields: dict) -> None:
    (directory / "manifest.json").write_text(json.dumps(fields, indent=2, ensure_ascii=False) + "\n")
