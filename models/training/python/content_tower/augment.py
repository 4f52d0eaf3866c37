"""Changes of a window that leave its label as it is."""

import random

import numpy as np

from .data import Dataset
from .network import NAME, TEXT

PADDED_SHARE = 0.5
"""Share of short windows that get benign text before or after them, on both sides of the label."""
PADDED_LENGTH = 180
"""Longest text that is padded: what is added is worth reading."""
MOVED_SHARE = 0.1
"""Share of bare payloads and texts that are shown at another place than the one they were embedded at."""
MOVABLE_PLACES = [0, 1, 2, 2, 3, 4]
UNNAMED_SHARE = 0.5
"""Share of named windows that are shown without their name: a text must speak for itself where it can."""
RENAMED_SHARE = 0.35
"""Share of bare payloads and texts that are shown under a name of recorded traffic: the names that embedding chose prove nothing."""
QUERY, BODY = 1, 2


class Augment:
    def __init__(self, data: Dataset, padding: np.ndarray, names: list[bytes], seed: int) -> None:
        self.data, self.padding, self.names, self.random = data, padding, names, random.Random(seed)

    def __call__(self, window: int, movable: bool) -> tuple[bytes, bytes, int]:
        """Name, text and place as shown this time. `movable`: a bare text, whose name and place somebody chose for it."""
        draw = self.random.random
        name, text, place = self.data.names[window], self.data.texts[window], int(self.data.place[window])
        if len(text) < PADDED_LENGTH and draw() < PADDED_SHARE:
            text = self.pad(text)
        if movable and place in (QUERY, BODY):
            if draw() < RENAMED_SHARE:
                name = self.names[int(draw() * len(self.names))]
            if draw() < MOVED_SHARE:
                place = MOVABLE_PLACES[int(draw() * len(MOVABLE_PLACES))]
        if name and draw() < UNNAMED_SHARE:
            name = b""
        return name[-NAME:], text, place

    def pad(self, text: bytes) -> bytes:
        """Benign text before, after or on both sides; half of the time as much as the window holds."""
        draw = self.random
        room = TEXT - len(text)
        added = room if draw.random() < 0.5 else draw.randint(4, room)
        before = draw.choice([added, 0, draw.randint(0, added)])
        head, tail = self.filler(before - 1), self.filler(added - before - 1)
        joint = draw.choice([b" ", b"", b"\n", b" "])
        return (head + joint if head else b"") + text + (joint + tail if tail else b"")

    def filler(self, length: int) -> bytes:
        window = int(self.padding[int(self.random.random() * len(self.padding))])
        return self.data.texts[window][: max(0, length)]
