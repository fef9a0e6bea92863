#!/usr/bin/env python3
"""Measures wsproof beside others: ./dev bench [--write] [PART…]

Parts: codec (frames, masking, UTF-8, DEFLATE), run (the catalogue against servers, and a plain replay of the same octets),
start (how long the command takes to begin, and a report to be written); without a name all three.
What was measured stays in build/bench/*.json; --write puts it into docs/performance.md too, each part between its marks.
"""

import argparse
import datetime
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import codec
import runs
import start

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "bench"
PAGE = ROOT / "docs" / "performance.md"
PARTS = {"codec": codec, "run": runs, "start": start}


def machine() -> str:
    """What the figures were made on, and when."""
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    compiler = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
    return (
        f"{datetime.date.today()}, {os.cpu_count()} × {model[1] if model else platform.machine()}, "
        f"Linux {platform.release()}, {compiler}, -O2, commit {commit}; "
        f"load when it began: {os.getloadavg()[0]:.1f}"
    )


def put(page: str, name: str, text: str) -> str:
    """The page with the part between its marks exchanged."""
    begin, end = f"<!-- measured: {name} -->", "<!-- end -->"
    at = page.index(begin) + len(begin)
    return page[:at] + "\n" + text.strip() + "\n" + page[page.index(end, at) :]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", help=argparse.SUPPRESS)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    arguments = parser.parse_args()
    unknown = [name for name in arguments.parts if name not in PARTS]
    if unknown:
        parser.error(f'there is no part "{unknown[0]}"; there are {", ".join(PARTS)}')
    OUT.mkdir(parents=True, exist_ok=True)
    where = machine()
    missed = 0
    for name in arguments.parts or PARTS:
        measured = PARTS[name].measure(arguments.build, OUT)
        (OUT / f"{name}.json").write_text(
            json.dumps({"machine": where, "measured": measured}, indent=1) + "\n", encoding="utf-8"
        )
        text, below = PARTS[name].tell(measured)
        missed += below
        print(f"\n{text}")
        if arguments.write:
            page = put(PAGE.read_text(encoding="utf-8"), name, f"{where}.\n\n{text}")
            PAGE.write_text(page, encoding="utf-8")
    print(f"\n{missed} targets missed; figures in {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
