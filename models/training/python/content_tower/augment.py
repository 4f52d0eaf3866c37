"""Changes of a window that leave its label as it is."""

import random

import numpy as np

from .data import Dataset
from .network import NAME, TEXT

PADDED_SHARE = 0.2
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
        draw = self.random
        filler = self.data.texts[int(self.padding[int(draw.random() * len(self.padding))])][: draw.randint(4, TEXT - len(text))]
        joint = draw.choice([b" ", b"", b"\n", b" "])[: TEXT - len(text) - len(filler)]
        return filler + joint + text if draw.random() < 0.6 else text + joint + filler
