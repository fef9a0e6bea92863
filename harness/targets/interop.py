#!/usr/bin/env python3
"""Runs the catalogue against the real servers, and puts all results into one page and one JSON.

Usage: interop.py [--again] [--servers N] [-j N] [--wsproof FILE] [NAME…]       no name: all of them
The servers are installed first (install.py). Each one's results and its page stay in build/interop/NAME.json and
NAME.html, and are kept while neither wsproof nor the target's folder changes, so that a run that was broken off goes on
where it was. What a server is known to do wrong stands in the baseline beside its manifest; exit 1 if one did something
else (its gate fails), or could not be installed or run to the end.
"""

import argparse
import concurrent.futures
import hashlib
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import install

ROOT = install.TARGETS.parent.parent
OUT = ROOT / "build" / "interop"
GATE_FAILED = "gate FAILED"
PATIENCE = 1800  # seconds for one server; the slowest takes a fifth of it, where there is nothing else to do


def stamp_of(name: str, wsproof: Path, at_once: list[str]) -> str:
    """Changes when the verdicts might, or what is known of them."""
    baseline = install.TARGETS / name / "baseline"
    known = baseline.read_bytes() if baseline.exists() else b""
    return hashlib.sha256(
        wsproof.read_bytes() + install.fingerprint(install.TARGETS / name).encode() + known + repr(at_once).encode()
    ).hexdigest()


def words(results: Path) -> str:
    """How many cases ended in which word, and whether the gate passed: "849 pass, 6 fail, gate passed"."""
    run = json.loads(results.read_text(encoding="utf-8"))
    counts = Counter(case["verdict"]["word"] for case in run["cases"])
    told = [f"{count} {word}" for word, count in counts.most_common()]
    return ", ".join([*told, "gate passed" if run["gate"]["passed"] else GATE_FAILED])


def install_one(name: str) -> str:
    """Installs one server; a manifest that cannot be read keeps nobody else from being tested."""
    try:
        return install.install(name, again=False)
    except (OSError, ValueError, KeyError) as error:
        return f"failed: {error}"


def slowest_first(names: list[str]) -> list[str]:
    """In the order of how long they took the last time, so that no long one is left for the end."""

    def took(name: str) -> float:
        try:
            return float((OUT / f"{name}.took").read_text())
        except (OSError, ValueError):
            return 0

    return sorted(names, key=took, reverse=True)


def test(name: str, wsproof: Path, at_once: list[str], again: bool) -> str:
    """Tests one server; says how that went, beginning with "failed" if there are no results."""
    results, mark, stamp = OUT / f"{name}.json", OUT / f"{name}.stamp", stamp_of(name, wsproof, at_once)
    if not again and results.exists() and mark.exists() and mark.read_text() == stamp:
        return f"{words(results)} (as before)"
    mark.unlink(missing_ok=True)
    results.unlink(missing_ok=True)
    start = time.monotonic()
    command = [wsproof, "run", "--target", name, *at_once, "--quiet", "--color", "never"]
    command += ["--report-json", results, "--report-html", OUT / f"{name}.html"]
    with (OUT / f"{name}.log").open("w", encoding="utf-8") as log:
        try:
            done = subprocess.run(
                command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return f"failed: not done after {PATIENCE} s; see {log.name}"
    if done.returncode > 1 or not results.exists():  # 1: the gate failed
        return f"failed: wsproof run ended with exit code {done.returncode}; see {log.name}"
    mark.write_text(stamp)
    (OUT / f"{name}.took").write_text(f"{time.monotonic() - start:.1f}")
    return f"{words(results)} in {time.monotonic() - start:.0f} s"


def told(results: Path) -> dict:
    """What the common JSON says of one target: who it is, and the verdict of each case."""
    run = json.loads(results.read_text(encoding="utf-8"))
    return {
        "name": run["target"]["name"],
        "version": run["target"]["version"],
        "gate": run["gate"],
        "words": dict(Counter(case["verdict"]["word"] for case in run["cases"])),
        "verdicts": {case["verdict"]["id"]: case["verdict"]["word"] for case in run["cases"]},
        "monitor": [finding["requirement"] for finding in run["monitor"]],
    }


def merge(names: list[str], wsproof: Path) -> bool:
    """Makes the page and the JSON of all the results that there are."""
    page, data = OUT / "interop.html", OUT / "interop.json"
    results = [OUT / f"{name}.json" for name in names]
    data.write_text(json.dumps({"targets": [told(file) for file in results]}, indent=1) + "\n", encoding="utf-8")
    command = [wsproof, "report", "--quiet", "--color", "never", "--report-html", page, *results]
    with (OUT / "report.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(command, cwd=ROOT, check=False, stdout=log, stderr=log)
    if done.returncode > 1 or not page.exists():  # 1: a gate was not passed
        print(f"wsproof report ended with exit code {done.returncode}; see {log.name}", file=sys.stderr)
        return False
    print(f"\n  {page}\n  {data}")
    return True


def main() -> int:
    known = sorted(path.parent.name for path in install.TARGETS.glob("*/manifest.toml"))
    parser = argparse.ArgumentParser(prog="./dev interop", description="The catalogue against all real servers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {' '.join(known)}; none: all")
    parser.add_argument("--again", action="store_true", help="run even those whose results are there")
    parser.add_argument("--servers", type=int, default=2, metavar="N", help="so many side by side (default: 2)")
    parser.add_argument("-j", type=int, metavar="N", help="cases in flight at once in each (default: wsproof's own)")
    parser.add_argument("--wsproof", type=Path, default=ROOT / "build/dev/wsproof", metavar="FILE")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no such target: {' '.join(unknown)}; there are: {' '.join(known)}")
    names, wsproof = options.names or known, options.wsproof.resolve()
    at_once = ["-j", str(options.j)] if options.j else []
    OUT.mkdir(parents=True, exist_ok=True)

    failures: dict[str, str] = {}
    surprises: dict[str, str] = {}
    done = 0
    printing = threading.Lock()

    def handle(name: str, installed: str) -> None:
        nonlocal done
        told = installed if installed.startswith("failed") else test(name, wsproof, at_once, options.again)
        with printing:
            done += 1
            print(f"[{done}/{len(names)}] {name:20} {told}", flush=True)
            if told.startswith("failed"):
                failures[name] = told
            elif GATE_FAILED in told:
                surprises[name] = told

    with concurrent.futures.ThreadPoolExecutor(max_workers=options.servers) as pool:
        # Installing is done one after the other, in this thread; testing goes on meanwhile.
        running = [pool.submit(handle, name, install_one(name)) for name in slowest_first(names)]
        for future in running:
            future.result()

    merged = merge([name for name in names if name not in failures], wsproof) if len(failures) < len(names) else False
    for name, trouble in (surprises | failures).items():
        print(f"  {name:20} {trouble}", file=sys.stderr)
    return 0 if merged and not failures and not surprises else 1


if __name__ == "__main__":
    sys.exit(main())
