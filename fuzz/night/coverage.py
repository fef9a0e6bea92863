"""Branch coverage of wire, endpoint and rfc from gcov's files: a table, and with a file's name the branches never taken.

Usage: coverage.py BUILD [FILE…]
"""

import gzip
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

MODULES = ("wire", "endpoint", "rfc")


def read(build: Path) -> dict:
    """file -> line -> branch number -> taken at all; exceptional branches (what throws) left out."""
    taken: dict = defaultdict(lambda: defaultdict(dict))
    with tempfile.TemporaryDirectory() as folder:
        for module in MODULES:
            for data in (build / "harness" / module / "CMakeFiles" / f"wsproof_{module}.dir").glob("*.gcda"):
                subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--object-directory", data.parent, data],
                               cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
                for told in Path(folder).glob("*.gcov.json.gz"):
                    collect(json.loads(gzip.open(told).read()), taken)
                    told.unlink()
    return taken


def collect(told: dict, taken: dict) -> None:
    for file in told["files"]:
        parts = Path(file["file"]).parts
        if "harness" not in parts:
            continue
        name = "/".join(parts[parts.index("harness"):])
        if name.split("/")[1] not in MODULES or not name.endswith(".cpp"):  # a header's code may be its includer's, who counts nothing
            continue
        for line in file["lines"]:
            usual = [b for b in line["branches"] if not b["throw"]]
            for number, branch in enumerate(usual):
                lines = taken[name][line["line_number"]]
                lines[number] = lines.get(number, False) or branch["count"] > 0


def main() -> int:
    taken = read(Path(sys.argv[1]).resolve())  # gcov runs elsewhere
    totals: dict = defaultdict(lambda: [0, 0])
    for name, lines in sorted(taken.items()):
        branches = [b for line in lines.values() for b in line.values()]
        module = name.split("/")[1]
        totals[module][0] += sum(branches)
        totals[module][1] += len(branches)
        print(f"{name:<52} {sum(branches):>5} of {len(branches):>5}")
        if any(name.endswith(wanted) for wanted in sys.argv[2:]):
            for number, line in sorted(lines.items()):
                if not all(line.values()):
                    print(f"    line {number}: {sum(not b for b in line.values())} of {len(line)} branches never taken")
    for module in MODULES:
        covered, all_of_it = totals[module]
        print(f"{module}: {100 * covered / max(1, all_of_it):.1f} % of {all_of_it} branches")
    return 0 if totals else 1


if __name__ == "__main__":
    sys.exit(main())
