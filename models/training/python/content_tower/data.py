"""Reads what `extract` wrote: labelled records, each a bag of windows."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .kernel import Rows, rows_of
from .network import CATEGORIES

SPLITS = ["train", "val", "test"]
FOLDED = {"openredirect": "ssrf"}


@dataclass
class Dataset:
    """Windows are stored once however many records hold them: `bag` lists window numbers, record after record."""

    names: list[bytes]
    """Name of the value of each distinct window."""
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

    def rows(self, windows: np.ndarray) -> Rows:
        return rows_of([(self.names[w], self.texts[w]) for w in windows])


def read(directory: Path) -> Dataset:
    names: list[bytes] = []
    texts: list[bytes] = []
    places: list[int] = []
    number: dict[tuple[int, bytes, bytes], int] = {}
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
                    place, name, text, at = window_at(windows, at)
                    key = (place, name, text)
                    window = number.get(key)
                    if window is None:
                        window = number[key] = len(texts)
                        names.append(name)
                        texts.append(text)
                        places.append(place)
                    bag.append(window)
                start.append(len(bag))
                meta.append(record)
        if at != len(windows):
            raise ValueError(f"{path.name} and its windows do not belong together: run extract again")
    index = {name: i for i, name in enumerate(CATEGORIES)}
    category = [index.get(FOLDED.get(m["category"], m["category"]), -1) if m["label"] == "attack" else -1 for m in meta]
    return Dataset(
        names=names,
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


def window_at(windows: bytes, at: int) -> tuple[int, bytes, bytes, int]:
    """Place, name and text of the window that begins at a byte, and where the next one begins."""
    name_from = at + 2
    length_at = name_from + windows[at + 1]
    text_from = length_at + 1
    end = text_from + windows[length_at] + 1
    return windows[at], windows[name_from:length_at], windows[text_from:end], end
