"""The parts of the BiLSTM's report that are about clients: found soon, falsely accused, baselines, collateral, ablation."""

from release.intervals import percent

BASELINES = {"bigram": "bigram", "failedLogins": "15 failed log-ins", "leakyBuckets": "leaky buckets"}


def _share(entry: dict | None) -> str:
    """A proportion without its interval, for cells of wide tables."""
    return "–" if entry is None or not entry["n"] else f"{entry['rate'] * 100:.1f} %"


def client_lines(metrics: dict) -> list[str]:
    clients, baselines = metrics["clients"], metrics["baselines"]
    flow, proxy = clients["withFlow"], clients["withoutFlow"]
    members = ", ".join(f"{role} {version}" for role, version in clients["members"].items() if version)
    lines = [
        "## By client",
        "",
        f"What users see: the product's score at HIGH or above, from this model with {members or 'no tower'} at the default weights.",
        "“Soon” is within a client's first 30 requests, for slow ones (less than one in 5 s, and slow attacks) within 2 minutes or 10 tries.",
        "“By behaviour” leaves out what the newest request itself carries. Behind a proxy there are no connections to meter and no slow",
        "attacks to find. The baselines read the same requests as an access log would show them, each after its response.",
        "",
        "| | with flow | without flow | " + " | ".join(BASELINES.values()) + " |",
        "| --- |" + " --- |" * (2 + len(BASELINES)),
    ]
    rows = [("attacking clients found soon", "soon"), ("attacking clients found", "ever"), ("benign sessions alerted", "benignAlerted")]
    for title, key in rows:
        measured = [flow["behaviour"][key], proxy["behaviour"][key], *[baselines[name][key] for name in BASELINES]]
        lines.append(f"| {title}, by behaviour | " + " | ".join(percent(entry) for entry in measured) + " |")
    for title, key in rows:
        lines.append(f"| {title}, content counted | {percent(flow['all'][key])} | {percent(proxy['all'][key])} |" + " |" * len(BASELINES))
    lines += [
        "",
        "### Attacking clients found soon, by behaviour",
        "",
        "| pattern / kind / tool | in training | with flow | ever | steps, median | without flow | content counted, without flow | " + " | ".join(BASELINES.values()) + " |",
        "| --- |" + " --- |" * (6 + len(BASELINES)),
    ]
    for name, entry in flow["behaviour"]["attack"].items():
        masked, counted = proxy["behaviour"]["attack"].get(name), proxy["all"]["attack"].get(name)
        others = " | ".join(_share(baselines[b]["attack"][name]["soon"]) for b in BASELINES)
        known = "no" if entry["unseen"] else "other parameters"
        steps = "–" if entry["medianSteps"] is None else f"{entry['medianSteps']:.0f}"
        masked_share, counted_share = (percent(part["soon"]) if part else "–" for part in (masked, counted))
        lines.append(f"| {name} | {known} | {percent(entry['soon'])} | {_share(entry['ever'])} | {steps} | {masked_share} | {counted_share} | {others} |")
    lines += [
        "",
        "### Benign sessions alerted",
        "",
        "| kind | with flow | without flow | content counted | " + " | ".join(BASELINES.values()) + " |",
        "| --- |" + " --- |" * (3 + len(BASELINES)),
    ]
    for kind, entry in flow["behaviour"]["benign"].items():
        others = " | ".join(_share(baselines[b]["benign"].get(kind)) for b in BASELINES)
        lines.append(f"| {kind} | {percent(entry)} | {_share(proxy['behaviour']['benign'].get(kind))} | {_share(flow['all']['benign'][kind])} | {others} |")
    return [*lines, ""]


def collateral_lines(collateral: dict) -> list[str]:
    lines = [
        "## Collateral",
        "",
        "The ten benign requests of the same client key that follow an attack which has ended: rejected means a score of CRITICAL (0.8).",
        "The sequences are joined from recorded steps of two test clients; in half of the cases each attack request carries a payload that the",
        "content tower found. What the benign request itself carries is left out: alarms of the content tower are not the sequence's.",
        "",
        "| attack requests | goal | rejected, with flow | without flow | the first one after, without flow | alerted, without flow |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    joined = collateral["joined"]
    for prefix, entry in joined.items():
        masked = entry["withoutFlow"]
        lines.append(
            f"| {prefix} | {entry['goal']:.0%} | {percent(entry['withFlow']['rejected'])} | {percent(masked['rejected'])} "
            f"| {percent(masked['firstRejected'])} | {percent(masked['alerted'])} |"
        )
    attacks = sorted({attack for entry in joined.values() for attack in entry["byAttack"]})
    lines += ["", "| rejected without flow, after | " + " | ".join(joined) + " |", "| --- |" + " --- |" * len(joined)]
    for attack in attacks:
        lines.append(f"| {attack} | " + " | ".join(_share(entry["byAttack"].get(attack, {}).get("withoutFlow")) for entry in joined.values()) + " |")
    recorded = collateral.get("recorded", {})
    if recorded.get("withFlow"):
        lines += ["", "On clients that the lab recorded as mixed:", "", "| attack requests | with flow | without flow |", "| --- | --- | --- |"]
        for size, entry in recorded["withFlow"].items():
            masked = recorded["withoutFlow"].get(size)
            lines.append(f"| {size} | {percent(entry)} | {percent(masked) if masked else '–'} |")
    return [*lines, ""]


def ablation_lines(table: dict) -> list[str]:
    lines = [
        "## What was tried",
        "",
        "On the validation split, each fit calibrated there to the same share of benign sessions; by behaviour.",
        "",
        "| variant | found soon, with flow | without flow | rejected after 1 / 3 / 10 attack requests, without flow |",
        "| --- | --- | --- | --- |",
    ]
    for name, entry in table.items():
        collateral = " / ".join(_share(share) for share in entry["collateral"].values())
        lines.append(f"| {name} | {percent(entry['withFlow']['soon'])} | {percent(entry['withoutFlow']['soon'])} | {collateral} |")
    return [*lines, ""]
