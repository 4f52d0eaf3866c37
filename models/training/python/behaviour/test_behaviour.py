"""`python3 -m unittest behaviour.test_behaviour` in `models/training/python`."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from lab_data.records import RECORD, Recording, read, signal

from .baselines import baseline_alerts
from .client_alerts import tables
from .collateral import recorded_collateral
from .ensemble import Certain, combined
from .labels import sequence_labels
from .mixed import join
from .operating_points import Certainty, operating_points
from .windows import windows_of

ERRORS, RATE, CONTENT, STATUS = (signal(name) for name in ("errorRatio", "requestRate", "contentScore", "statusClass"))
NOVELTY, LOGIN, GAP = (signal(name) for name in ("routeNovelty", "loginRoute", "gapMs"))


def steps_of(count: int, every_ms: float, client: int = 1, **values: float) -> np.ndarray:
    """A client's requests at an even pace, each answered after 1 ms, with signals set by name."""
    steps = np.zeros(count, dtype=RECORD)
    steps["at"] = 1e6 + np.arange(count) * every_ms
    steps["done"], steps["client"], steps["ordinal"], steps["route"] = steps["at"] + 1, client, np.arange(count), 7
    for name, value in values.items():
        steps["before"][:, signal(name)] = steps["after"][:, signal(name)] = value
    return steps


def recording_of(*clients: tuple[str, str | None, np.ndarray]) -> Recording:
    """Label, pattern and steps of each client."""
    steps = np.concatenate([part for _, _, part in clients])
    owner = np.concatenate([np.full(len(part), i) for i, (_, _, part) in enumerate(clients)])
    table = [{"label": label, "pattern": pattern, "kind": label, "tool": "own", "api": "shop", "parameters": {}} for label, pattern, _ in clients]
    attacker = np.array([label == "attack" for label, _, _ in clients])[owner]
    order = np.argsort(steps["done"], kind="stable")
    return Recording(steps[order], owner[order], table, np.full(len(table), "test"), [], attacker[order])


class Ensemble(unittest.TestCase):
    certain = Certain(content=0.9, flow=0.99, bilstm=0.7)

    def score(self, content: float, flow: float, bilstm: float) -> float:
        return float(combined(np.array([content]), np.array([flow]), np.array([bilstm]), self.certain)[0])

    def test_a_certain_member_stands_on_its_own(self) -> None:
        self.assertAlmostEqual(self.score(0, 0, 0.75), 0.75)
        self.assertAlmostEqual(self.score(0.95, 0, 0), 0.95)

    def test_a_member_that_is_not_certain_counts_by_its_weight(self) -> None:
        self.assertAlmostEqual(self.score(0, 0, 0.69), 0.4 * 0.69)
        self.assertAlmostEqual(self.score(0.5, 0, 0.5), 0.5)


class Windows(unittest.TestCase):
    def test_a_window_holds_only_steps_that_had_ended(self) -> None:
        steps = steps_of(3, 10)
        steps["done"][0] = steps["at"][2] + 5
        steps["ordinal"] = [2, 0, 1]
        windows = windows_of(recording_of(("benign", None, steps)))
        # In the order of completion the third request is number 1; the first, still open, is not in its past.
        self.assertEqual(windows.previous[1][windows.previous[1] >= 0].tolist(), [0])

    def test_behind_a_proxy_stalled_connections_are_no_steps(self) -> None:
        steps = steps_of(4, 10)
        steps["subject"][1] = 1
        recording = recording_of(("benign", None, steps))
        self.assertEqual(windows_of(recording).previous[3][-3:].tolist(), [0, 1, 2])
        self.assertEqual(windows_of(recording, requests_only=True).previous[3][-3:].tolist(), [-1, 0, 2])


