#!/usr/bin/env python3
"""Counts the instructions of a few hot paths: ./dev bench guard [--write]

Beside the committed counts (harness/bench/guard.json), which --write replaces. Counts do not depend on what else the machine
does, but on compiler, libraries and processor: compare with counts of the same machine. Exit 1 where one grew by more than 5 %.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

from table import table

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = Path(__file__).with_name("guard.json")
TURNS = 5
WORSE = 1.05


def instructions(program: Path, name: str, turns: int) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, name, str(turns)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench guard", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", action="store_true", help="commit these counts")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    program = arguments.build / "hot_paths"
    before = json.loads(COMMITTED.read_text(encoding="utf-8")) if COMMITTED.exists() else {}
    counted, rows, worse = {}, [], 0
    for name in subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines():
        # What preparing takes is in both.
        first, second = (instructions(program, name, turns) for turns in (1, 1 + TURNS))
        counted[name] = (second - first) // TURNS
        change = counted[name] / before[name] if name in before else 1.0
        worse += change > WORSE
        rows.append([name, f"{counted[name]:,}", f"{change - 1:+.1%}"])
    print(table(["path", "instructions a turn", "since the committed count"], rows))
    if arguments.write:
        COMMITTED.write_text(json.dumps(counted, indent=1) + "\n", encoding="utf-8")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
