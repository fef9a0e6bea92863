"""The report of the fuzzers: a summary as plain data, and a page made of nothing but that."""

import html
from pathlib import Path

STYLE = Path(__file__).with_name("page.css")


def summary(book: dict, findings: dict, new: list[str], sizes: dict[str, int], when: str) -> dict:
    targets = []
    for name, entry in sorted(book["targets"].items()):
        seconds = entry["seconds"]
        growth = entry["growth"]
        last = growth[-1] if growth else [0, 0, 0, 0]
        grew = next((t for t, cov, ft, _ in growth if ft == last[2]), 0)
        targets.append({"name": name, "executions": entry["executions"], "seconds": round(seconds, 1),
                        "executions_per_second": round(entry["executions"] / seconds) if seconds else 0,
                        "coverage": last[1], "features": last[2], "corpus": sizes.get(name, 0),
                        "quiet_seconds": round(seconds - grew, 1), "growth": growth})
    listed = [dict(told, new=key in new) for key, told in findings.items()]
    listed.sort(key=lambda told: (not told["new"], told["first"]))
    return {"schema": "wsproof.fuzzing/1", "when": when, "began": book["began"], "seconds": round(book["seconds"], 1),
            "executions": sum(t["executions"] for t in targets), "new": len(new), "targets": targets, "findings": listed}


def plot(growth: list) -> str:
    """Features over time, as a line; the last number beside it."""
    if len(growth) < 2:
        return ""
    width, height = 240, 44
    end, most = growth[-1][0] or 1, max(row[2] for row in growth) or 1
    points = " ".join(f"{4 + (width - 8) * t / end:.1f},{height - 4 - (height - 8) * ft / most:.1f}" for t, _, ft, _ in growth)
    label = f"features from {growth[0][2]} to {growth[-1][2]} in {duration(end)}"
    return (f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{label}">'
            f"<title>{label}</title><polyline points=\"{points}\"/></svg>")


def duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def finding_of(told: dict) -> str:
    """One finding; everything in it may come from hostile octets."""
    text = {key: html.escape(str(value)) for key, value in told.items()}
    stack = "\n".join(html.escape(frame) for frame in told["stack"])
    played = f' To a server: <code>wsproof replay build/night/findings/{text["key"]}/{text["case"]} ws://…</code>' if told.get("case") else ""
    mark = '<strong class="new">new</strong> ' if told["new"] else ""
    return (f'<article id="{text["key"]}"><h3>{mark}{text["target"]}: {text["what"]}</h3>'
            f'<p>{text["key"]}, first seen {text["first"]}, {text["times"]} times, {text["octets"]} octets, smallest '
            f'{text["smallest"]}. Again: <code>build/asan/fuzz_{text["target"]} build/night/findings/{text["key"]}/smallest</code>{played}</p>'
            f"<details><summary>Stack and octets</summary><pre>{stack or 'no stack'}</pre><pre>{text['hex']}</pre></details></article>")


def html_of(told: dict) -> str:
    rows = "".join(
        f"<tr><th scope=\"row\">{html.escape(t['name'])}</th><td>{t['executions']:,}</td><td>{t['executions_per_second']:,}</td>"
        f"<td>{duration(t['seconds'])}</td><td>{t['coverage']:,}</td><td>{t['corpus']:,}</td><td>{duration(t['quiet_seconds'])}</td>"
        f"<td>{plot(t['growth'])}</td></tr>" for t in told["targets"])
    findings = "".join(finding_of(f) for f in told["findings"]) or "<p>Nothing was found.</p>"
    verdict = f"{told['new']} new findings" if told["new"] else "nothing new"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>wsproof fuzzing: {verdict}</title><style>{STYLE.read_text()}</style></head><body><main>
<h1>Fuzzing: <span class="{'bad' if told['new'] else 'good'}">{verdict}</span></h1>
<p>{told['executions']:,} executions in {duration(told['seconds'])} of the targets' time, since {html.escape(told['began'])}; as of
{html.escape(told['when'])}. {len(told['findings'])} findings in all.</p>
<h2>Findings</h2>{findings}
<h2>Targets</h2><div class="wide"><table><thead><tr><th scope="col">target</th><th scope="col">executions</th><th scope="col">a second</th>
<th scope="col">time</th><th scope="col">edges</th><th scope="col">corpus</th><th scope="col">since the last new feature</th>
<th scope="col">features over time</th></tr></thead><tbody>{rows}</tbody></table></div>
</main></body></html>
"""
