"""What a run costs: the catalogue against servers, beside a plain replay of the same octets that judges nothing."""

import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from table import spread, table

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ROOT / "harness" / "targets"
REPETITIONS = 5
JOBS = 6 * max(2, os.cpu_count() or 1)  # what wsproof takes by itself
SCALE = (1, 2, JOBS // 2, JOBS, 2 * JOBS)

# Servers that make one wait: the fault or liberty of `wsproof serve`.
WAITING = [
    ["--fault", "hangs-after-handshake"],
    ["--fault", "ignores-violations"],
    ["--fault", "leaves-tcp-open-after-failure"],
    ["--fault", "leaves-tcp-open-after-close"],
    ["--liberty", "slow"],
]

SWEEP = """
case echo-{number}
  "One of many cases that are all alike."
  checks 6455-5.6-1
  needs echo
  sweep n = 1000..{last}
  connect
  > binary code($n)
  < binary code($n)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    sys.exit(f"bench: nothing listens on port {port} after 30 seconds")


@contextlib.contextmanager
def process(command: list, port: int, cwd: Path = ROOT) -> Iterator[int]:
    """A process that listens on a port; ended at the end."""
    with subprocess.Popen(
        [str(word) for word in command], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as started:
        try:
            wait_for(port)
            yield started.pid
        finally:
            started.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(10)
            started.kill()


def server(name: str, wsproof: Path) -> tuple[list, int] | None:
    """How to start a server, and where it listens then; nothing when it is not installed."""
    port = free_port()
    if name == "reference":
        return [wsproof, "serve", "--port", port], port
    build = ROOT / "build" / "targets" / name
    if not (build / ".installed").exists():
        return None
    manifest = tomllib.loads((TARGETS / name / "manifest.toml").read_text(encoding="utf-8"))
    return [word.format(build=build, source=TARGETS / name, port=port) for word in manifest["start"]], port


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(command: list, served_by: int | None = None) -> dict:
    """Runs a command: seconds on the wall, of its processor time and of its server's, megabytes at its peak."""
    theirs = cpu_of(served_by) if served_by else 0.0
    began = time.perf_counter()
    pid = os.posix_spawn(
        str(command[0]),
        [str(word) for word in command],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)],
    )
    _, status, usage = os.wait4(pid, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "wall": time.perf_counter() - began,
        "ours": usage.ru_utime + usage.ru_stime,
        "theirs": cpu_of(served_by) - theirs if served_by else 0.0,
        "memory": usage.ru_maxrss / 1000,
    }


def run(wsproof: Path, port: int, *more: str) -> list:
    return [wsproof, "run", f"ws://127.0.0.1:{port}/", "--quiet", "--color", "never", *more]


def took(results: Path) -> list[float]:
    return [case["evidence"]["took_ns"] / 1e9 for case in json.loads(results.read_bytes())["cases"]]


def seconds_of_cases(results: Path) -> list[float]:
    """What each case of a run took. Read by a process of its own: Linux counts the peak of this one's memory to its children's."""
    with ProcessPoolExecutor(1) as reader:
        return reader.submit(took, results).result()


def record(build: Path, port: int, file: Path) -> None:
    """Runs the catalogue through a relay that writes down what is sent."""
    between = free_port()
    with process([build / "replay", "record", between, port, file], between):
        cost(run(build / "wsproof", between))


def beside_the_floor(build: Path, name: str, out: Path) -> dict | None:
    """A server's figures: runs with all reports, runs without, and replays, one after the other and all again."""
    found = server(name, build / "wsproof")
    if found is None:
        return None
    command, port = found
    recording = out / f"{name}.recording"
    reports = ["--report-json", str(out / f"{name}.json"), "--report-html", str(out / f"{name}.html")]
    kinds = {
        "run": run(build / "wsproof", port),
        "reports": run(build / "wsproof", port, *reports),
        "floor": [build / "replay", "play", recording, port, JOBS],
    }
    costs: dict[str, list[dict]] = {kind: [] for kind in kinds}
    with process(command, port) as pid:
        record(build, port, recording)
        for _ in range(REPETITIONS):
            for kind, words in kinds.items():
                costs[kind].append(cost(words, pid))
        told = subprocess.run([str(word) for word in kinds["floor"]], capture_output=True, check=True, timeout=300)
        jobs = {n: cost(run(build / "wsproof", port, "-j", str(n)), pid) for n in SCALE}
    recording.unlink()
    cases = len(seconds_of_cases(out / f"{name}.json"))
    return {"cases": cases, "costs": costs, "jobs": jobs, "replayed": json.loads(told.stdout)}


