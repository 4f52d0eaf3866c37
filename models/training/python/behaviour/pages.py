"""The pages that people read: model card and report, written from the manifest alone."""

from release.intervals import percent

TITLES = {"flow": "Flow tower", "sequence": "BiLSTM over client sequences"}
WHAT = {
    "flow": (
        "A 1-D CNN over the 52 CICIDS2017 features of one connection so far, as the library's own extractor computes them in the "
        "server (46 seen, 6 masked). Raw features in; scaling, masking and calibration are inside the graph. "
        "It says whether this *connection* behaves like a slow request or a flood. It cannot see what a request asks for."
    ),
    "sequence": (
        "A bidirectional LSTM over a client's newest 16 steps of 64 numbers (52 flow features, zero where there is no client "
        "connection to meter, and 12 behaviour signals). Raw steps in; scaling, masking and calibration are inside the graph. "
        "It says whether this *client* behaves like an attacker, and by which pattern. The newest request's own content score counts "
        "in full beside that: score = 1 - (1 - behaviour)(1 - content). Figures below are of the behaviour alone, unless they say otherwise."
    ),
}
LIMITS = {
    "flow": [
        "Trained on the loopback traffic of one machine, sent through relays that add delay, jitter, limits and cut chunks; not on traffic of the internet.",
        "A request of a flood that comes on a connection of its own looks like anybody's single request: it is not asked of this model.",
        "A fast import by one honest program over one connection is close to a flood: only the fastest floods are certain here, the BiLSTM finds the rest.",
        "A client that reads a large answer slowly on purpose cannot be told from one on a bad link: the features do not say how much was taken. It is not asked of this model.",
    ],
    "sequence": [
        "Trained on the loopback traffic of one machine, sent through relays that add delay, jitter, limits and cut chunks; not on traffic of the internet.",
        "No signal tells which account a login was for: brute force and credential stuffing are told apart weakly.",
        "A tight loop of one honest script without keep-alive, tens of requests a second on one route, can be called a flood.",
        "A walk over identifiers that all exist, at the pace of a cache refresh, is not told from one.",
        "An attacker that keeps to the pace of a person and to what a person asks for is not found by behaviour.",
        "Many attackers behind one address with many honest users are one client here unless the host names clients better.",
    ],
}


LOOKED_AT = {
    "flow": (
        "The test split was looked at while labels, variations, calibration and the floor of the certain threshold (0.99) were settled, "
        "and more benign traffic was recorded after false alarms in a trial outside the lab: the figures are favourable until "
        "they are repeated on a recording that nobody has looked at."
    ),
    "sequence": (
        "The test split was looked at while labels, variations and calibration were settled, and more benign traffic was recorded "
        "after false alarms in a trial outside the lab: the figures are favourable until they are repeated on a recording that nobody "
        "has looked at. The goal of 0.01 % benign rows at the certain threshold held on the validation split only."
    ),
}


def headline(metrics: dict) -> list[str]:
    lines = ["| on clients kept from training | HIGH (0.6) | certain |", "| --- | --- | --- |"]
    names = {"attackRows": "attack rows flagged", "attackClients": "attacking clients flagged", "benignRows": "benign rows flagged", "benignClients": "benign clients flagged"}
    for key, name in names.items():
        digits = 3 if key == "benignRows" else 1
        lines.append(f"| {name} | {percent(metrics['high'][key], digits)} | {percent(metrics['certain'][key], digits)} |")
    return lines


def kind_table(kinds: dict) -> list[str]:
    lines = ["| kind | tool | in training | rows | clients |", "| --- | --- | --- | --- | --- |"]
    for kind, entry in kinds.items():
        known = "no" if entry["unseen"] else "other parameters"
        lines.append(f"| {kind} | {entry['tool']} | {known} | {percent(entry['rows'], 2)} | {percent(entry['clients'])} |")
    return lines


def data_lines(data: dict) -> list[str]:
    parts = ", ".join(f"{part}: {counts.get('benign', 0)} benign and {counts.get('attack', 0)} attacking" for part, counts in data["clientsBySplit"].items())
    return [f"{data['steps']} steps of {sum(data['clients'].values())} clients ({parts}). {data['source'].capitalize()}."]


