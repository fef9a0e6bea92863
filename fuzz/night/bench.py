"""How soon the fuzzers find planted bugs, with the mutator that knows frames and with libFuzzer's own alone."""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

EXECUTED = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
WAYS = {"ours": "planted", "raw": "planted_raw"}  # raw: libFuzzer's own mutations alone

# What both start from: a masked "Hi", in one write.
EVERYDAY = [bytes.fromhex("0000 8182 01020304 496b")]


def bugs(programs: Path) -> list[str]:
    told = subprocess.run([programs / "fuzz_planted", "-runs=1"], env={**os.environ, "WSPROOF_PLANTED": "?"}, capture_output=True, text=True, check=False)
    return [line for line in told.stderr.splitlines() if re.fullmatch(r"[a-z0-9-]+", line) and line != "none"]


def hunt(program: Path, bug: str, seed: int, budget: int) -> tuple[int, float] | None:
    """Executions and seconds until the bug shows; None when it does not within the budget."""
    folder = Path(tempfile.mkdtemp(prefix="wsproof-bench-"))
    for number, octets in enumerate(EVERYDAY):
        (folder / str(number)).write_bytes(octets)
    began = time.monotonic()
    command = (
        [program, f"-seed={seed}", f"-max_total_time={budget}", "-max_len=1024", "-print_final_stats=1", "-use_value_profile=1",
         "-detect_leaks=0", f"-artifact_prefix={folder}/", folder])
    try:
        done = subprocess.run(command, env={**os.environ, "WSPROOF_PLANTED": bug}, capture_output=True, text=True, errors="replace",
                              check=False, timeout=2 * budget + 20)
    except subprocess.TimeoutExpired:
        return None  # a machine with too much to do
    finally:
        took = time.monotonic() - began
        shutil.rmtree(folder, ignore_errors=True)
    executed = EXECUTED.search(done.stderr)
    if "property broken" not in done.stderr:
        return None
    return int(executed[1]) if executed else 0, took


def cell(results: list) -> str:
    found = [r for r in results if r]
    if not found:
        return f"{'–':>10} {'–':>8} 0/{len(results)}"
    executions = statistics.median(r[0] for r in found)
    seconds = statistics.median(r[1] for r in found)
    return f"{executions:>10,.0f} {seconds:>7.1f}s {len(found)}/{len(results)}"


def run(options: argparse.Namespace) -> int:
    programs = Path(options.programs)
    names = options.names or bugs(programs)
    table: dict[str, dict[str, list]] = {}
    path = Path(options.state) / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    print(f"{'planted bug':<34} {'ours: executions, seconds, found':<26}   libFuzzer's own (budget {options.budget} s)", flush=True)
    for name in names:
        table[name] = {}
        for way, program in WAYS.items():
            table[name][way] = [hunt(programs / f"fuzz_{program}", name, seed, options.budget) for seed in range(1, options.seeds + 1)]
        print(f"{name:<34} {cell(table[name]['ours'])}   {cell(table[name]['raw'])}", flush=True)
        path.write_text(json.dumps(table, indent=1) + "\n")
    medians = {}
    for way in WAYS:
        # A bug that was not found took at least the whole budget.
        all_runs = [r[1] if r else float(options.budget) for name in names for r in table[name][way]]
        medians[way] = statistics.median(all_runs)
        found = sum(bool(r) for name in names for r in table[name][way])
        print(f"{way}: {found} of {len(all_runs)} hunts found the bug; median {medians[way]:.1f} s (not found counts as the budget)")
    missed = [name for name in names if not all(table[name]["ours"])]
    if missed:
        print(f"not found in every run with our mutator: {', '.join(missed)}")
    return 1 if missed else 0
