"""Sequences of one client key that an attacker and an honest user share, joined from recorded steps of two clients.

Gap, route novelty, error ratio and request rate of a step depend on the steps before it, so they are worked out anew at each
seam: the last two are linear in the past, and what another past has left is added and fades as `behaviour-signals.ts` has it.
"""

from dataclasses import dataclass

import numpy as np

from lab_data.records import PATTERNS, STEP_WIDTH, Recording, signal

from .bilstm import LENGTH
from .content_scores import attack_scores
from .windows import steps_by_client

CONTENT, GAP, NOVELTY = signal("contentScore"), signal("gapMs"), signal("routeNovelty")
ERRORS, RATE = signal("errorRatio"), signal("requestRate")
ERROR_KEEP, RATE_TAU_MS, OWN_RATE = 7 / 8, 10_000.0, 0.1
"""Of `behaviour-signals.ts`: what is kept of the error ratio, the time constant of the rate, what a request adds to it."""

PREFIXES = (1, 3, 10)
FOLLOWING = 10
"""Benign requests after the attack that are looked at."""
GAP_MS = (100.0, 60_000.0)


@dataclass
class Joined:
    """Steps of several clients as one client's, in order."""

    before: np.ndarray
    after: np.ndarray

    def window(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """`[16, 64]` steps and `[16]` mask of the window that ends with a step."""
        steps, mask = np.zeros((LENGTH, STEP_WIDTH), dtype=np.float32), np.zeros(LENGTH, dtype=np.float32)
        past = self.after[max(0, number - LENGTH + 1) : number]
        steps[LENGTH - 1 - len(past) : -1] = past
        steps[-1] = self.before[number]
        mask[LENGTH - 1 - len(past) :] = 1
        return steps, mask


def join(recording: Recording, pieces: list[np.ndarray], gaps_ms: list[float]) -> Joined:
    """`gaps_ms[i]` lies before piece i; that before the first is as recorded."""
    rows = np.concatenate(pieces)
    before, after = recording.steps["before"][rows], recording.steps["after"][rows]
    at, route = recording.steps["at"][rows], recording.steps["route"][rows]
    start = len(pieces[0])
    for piece, gap in zip(pieces[1:], gaps_ms[1:], strict=True):
        part = slice(start, start + len(piece))
        before[start, GAP] = after[start, GAP] = gap
        errors = after[start - 1, ERRORS] - before[start, ERRORS]
        faded = errors * ERROR_KEEP ** np.arange(len(piece) + 1)
        before[part, ERRORS] = np.clip(before[part, ERRORS] + faded[:-1], 0, 1)
        after[part, ERRORS] = np.clip(after[part, ERRORS] + faded[1:], 0, 1)
        rate = after[start - 1, RATE] * np.exp(-gap / RATE_TAU_MS) + OWN_RATE - before[start, RATE]
        faded = rate * np.exp(-np.maximum(at[part] - at[start], 0) / RATE_TAU_MS)
        for side in (before, after):
            side[part, RATE] = np.maximum(side[part, RATE] + faded, OWN_RATE)
        for i in range(start, start + len(piece)):
            recent = route[max(0, i - LENGTH) : i]
            novelty = 0.0 if recent[-1] == route[i] else 1 - float((recent == route[i]).mean())
            before[i, NOVELTY] = after[i, NOVELTY] = novelty
        start += len(piece)
    return Joined(before, after)


@dataclass
class Case:
    """Benign requests of one key after `prefix` attack requests."""

    pattern: str
    """`content` where each attack request carried a payload that the content tower found."""
    prefix: int
    steps: np.ndarray
    """`[n, 16, 64]`: the window of each following benign request."""
    mask: np.ndarray


class MixedCases:
    """Draws attackers and honest users of one split."""

    CONTENT_SHARE = 0.5
    """Cases whose attack carries payloads: those are what one address of many users most often sends."""

    def __init__(self, recording: Recording, split: str, random: np.random.Generator) -> None:
        self.recording, self.random = recording, random
        self.attackers: dict[str, list[np.ndarray]] = {}
        self.users: list[np.ndarray] = []
        requests = recording.steps["subject"] == 0
        for mine in steps_by_client(recording.owner):
            client = int(recording.owner[mine[0]])
            mine = mine[requests[mine]]
            if recording.split[client] != split or len(mine) == 0:
                continue
            label, pattern = recording.clients[client]["label"], recording.clients[client]["pattern"]
            if label == "benign":
                self.users.append(mine)
            elif label == "attack" and len(mine) >= max(PREFIXES):
                self.attackers.setdefault(pattern, []).append(mine)
        self.payload_scores = attack_scores(recording, split)

    @property
    def possible(self) -> bool:
        return len(self.users) > 0 and len(self.attackers) > 0

    def draw(self, prefix: int) -> Case:
        random = self.random
        loud = random.random() < self.CONTENT_SHARE
        names = [name for name in PATTERNS if name in self.attackers]
        pattern = "probing" if loud and "probing" in self.attackers else names[random.integers(len(names))]
        attacker = self.attackers[pattern][random.integers(len(self.attackers[pattern]))]
        first = int(random.integers(0, len(attacker) - prefix + 1))
        user = self.users[random.integers(len(self.users))]
        known = int(random.integers(0, min(len(user) - 1, LENGTH) + 1)) if random.random() < 0.5 else 0
        following = user[known : known + FOLLOWING]
        pieces = [user[:known], attacker[first : first + prefix], following]
        gaps = [float(np.exp(random.uniform(*np.log(GAP_MS)))) for _ in pieces]
        if known == 0:
            pieces, gaps = pieces[1:], gaps[1:]
        joined = join(self.recording, pieces, gaps)
        begin = known + prefix
        if loud:
            scores = random.choice(self.payload_scores, prefix)
            joined.before[known:begin, CONTENT] = joined.after[known:begin, CONTENT] = scores
        windows = [joined.window(number) for number in range(begin, begin + len(following))]
        steps, mask = (np.stack(part) for part in zip(*windows, strict=True))
        return Case("content" if loud else pattern, prefix, steps, mask)

    def pool(self, cases: int) -> tuple[np.ndarray, np.ndarray]:
        """Windows to train on, all benign: `[N, 16, 64]` and `[N, 16]`."""
        # Short attacks more often: after a long one the key is under suspicion for good reason.
        prefixes = self.random.integers(1, max(PREFIXES) + 1, (cases, 2)).min(axis=1)
        drawn = [self.draw(int(prefix)) for prefix in prefixes]
        return np.concatenate([case.steps for case in drawn]), np.concatenate([case.mask for case in drawn])
