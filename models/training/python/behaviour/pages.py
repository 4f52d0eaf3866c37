"""The pages that people read: model card and report."""

from release.intervals import percent

from .client_pages import ablation_lines, client_lines, collateral_lines

TITLES = {"flow": "Flow tower", "sequence": "BiLSTM over client sequences"}
WHAT = {
    "flow": (
        "A 1-D CNN over the 52 CICIDS2017 features of one connection so far, as the library's own extractor computes them in the "
        "server (46 seen, 6 masked). Raw features in; scaling, masking and calibration are inside the graph. "
        "It says whether this *connection* behaves like a slow request. It cannot see what a request asks for."
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
        "A flood's connection carries requests at the pace of an honest loop, import or upload: floods are not asked of this model, the BiLSTM finds them.",
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


def headline(metrics: dict) -> list[str]:
    lines = ["| on clients kept from training | HIGH (0.6) | certain |", "| --- | --- | --- |"]
    names = {"attackRows": "attack rows flagged", "attackClients": "attacking clients flagged", "benignRows": "benign rows flagged", "benignClients": "benign clients flagged"}
    for key, name in names.items():
        digits = 3 if key == "benignRows" else 1
        lines.append(f"| {name} | {percent(metrics['high'][key], digits)} | {percent(metrics['certain'][key], digits)} |")
    return lines


def client_headline(metrics: dict) -> list[str]:
    """What users see of the BiLSTM, in one table."""
    if "clients" not in metrics:
        return []
    with_flow, without = (metrics["clients"][name]["behaviour"] for name in ("withFlow", "withoutFlow"))
    rows = {"attacking clients alerted within 30 requests (slow ones 2 minutes)": "soon", "benign client-sessions alerted": "benignAlerted"}
    lines = ["| as the product scores, by behaviour alone | with flow | without flow |", "| --- | --- | --- |"]
    return [*lines, *[f"| {title} | {percent(with_flow[key], 2)} | {percent(without[key], 2)} |" for title, key in rows.items()], ""]


def kind_table(kinds: dict) -> list[str]:
    lines = ["| kind | tool | in training | rows | clients |", "| --- | --- | --- | --- | --- |"]
    for kind, entry in kinds.items():
        known = "no" if entry["unseen"] else "other parameters"
        lines.append(f"| {kind} | {entry['tool']} | {known} | {percent(entry['rows'], 2)} | {percent(entry['clients'])} |")
    return lines


def data_lines(data: dict) -> list[str]:
    parts = ", ".join(f"{part}: {counts.get('benign', 0)} benign, {counts.get('attack', 0)} attacking, {counts.get('mixed', 0)} shared" for part, counts in data["clientsBySplit"].items())
    return [f"{data['steps']} steps of {sum(data['clients'].values())} clients ({parts}). {data['source'].capitalize()}."]


def note_lines(manifest: dict) -> list[str]:
    return [line for note in manifest.get("notes", []) for line in (note, "")]


def picture_lines(manifest: dict) -> list[str]:
    name = f"{manifest['role']}-{manifest['version']}"
    return [
        f"![Attack rows flagged by benign rows flagged]({name}-roc.png) ![Share of attacks by score]({name}-reliability.png)",
        "",
        "Both pictures are of test rows. The scale is anchored at the operating points, so that HIGH and `certain` mean the same share of",
        "benign traffic in every release; between them it is no better than a logistic curve can be.",
        "",
    ]


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
            *client_headline(manifest["metrics"]),
            "Intervals are 95 % (Wilson). A row is one scoring: a request at its decision, a response, or a stalled connection.",
            "",
            *note_lines(manifest),
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


def report(manifest: dict, metrics: dict) -> str:
    """`metrics` are all figures; a manifest holds the totals."""
    role = manifest["role"]
    lines = [
        f"# {TITLES[role]} {manifest['version']}: report",
        "",
        *headline(metrics),
        "",
        f"Thresholds: {manifest['thresholdsFrom']['high']} (HIGH), {manifest['thresholdsFrom']['certain']} (certain).",
        f"Split {metrics['split']}.",
        "",
        *note_lines(manifest),
        *data_lines(manifest["data"]),
        "",
        *picture_lines(manifest),
        *(client_lines(metrics) + collateral_lines(metrics["clients"]["collateral"]) if "clients" in metrics else []),
        *(ablation_lines(metrics["ablation"]) if "ablation" in metrics else []),
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
    if "atHalfPercent" in metrics:
        measured = metrics["atHalfPercent"]
        lines += [
            f"At the threshold that {measured['share']:.1%} of the benign validation rows lie above: {percent(measured['attackRows'])} of the attack rows and",
            f"{percent(measured['benignRows'], 2)} of the benign rows of the test split.",
            "",
        ]
    if "clientsByPattern" in metrics:
        lines += ["## Every attacking client, certain at least once", "", "The flow tower is trained on slow attacks alone; the rest is shown for completeness.", "", "| pattern | clients |", "| --- | --- |"]
        lines += [f"| {name} | {percent(measured)} |" for name, measured in metrics["clientsByPattern"].items()] + [""]
    if "withoutFlow" in metrics:
        lines += ["## Rows without flow features", "", "As behind a proxy or over HTTP/2.", "", *headline(metrics["withoutFlow"]), ""]
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
    released = figures["released"]
    return [
        "The same network fitted and measured on a sample of the corrected CICIDS2017 rows: web attacks (DoS, DDoS, brute force, XSS, SQL",
        "injection) and benign rows to ports 80 and 443, of each label and port the first 70 % by time to train and the rest to measure, 46",
        "features. The attacks of a label are of one campaign on one afternoon, so this is easier than it looks. These rows are not in the",
        "released model.",
        "",
        "| | F1 | attacks flagged | benign flagged |",
        "| --- | --- | --- | --- |",
        f"| fitted on these rows, at 0.5 | {figures['f1']:.4f} | {percent(figures['recall'], 2)} | {percent(figures['falsePositives'], 2)}; port 80 alone {percent(figures['falsePositivesPort80'], 2)} |",
        f"| the released model, at 0.5 | {released['f1']:.4f} | {percent(released['recall'], 2)} | {percent(released['falsePositives'], 2)} |",
    ]
