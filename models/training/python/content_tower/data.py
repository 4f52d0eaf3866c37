"""Reads what `extract` wrote: labelled records, each a bag of windows."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .network import CATEGORIES, PAD, WINDOW

SPLITS = ["train", "val", "test"]
FOLDED = {"openredirect": "ssrf"}


@dataclass
class Dataset:
    """Windows are stored once however many records hold them: `bag` lists window numbers, record after record."""

    texts: list[bytes]
    """Bytes of each distinct window."""
    place: np.ndarray
    """Place index of each distinct window."""
    bag: np.ndarray
    start: np.ndarray
    """`bag[start[r]:start[r + 1]]` are the windows of record r."""
    attack: np.ndarray
    category: np.ndarray
    """Index in CATEGORIES; -1 for benign records."""
    split: np.ndarray
    """Index in SPLITS."""
    source: np.ndarray
    meta: list[dict]

    def windows_of(self, record: int) -> np.ndarray:
        return self.bag[self.start[record] : self.start[record + 1]]

    def records(self, mask: np.ndarray) -> np.ndarray:
        return np.flatnonzero(mask)


def read(directory: Path) -> Dataset:
    texts: list[bytes] = []
    places: list[int] = []
    number: dict[tuple[int, bytes], int] = {}
    bag: list[int] = []
    start = [0]
    meta: list[dict] = []
    for path in sorted(directory.glob("*.jsonl.gz")):
        windows = gzip.open(path.with_name(path.name.replace(".jsonl.gz", ".windows.gz"))).read()
        at = 0
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                for _ in range(record["windows"]):
                    place, length = windows[at], windows[at + 1] + 1
                    text = windows[at + 2 : at + 2 + length]
                    at += 2 + length
                    key = (place, text)
                    window = number.get(key)
                    if window is None:
                        window = number[key] = len(texts)
                        texts.append(text)
                        places.append(place)
                    bag.append(window)
                start.append(len(bag))
                meta.append(record)
        if at != len(windows):
            raise ValueError(f"{path.name} and its windows do not belong together: run extract again")
    names = {name: i for i, name in enumerate(CATEGORIES)}
    category = [names.get(FOLDED.get(m["category"], m["category"]), -1) if m["label"] == "attack" else -1 for m in meta]
    return Dataset(
        texts=texts,
        place=np.array(places, dtype=np.int32),
        bag=np.array(bag, dtype=np.int64),
        start=np.array(start, dtype=np.int64),
        attack=np.array([m["label"] == "attack" for m in meta]),
        category=np.array(category, dtype=np.int64),
        split=np.array([SPLITS.index(m["split"]) for m in meta], dtype=np.int8),
        source=np.array([m["source"] for m in meta]),
        meta=meta,
    )


def tokens_of(texts: list[bytes], length: int) -> np.ndarray:
    """`[N, length]` int64 tokens, padded at the end."""
    tokens = np.full((len(texts), length), PAD, dtype=np.int64)
    for row, text in enumerate(texts):
        tokens[row, : len(text)] = np.frombuffer(text, dtype=np.uint8)
    return tokens


def padded_length(size: int) -> int:
    return min(WINDOW, max(32, -(-size // 32) * 32))
