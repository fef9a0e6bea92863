"""How soon the fuzzers find planted bugs, with the mutator that knows frames and with libFuzzer's own alone; and how fast the targets are.

Seconds are of the processor, so that what else the machine does makes little difference. --write puts the tables into docs/fuzzing.md.
"""

import argparse
import json
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXECUTED = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
WAYS = {"ours": "planted", "raw": "planted_raw"}  # raw: libFuzzer's own mutations alone

# What both start from: a masked "Hi", in one write.
EVERYDAY = [bytes.fromhex("0000 8182 01020304 496b")]


def run_for(command: list, seconds: int, environment: dict[str, str]) -> tuple[str, float]:
    """What a program says, and the seconds of the processor that it takes: `seconds` at the most."""
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdout=said, stderr=said, env={**os.environ, **environment}, preexec_fn=limit)
        try:
            used = os.wait4(child.pid, 0)[2]
        except BaseException:
            os.kill(child.pid, signal.SIGKILL)
            raise
        said.seek(0)
        return said.read().decode("utf-8", "replace"), used.ru_utime + used.ru_stime


def bugs(programs: Path) -> list[str]:
    told = subprocess.run([programs / "fuzz_planted", "-runs=1"], env={**os.environ, "WSPROOF_PLANTED": "?"}, capture_output=True, text=True, check=False)
    return [line for line in told.stderr.splitlines() if re.fullmatch(r"[a-z0-9-]+", line) and line != "none"]


def hunt(program: Path, bug: str, seed: int, budget: int) -> tuple[int, float] | None:
    """Executions and seconds until the bug shows; None when it does not within the budget."""
    with tempfile.TemporaryDirectory(prefix="wsproof-bench-") as folder:
        for number, octets in enumerate(EVERYDAY):
            (Path(folder) / str(number)).write_bytes(octets)
        said, took = run_for(
            [program, f"-seed={seed}", "-max_len=1024", "-print_final_stats=1", "-use_value_profile=1", "-detect_leaks=0",
             f"-artifact_prefix={folder}/", folder], budget, {"WSPROOF_PLANTED": bug})
    executed = EXECUTED.search(said)
    return (int(executed[1]), took) if executed and "property broken" in said else None


def cells(results: list, budget: int) -> list[str]:
    found = [r for r in results if r]
    if not found:
        return [f"not within {budget} s", "–", f"0/{len(results)}"]
    executions = statistics.median(r[0] for r in found)
    return [f"{executions:,.0f}", f"{statistics.median(r[1] for r in found):.1f}", f"{len(found)}/{len(results)}"]


def summary(table: dict, way: str, budget: int) -> str:
    runs = [run for ways in table.values() for run in ways[way]]
    seconds = statistics.median(run[1] if run else budget for run in runs)
    slowest = max((run[1] for run in runs if run), default=0)
    return f"{sum(map(bool, runs))} of {len(runs)} hunts found the bug, median {seconds:.1f} s (not found counts as {budget} s), slowest {slowest:.1f} s"


def machine() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return f"{date.today()}, {model[1] if model else 'unknown processor'}, {os.cpu_count()} cores"


def write(mark: str, text: str) -> None:
    page = ROOT / "docs" / "fuzzing.md"
    old = page.read_text()
    new = re.sub(rf"(<!-- measured: {mark} -->\n).*?(<!-- end -->)", lambda m: m[1] + text + m[2], old, flags=re.DOTALL)
    page.write_text(new)


def table_of(rows: list[list[str]]) -> str:
    rows.insert(1, ["---"] + ["--:"] * (len(rows[0]) - 1))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def hunts(options: argparse.Namespace) -> int:
    programs = Path(options.programs)
    names = options.names or bugs(programs)
    table: dict[str, dict[str, list]] = {}
    path = Path(options.state) / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [["planted bug", "ours: executions", "s", "found", "libFuzzer's own: executions", "s", "found"]]
    for name in names:
        table[name] = {
            way: [hunt(programs / f"fuzz_{program}", name, seed, options.budget) for seed in range(1, options.seeds + 1)]
            for way, program in WAYS.items()}
        rows.append([name, *(cell for way in WAYS for cell in cells(table[name][way], options.budget))])
        print(f"{name:<34} " + " ".join(f"{cell:>15}" for cell in rows[-1][1:]), flush=True)
        path.write_text(json.dumps(table, indent=1) + "\n")
    told = f"{machine()}; {options.seeds} seeds, {options.budget} s each.\n\n- ours: {summary(table, 'ours', options.budget)}\n" \
           f"- libFuzzer's own: {summary(table, 'raw', options.budget)}\n"
    print(told)
    if options.write:
        write("bugs", f"{told}\n{table_of(rows)}")
    missed = [name for name in names if not all(table[name]["ours"])]
    if missed:
        print(f"not found in every run with our mutator: {', '.join(missed)}")
    return 1 if missed else 0


def rate(program: Path, options: argparse.Namespace, seeds: list[Path]) -> float:
    """Executions in a second of the processor, without the start, in which the seeds are read and their coverage is taken down."""
    def executed(limit: str) -> tuple[int, float]:
        with tempfile.TemporaryDirectory(prefix="wsproof-speed-") as folder:
            said, took = run_for([program, "-seed=1", limit, f"-max_len={options.max_len}", "-print_final_stats=1",
                                  f"-artifact_prefix={folder}/", folder, *seeds], 600, {})
        count = EXECUTED.search(said)
        return (int(count[1]) if count else 0), took
    start, all_of_it = executed("-runs=0"), executed(f"-max_total_time={options.seconds:.0f}")
    return max(0, all_of_it[0] - start[0]) / max(0.01, all_of_it[1] - start[1])


def speed(options: argparse.Namespace, targets: dict[str, dict]) -> int:
    """How fast each target is beside one that does nothing, and beside wslay's: from nothing, so that inputs stay small, and from the
    committed inputs."""
    names = options.names or [n for n in targets if not n.startswith("planted")]
    figures: dict[str, list[float]] = {}
    for name in names:
        program, corpus = Path(options.programs) / f"fuzz_{name}", ROOT / "fuzz" / "corpus" / targets[name]["corpus"]
        figures[name] = [rate(program, options, []), rate(program, options, [corpus])]
        print(f"{name:<20} {figures[name][0]:>12,.0f}/s from nothing {figures[name][1]:>12,.0f}/s from the corpus", flush=True)

    def cells_of(name: str, way: int) -> list[str]:
        shares = [f"{figures[name][way] / figures[of][way]:.1%}" if figures.get(of, [0, 0])[way] else "–" for of in ("empty", "codec_wslay")]
        return [f"{figures[name][way]:,.0f}", *shares]
    rows = [["target", "from nothing: executions/s", "of the empty one", "of wslay's", "from the corpus: executions/s", "of the empty one", "of wslay's"]]
    rows += [[name, *cells_of(name, 0), *cells_of(name, 1)] for name in names]
    if options.write:
        write("speed", f"{machine()}; ASan and UBSan, {options.seconds:.0f} s each, inputs of at most {options.max_len} octets.\n\n{table_of(rows)}")
    return 0 if all(all(pair) for pair in figures.values()) else 1