def many_alike(build: Path) -> dict:
    """One cheap case, a hundred times and ten thousand times."""
    command, port = server("reference", build / "wsproof")
    costs = {}
    with process(command, port) as pid, tempfile.TemporaryDirectory() as folder:
        for count in (100, 1000, 10000):
            file = Path(folder) / f"{count}.case"
            rows = min(count, 1000)  # of one case; the others are more of them
            cases = [SWEEP.format(number=n, last=999 + rows) for n in range(count // rows)]
            file.write_text('section sweep "A sweep"\n' + "".join(cases), encoding="utf-8")
            costs[count] = cost(run(build / "wsproof", port, "--cases", str(file)), pid)
    return costs


def made_to_wait(build: Path, out: Path) -> dict:
    """Servers that hang, leave TCP open or are slow."""
    measured = {}
    for words in WAITING:
        command, port = server("reference", build / "wsproof")
        results = out / "waiting.json"
        with process(command + words, port) as pid:
            figures = cost(run(build / "wsproof", port, "--time-scale", "0.2", "--report-json", str(results)), pid)
        waits = seconds_of_cases(results)
        measured[words[1]] = figures | {"longest": max(waits), "sum": sum(waits)}
    return measured


def measure(build: Path, out: Path) -> dict:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    servers = {name: beside_the_floor(build, name, out) for name in ("reference", "gorilla", "ws")}
    return {"servers": servers, "many": many_alike(build), "waiting": made_to_wait(build, out)}


def middle(costs: list[dict], key: str) -> float:
    return median(cost[key] for cost in costs)


def within(value: float, most: float, text: str) -> tuple[str, bool]:
    return (f"{text} ✓", False) if value <= most else (f"**{text}** (wanted {most:g})", True)


def tell(measured: dict) -> tuple[str, int]:
    missed, rows, scales = 0, [], []
    for name, figures in measured["servers"].items():
        if figures is None:
            rows.append([f"{name}: not installed (`./dev targets {name}`)"] + [""] * 9)
            continue
        costs = figures["costs"]
        factor = median(r["wall"] / f["wall"] for r, f in zip(costs["run"], costs["floor"]))
        share = median(r["ours"] / r["theirs"] for r in costs["run"])
        memory = max(c["memory"] for c in costs["reports"])
        told = [within(factor, 1.5, f"{factor:.2f}"), within(share, 1, f"{share:.2f}"), within(memory, 100, f"{memory:.0f}")]
        missed += sum(below for _, below in told)
        replayed = figures["replayed"]
        rows.append(
            [
                f"{name}, {figures['cases']} cases",
                f"{middle(costs['run'], 'wall'):.2f} ±{spread([c['wall'] for c in costs['run']]):.0%}",
                f"{middle(costs['floor'], 'wall'):.2f}",
                told[0][0],
                f"{middle(costs['run'], 'ours'):.2f}",
                f"{middle(costs['floor'], 'ours'):.2f}",
                f"{middle(costs['run'], 'theirs'):.2f}",
                told[1][0],
                told[2][0],
                f"{replayed['different']} of {replayed['connections']}",
            ]
        )
        scales.append([name] + [f"{cost['wall']:.2f}" for cost in figures["jobs"].values()])
    parts = ["#### The catalogue, and a replay of the same octets that judges nothing (the floor)\n"]
    head = ["server", "run, s", "floor, s", "× floor", "our CPU, s", "of the floor", "the server's", "ours × server's"]
    parts.append(table(head + ["MB with reports", "went otherwise in the replay"], rows) + "\n")
    parts.append("#### Seconds by `-j`\n")
    parts.append(table(["server"] + [f"-j {n}" for n in SCALE], scales) + "\n")
    parts.append("#### Cases that are all alike\n")
    rows = [
        [str(n), f"{c['wall']:.2f}", f"{c['wall'] / int(n) * 1000:.2f}", f"{c['ours'] / int(n) * 1000:.2f}", f"{c['memory']:.0f}"]
        for n, c in measured["many"].items()
    ]
    parts.append(table(["cases", "s", "ms a case", "ms of CPU a case", "MB"], rows) + "\n")
    parts.append("#### Servers that make one wait (`--time-scale 0.2`: all budgets are a fifth)\n")
    rows = [
        [name, f"{c['wall']:.0f}", f"{c['longest']:.0f}", f"{c['wall'] / c['longest']:.1f}", f"{c['sum']:.0f}"]
        for name, c in measured["waiting"].items()
    ]
    parts.append(table(["server", "run, s", "longest case, s", "× longest", "all cases, s"], rows) + "\n")
    return "\n".join(parts), missed