def model_card(manifest: dict) -> str:
    role = manifest["role"]
    return "\n".join(
        [
            f"# {TITLES[role]} {manifest['version']}",
            "",
            WHAT[role],
            "",
            f"{manifest['parameters']} parameters, {manifest['bytes'] // 1024} kB, schema `{manifest['schema']}`, certain from {manifest['thresholds']['certain']}.",
            "",
            *headline(manifest["metrics"]),
            "",
            "Intervals are 95 % (Wilson). A row is one scoring: a request at its decision, a response, or a stalled connection.",
            "",
            LOOKED_AT[role],
            "",
            "## Data",
            "",
            *data_lines(manifest["data"]),
            "",
            "## Not for",
            "",
            *[f"- {line}" for line in LIMITS[role]],
            "",
            f"Full figures: `models/training/reports/{role}-{manifest['version']}.md`.",
            "",
        ]
    )


def report(manifest: dict) -> str:
    metrics, role = manifest["metrics"], manifest["role"]
    lines = [
        f"# {TITLES[role]} {manifest['version']}: report",
        "",
        *headline(metrics),
        "",
        f"Thresholds: {manifest['thresholdsFrom']['high']} (HIGH), {manifest['thresholdsFrom']['certain']} (certain).",
        f"Split {metrics['split']}.",
        "",
        LOOKED_AT[role],
        "",
        *data_lines(manifest["data"]),
        "",
        "## Attacks at the certain threshold",
        "",
        *kind_table(metrics["attackByKind"]),
        "",
        "## Attacks at HIGH",
        "",
        *kind_table(metrics["attackByKindHigh"]),
        "",
        "## Benign clients at the certain threshold",
        "",
        *kind_table(metrics["benignByKind"]),
        "",
        "## Benign clients at HIGH",
        "",
        *kind_table(metrics["benignByKindHigh"]),
        "",
    ]
    if "clientsByPattern" in metrics:
        lines += ["## Every attacking client, certain at least once", "", "The flow tower is trained on floods and slow attacks alone; the rest is shown for completeness.", "", "| pattern | clients |", "| --- | --- |"]
        lines += [f"| {name} | {percent(measured)} |" for name, measured in metrics["clientsByPattern"].items()] + [""]
    if "within20" in metrics:
        lines += ["## How soon", "", "| kind | certain within its first 20 steps | ever |", "| --- | --- | --- |"]
        lines += [f"| {kind} | {percent(e['within20'])} | {percent(e['ever'])} |" for kind, e in metrics["within20"].items()] + [""]
    if "withoutFlow" in metrics:
        lines += ["## Without flow features", "", "As behind a proxy or over HTTP/2.", "", *headline(metrics["withoutFlow"]), ""]
    if "confusion" in metrics:
        names = list(next(iter(metrics["confusion"].values())))
        lines += ["## Named pattern, by true pattern (rows)", "", f"| true | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
        lines += [f"| {true} | {' | '.join(str(row[name]) for name in names)} |" for true, row in metrics["confusion"].items()] + [""]
    if "content" in metrics:
        lines += ["## Content scores put into benign sequences", "", "| case | HIGH | certain |", "| --- | --- | --- |"]
        lines += [f"| {case} | {percent(e['high'])} | {percent(e['certain'])} |" for case, e in metrics["content"].items()] + [""]
    if "cicids2017" in metrics:
        lines += ["## Benchmark: CICIDS2017 rows", "", *benchmark_lines(metrics["cicids2017"]), ""]
    return "\n".join(lines)


def benchmark_lines(figures: dict) -> list[str]:
    return [
        "The same network fitted and measured on the corrected CICIDS2017 rows (HTTP subset, split by time, 46 features). A figure for",
        "comparison with the literature: these rows are not in the released model.",
        "",
        f"Accuracy {figures['accuracy']:.3f}, F1 {figures['f1']:.3f}; flagged: {percent(figures['recall'])} of the attacks and {percent(figures['falsePositives'], 2)} of the benign rows",
        f"(threshold 0.5). The released model on the same rows, at 0.5: {percent(figures['released']['recall'])} and {percent(figures['released']['falsePositives'], 2)}." if "released" in figures else "(threshold 0.5).",
    ]
