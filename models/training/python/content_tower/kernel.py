"""The tower's convolutions and maxima over ragged rows, compiled from kernel.cpp, with gradients for autograd."""

import ctypes
import hashlib
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch

SOURCE = Path(__file__).with_name("kernel.cpp")
FLAGS = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC", "-std=c++17"]


THREADS = ctypes.c_int32(2)
"""The kernel's own; a constant, because sums are added thread by thread. What PyTorch does beside it is too small to share."""


@dataclass
class Rows:
    """Rows of tokens, one after the other."""

    bytes: np.ndarray
    """uint8. The byte at a row's boundary is only a place holder."""
    start: np.ndarray
    """int64 `[rows + 1]`: row n is `bytes[start[n]:start[n + 1]]`."""
    boundary: np.ndarray
    """int32 `[rows]`: where in the row its name ends and the boundary token stands."""

    def __len__(self) -> int:
        return len(self.boundary)


def rows_of(rows: list[tuple[bytes, bytes]]) -> Rows:
    """From pairs of name and text."""
    lengths = np.fromiter((len(name) + len(text) + 1 for name, text in rows), dtype=np.int64, count=len(rows))
    return Rows(
        np.frombuffer(b"".join(part for name, text in rows for part in (name, b"\0", text)), dtype=np.uint8),
        np.concatenate([[0], np.cumsum(lengths)]),
        np.fromiter((len(name) for name, _ in rows), dtype=np.int32, count=len(rows)),
    )


def padded(rows: Rows, boundary: int, pad: int) -> torch.Tensor:
    """`[rows, L]` int64 tokens as the released graph reads them, L the longest row rounded up to a multiple of 32."""
    lengths = np.diff(rows.start)
    tokens = np.full((len(rows), max(32, -(-int(lengths.max(initial=1)) // 32) * 32)), pad, dtype=np.int64)
    tokens[np.arange(tokens.shape[1]) < lengths[:, None]] = rows.bytes
    tokens[np.arange(len(rows)), rows.boundary] = boundary
    return torch.from_numpy(tokens)


@cache
def library(first: int, second: int) -> ctypes.CDLL:
    """Compiled once for each pair of channel numbers, into this user's cache.

    Raises CalledProcessError when the compiler (`$CXX`, else g++) fails.
    """
    key = hashlib.sha256(SOURCE.read_bytes() + f"{first} {second} {os.uname().machine} {cpu()}".encode()).hexdigest()[:16]
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    built = cache_home / "content-tower" / f"{key}.so"
    if not built.exists():
        built.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = built.with_suffix(f".{os.getpid()}")
        sizes = [f"-DFIRST_CHANNELS={first}", f"-DSECOND_CHANNELS={second}"]
        subprocess.run([os.environ.get("CXX", "g++"), *FLAGS, *sizes, str(SOURCE), "-o", str(fresh)], check=True)
        fresh.rename(built)
    return ctypes.CDLL(str(built))


def cpu() -> str:
    """What a build for this processor must not be shared beyond."""
    try:
        return next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        return ""


def address(array: np.ndarray | torch.Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.data_ptr() if isinstance(array, torch.Tensor) else array.ctypes.data)


class Pool(torch.autograd.Function):
    """`(rows, table [8, 258, C1], bias [C1], weight [3, C1, C2], bias [C2])` -> maxima `[rows, C1]` and `[rows, C2]`."""

    @staticmethod
    def forward(ctx, rows: Rows, table, bias1, weight, bias2):  # type: ignore[no-untyped-def]
        table, weight = table.contiguous(), weight.contiguous()
        first, second = weight.shape[1], weight.shape[2]
        count = len(rows)
        pooled = [torch.empty(count, first), torch.empty(count, second)]
        winner = [np.empty((count, first), dtype=np.int16), np.empty((count, second), dtype=np.int16)]
        library(first, second).pool(
            THREADS, ctypes.c_int64(count), address(rows.bytes), address(rows.start), address(rows.boundary),
            address(table), address(bias1), address(weight), address(bias2),
            address(pooled[0]), address(winner[0]), address(pooled[1]), address(winner[1]),
        )  # fmt: skip
        ctx.save_for_backward(table, bias1, weight, bias2)
        ctx.rows, ctx.winner = rows, winner
        return pooled[0], pooled[1]

    @staticmethod
    def backward(ctx, gradient1, gradient2):  # type: ignore[no-untyped-def]
        table, bias1, weight, bias2 = ctx.saved_tensors
        gradient1, gradient2 = gradient1.contiguous(), gradient2.contiguous()
        weight = weight.permute(2, 0, 1).contiguous()
        to = [torch.zeros_like(t) for t in (table, bias1, weight, bias2)]
        rows = ctx.rows
        library(weight.shape[2], weight.shape[0]).pool_backward(
            THREADS, ctypes.c_int64(len(rows)), address(rows.bytes), address(rows.start), address(rows.boundary),
            address(table), address(bias1), address(weight), address(ctx.winner[0]), address(ctx.winner[1]),
            address(gradient1), address(gradient2), *(address(t) for t in to),
        )  # fmt: skip
        return None, to[0], to[1], to[2].permute(1, 2, 0), to[3]