class Mixed(unittest.TestCase):
    def test_errors_of_an_attack_are_left_to_the_user_and_fade(self) -> None:
        attack = steps_of(10, 100, errorRatio=0.8, requestRate=1.0, statusClass=4)
        user = steps_of(5, 1000, client=2, errorRatio=0.0, requestRate=0.1, statusClass=2)
        recording = recording_of(("attack", "probing", attack), ("benign", None, user))
        joined = join(recording, [np.flatnonzero(recording.owner == 0), np.flatnonzero(recording.owner == 1)], [0, 10_000])
        before = joined.before[10:, ERRORS]
        self.assertAlmostEqual(float(before[0]), 0.8, places=5)
        self.assertAlmostEqual(float(before[1]), 0.7, places=5)
        self.assertTrue((np.diff(before) < 0).all())
        self.assertAlmostEqual(float(joined.before[10, RATE]), np.exp(-1) + 0.1, places=5)
        self.assertEqual(float(joined.before[10, GAP]), 10_000)

    def test_a_first_piece_stays_as_it_was_recorded(self) -> None:
        user = steps_of(6, 1000, errorRatio=0.25, requestRate=0.3)
        recording = recording_of(("benign", None, user))
        joined = join(recording, [np.arange(6)], [0])
        self.assertTrue(np.array_equal(joined.before, recording.steps["before"]))

    def test_a_mixed_clients_steps_are_the_attackers_only_in_its_spans(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            steps = steps_of(10, 1000, client=127 << 24 | 1, contentScore=0.3)
            steps["after"][3, CONTENT] = 0.9
            steps.tofile(folder / "steps.bin")
            row = {"address": "127.0.0.1", "label": "mixed", "pattern": "probing", "kind": "nat", "tool": "own", "api": "shop", "parameters": {}}
            row["attackSpans"] = [[1e6 + 2000, 1e6 + 4500]]
            (folder / "clients.jsonl").write_text(json.dumps(row) + "\n")
            (folder / "lab.json").write_text("{}")
            recording = read([folder])
        self.assertEqual(np.flatnonzero(recording.attacker).tolist(), [2, 3, 4])
        self.assertEqual(recording.steps["after"][:, CONTENT].tolist(), [0, 0, 0, np.float32(0.9), 0, 0, 0, 0, 0, 0])
        labels = sequence_labels(recording, windows_of(recording).completed, 12)
        # Three attack steps are too few to show a pattern: not used, while the honest users' are benign.
        self.assertEqual(labels.tolist(), [0, 0, -1, -1, -1, 0, 0, 0, 0, 0])


    def test_only_requests_after_a_span_count_as_collateral(self) -> None:
        recording = recording_of(("mixed", "probing", steps_of(20, 1000)))
        recording.clients[0]["attackSpans"] = [[1e6 + 5000, 1e6 + 7500]]
        scores = np.zeros(20)
        scores[[2, 5, 6, 7, 8]] = 0.9
        table = recorded_collateral(recording, scores, np.ones(20, dtype=bool), "test")
        self.assertEqual((table["up to 3"]["hits"], table["up to 3"]["n"]), (1, 10))


class Baselines(unittest.TestCase):
    def test_fifteen_failed_log_ins_in_a_minute_alert_and_fourteen_do_not(self) -> None:
        for count, expected in ((15, True), (14, False)):
            recording = recording_of(("attack", "brute-force", steps_of(count, 1000, loginRoute=1, statusClass=4, authFailed=1)))
            self.assertEqual(bool(baseline_alerts(recording)["failedLogins"].any()), expected)

    def test_slow_failures_leak_out_of_a_bucket(self) -> None:
        for every_ms, expected in ((1000, True), (11_000, False)):
            recording = recording_of(("attack", "brute-force", steps_of(30, every_ms, loginRoute=1, statusClass=4, authFailed=1)))
            self.assertEqual(bool(baseline_alerts(recording)["leakyBuckets"].any()), expected)

    def test_routes_that_follow_each_other_in_training_are_not_rare(self) -> None:
        usual, odd = steps_of(20, 100), steps_of(20, 100, client=2)
        odd["route"] = np.arange(20) + 50
        recording = recording_of(("benign", None, usual), ("attack", "probing", odd))
        recording.split = np.array(["train", "test"])
        alerts = baseline_alerts(recording)["bigram"]
        self.assertFalse(alerts[recording.owner == 0].any())
        self.assertTrue(alerts[recording.owner == 1].any())


class Clients(unittest.TestCase):
    def table(self, every_ms: float, alert_at: int) -> dict:
        recording = recording_of(("attack", "probing", steps_of(60, every_ms)), ("benign", None, steps_of(5, 100, client=2)))
        alerts = np.zeros(65, dtype=bool)
        alerts[np.flatnonzero(recording.owner == 0)[alert_at]] = True
        return tables(recording, alerts, np.ones(65, dtype=bool), "test")

    def test_the_thirtieth_request_is_soon_and_the_thirty_first_is_not(self) -> None:
        self.assertEqual(self.table(100, 29)["soon"]["hits"], 1)
        late = self.table(100, 30)
        self.assertEqual((late["soon"]["hits"], late["ever"]["hits"], late["benignAlerted"]["hits"]), (0, 1, 0))

    def test_a_slow_client_has_two_minutes_or_ten_tries(self) -> None:
        self.assertEqual(self.table(6000, 20)["soon"]["hits"], 1)
        self.assertEqual(self.table(6000, 21)["soon"]["hits"], 0)
        self.assertEqual(self.table(30_000, 9)["soon"]["hits"], 1)
        self.assertEqual(self.table(30_000, 10)["soon"]["hits"], 0)


class OperatingPoint(unittest.TestCase):
    def test_one_loud_client_in_a_thousand_may_reach_certain(self) -> None:
        random = np.random.default_rng(1)
        sessions = np.repeat(np.arange(2000), 10)
        benign = random.normal(-6, 0.5, 20_000)
        benign[sessions < 4] = 5
        points = operating_points(benign, sessions, random.normal(8, 1, 5000), "rows", Certainty(0.7, 0.7))
        flagged = np.unique(sessions[points.scores(benign) >= points.certain])
        self.assertLessEqual(len(flagged), 2)
        self.assertGreaterEqual(points.certain, 0.7)


if __name__ == "__main__":
    unittest.main()
