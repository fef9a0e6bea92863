"""How long the command takes to begin, and a report to be written."""

import subprocess
import time
from pathlib import Path
from statistics import median

from table import spread, table

REPETITIONS = 15

# What is started: its words, and the most milliseconds that it should take.
COMMANDS = {
    "wsproof --help": (["--help"], 20),
    "wsproof list (the whole catalogue)": (["list"], 50),
    "wsproof report (HTML of a full run)": (["report", "{results}", "--quiet", "--report-html", "{html}"], 1000),
}


def results_of_a_full_run(wsproof: Path, out: Path) -> Path:
    results = out / "reference.json"
    subprocess.run(
        [wsproof, "run", "--reference", "--quiet", "--report-json", results],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return results


def measure(build: Path, out: Path) -> dict[str, list[float]]:
    """Milliseconds of each command, one figure a repetition."""
    wsproof = build / "wsproof"
    places = {"results": results_of_a_full_run(wsproof, out), "html": out / "reference.html"}
    measured: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(REPETITIONS):
        for name, (words, _) in COMMANDS.items():
            command = [wsproof] + [word.format(**places) for word in words]
            began = time.perf_counter()
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            measured[name].append((time.perf_counter() - began) * 1000)
    return measured


def tell(measured: dict[str, list[float]]) -> tuple[str, int]:
    rows, missed = [], 0
    for name, times in measured.items():
        most = COMMANDS[name][1]
        good = median(times) <= most
        missed += not good
        value = f"{median(times):.1f} ±{spread(times):.0%}"
        rows.append([name, f"{value} ✓" if good else f"**{value}**", str(most)])
    return table(["command", "ms", "wanted at most"], rows) + "\n", missed
