#!/usr/bin/env python3
"""wsproof-fuzz: runs the fuzz targets for a while or for a night, keeps what they find, and says what is new.

  run [NAME…]              each target for --seconds (60), one after the other
  overnight --hours 8      all targets in turn, --jobs side by side, until the time is over
  replay                   every known finding once more: which are still there?
  bench                    the planted bugs: how long until each is found, with our mutator and without
  speed                    executions of each target in a second
  seeds                    the committed corpora anew from the catalogue

Everything is below --state (build/night) and survives a kill or a reboot: start it again, and it goes on. --merge DIR takes
over the corpora of another machine's state folder. Exit code: 0 nothing new, 1 a new finding or a target that does not run,
2 wrong usage, 130 interrupted.
"""

import argparse
import ctypes
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from threading import Event, Lock

import bench
import page
from findings import ARTIFACTS, Findings, write_atomically

ROOT = Path(__file__).resolve().parents[2]
LIMITS = ["-timeout=25", "-rss_limit_mb=2560"]
STATUS = re.compile(rb"^#(\d+)\s+\S+\s+cov: (\d+) ft: (\d+) corp: (\d+)", re.MULTILINE)
EXECUTED = re.compile(rb"stat::number_of_executed_units:\s+(\d+)")
NOT_BY_DEFAULT = {"planted", "planted_raw", "empty"}
MOST_CRASHES = 25  # of one target in one turn: then it is somebody else's turn
SAMPLES = 400  # of a target's growth that are kept


def say(text: str) -> None:
    print(f"{datetime.now():%H:%M:%S} {text}", flush=True)


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def die_with_parent() -> None:
    """A child does not outlive a driver that is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def read_targets(programs: Path) -> dict[str, dict]:
    listed = programs / "fuzz_targets.txt"
    if not listed.exists():
        sys.exit(f"wsproof-fuzz: {listed} is not there; build the targets first: ./dev build fuzz")
    targets = {}
    for line in listed.read_text().splitlines():
        name, corpus, *dictionary = line.split(" ")
        targets[name] = {"corpus": corpus, "dictionary": dictionary[0] if dictionary else ""}
    return targets


class Night:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.state = Path(options.state)
        self.state.mkdir(parents=True, exist_ok=True)
        self.lock_file = open(self.state / "lock", "w")
        try:
            fcntl.flock(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"wsproof-fuzz: another one is at work in {self.state}; give this one a --state of its own")
        self.programs = Path(options.programs)
        self.findings = Findings(self.state / "findings", self.programs, LIMITS)
        self.targets = read_targets(self.programs)
        self.book = self.read_book()
        self.guard = Lock()
        self.stop = Event()
        self.new: list[str] = []
        self.broken: set[str] = set()  # targets that do not run
        self.night = now()

    # ── State ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def read_book(self) -> dict:
        path = self.state / "state.json"
        if not path.exists():
            return {"version": 1, "began": now(), "seconds": 0, "targets": {}, "running": {}}
        return json.loads(path.read_text())

    def write_book(self) -> None:
        write_atomically(self.state / "state.json", json.dumps(self.book, indent=1).encode())

    def entry(self, name: str) -> dict:
        entry = self.book["targets"].setdefault(name, {"executions": 0, "seconds": 0.0, "growth": []})
        entry.setdefault("turns", 0)  # which books of earlier nights do not have
        return entry

    def corpus(self, name: str) -> Path:
        return self.state / "corpus" / name

    def work(self, name: str) -> Path:
        return self.state / "work" / name

    # ── After a kill ──────────────────────────────────────────────────────────────────────────────────────────────────

    def recover(self) -> None:
        """Takes up what an earlier run left when it was killed: swaps half done, turns not counted, artifacts not filed."""
        for name in self.targets:
            corpus, old, fresh = (self.corpus(name).with_name(name + end) for end in ("", ".old", ".new"))
            if not corpus.exists() and fresh.exists() and old.exists():
                os.rename(fresh, corpus)  # it was complete before the old one stepped aside
            elif not corpus.exists() and old.exists():
                os.rename(old, corpus)
            shutil.rmtree(old, ignore_errors=True)
            shutil.rmtree(fresh, ignore_errors=True)
            corpus.mkdir(parents=True, exist_ok=True)
        for name in list(self.book["running"]):
            say(f"{name}: the turn that was killed counts as far as it came")
            self.count_turn(name, self.work(name) / "log", None)
        for name in self.targets:
            self.file_artifacts(name)
            shutil.rmtree(self.work(name) / "tmp", ignore_errors=True)

    # ── One turn ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def turn(self, name: str, seconds: float) -> None:
        ends = time.monotonic() + seconds
        for _ in range(MOST_CRASHES):
            left = int(ends - time.monotonic())
            if left < 1 or self.stop.is_set():
                return
            if not self.run_once(name, left):
                return
        say(f"{name}: {MOST_CRASHES} findings in one turn; the next target's turn")

    def run_once(self, name: str, seconds: int) -> bool:
        """One libFuzzer process; whether it ended because it found something."""
        target, work = self.targets[name], self.work(name)
        (work / "tmp").mkdir(parents=True, exist_ok=True)
        self.corpus(name).mkdir(parents=True, exist_ok=True)
        # Value profiles get past single comparisons, and cost up to half of the executions: every second turn has them.
        profiles = 1 - self.entry(name)["turns"] % 2
        command = [str(self.programs / f"fuzz_{name}"), *LIMITS, f"-max_total_time={seconds}", f"-max_len={self.options.max_len}",
                   f"-use_value_profile={profiles}", "-print_final_stats=1", f"-artifact_prefix={work}/"]
        dictionary = ROOT / "fuzz" / "dictionaries" / f"{target['dictionary']}.dict"
        if target["dictionary"] and dictionary.exists():
            command.append(f"-dict={dictionary}")
        committed = ROOT / "fuzz" / "corpus" / target["corpus"]
        command += [str(folder) for folder in (self.corpus(name), committed) if folder.exists()]
        with self.guard:
            self.book["running"][name] = {"since": now(), "clock": time.time()}
            self.write_book()
        began = time.monotonic()
        code = self.watch(name, command, "log", seconds + 120)
        self.count_turn(name, work / "log", time.monotonic() - began)
        found = self.file_artifacts(name)
        if code != 0 and not found and not self.stop.is_set():
            last = (work / "log").read_text("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
            say(f"{name}: ended with {code} and left no input: {last[0]}")
            if code > 0:  # else it was killed: by us as it took too long, or for want of memory
                self.broken.add(name)
        return found and code != 0

    def watch(self, name: str, command: list[str], log: str, seconds: float) -> int:
        """Runs it until it ends; what interrupts us ends it before its time, and too much time does. Its exit code."""
        work = self.work(name)
        with open(work / log, "wb") as said:
            child = subprocess.Popen(command, stdout=said, stderr=said, preexec_fn=die_with_parent, process_group=0,
                                     env={**os.environ, "TMPDIR": str(work / "tmp")}, cwd=work)
        ends = time.monotonic() + seconds
        while child.poll() is None:
            if self.stop.wait(0.3):
                os.killpg(child.pid, signal.SIGTERM)
                time.sleep(0.3)
            if time.monotonic() > ends:
                os.killpg(child.pid, signal.SIGKILL)
        return child.returncode

    def count_turn(self, name: str, log: Path, seconds: float | None) -> None:
        """Puts what the log tells into the book; the turn is over."""
        text = log.read_bytes() if log.exists() else b""
        lines = STATUS.findall(text)
        executed = EXECUTED.findall(text)
        count = int(executed[-1]) if executed else int(lines[-1][0]) if lines else 0
        with self.guard:
            running = self.book["running"].pop(name, None)
            if seconds is None:
                written = log.stat().st_mtime if log.exists() else 0
                seconds = max(0.0, written - running["clock"]) if running else 0.0
            entry = self.entry(name)
            for line in lines[:: max(1, len(lines) // 20)] + lines[-1:]:
                share = int(line[0]) / count if count else 0
                entry["growth"].append([round(entry["seconds"] + seconds * share, 1), int(line[1]), int(line[2]), int(line[3])])
            entry["growth"] = thinned(entry["growth"])
            entry["turns"] = entry["turns"] + 1
            entry["executions"] += count
            entry["seconds"] += seconds
            self.book["seconds"] += seconds
            self.write_book()

    def file_artifacts(self, name: str) -> bool:
        work = self.work(name)
        artifacts = sorted(p for p in work.glob("*") if p.name.startswith(ARTIFACTS)) if work.exists() else []
        for artifact in artifacts:
            key, fresh = self.findings.take(name, artifact, now(), self.night)
            with self.guard:
                if fresh:
                    self.new.append(key)
                    told = json.loads((self.findings.folder / key / "finding.json").read_text())
                    say(f"NEW {key} {name}: {told['what']} ({told['octets']} octets, smallest {told['smallest']})")
        return bool(artifacts)

    # ── Corpora ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def minimise(self, name: str, others: list[Path]) -> None:
        """Leaves in the corpus what it takes to reach what it reaches, and what `others` add to it."""
        corpus, work = self.corpus(name), self.work(name)
        if not corpus.exists() or not (any(corpus.iterdir()) or others):
            return
        fresh, old = corpus.with_name(name + ".new"), corpus.with_name(name + ".old")
        fresh.mkdir(exist_ok=True)
        (work / "tmp").mkdir(parents=True, exist_ok=True)
        command = [str(self.programs / f"fuzz_{name}"), *LIMITS, "-merge=1", "-detect_leaks=0", f"-artifact_prefix={work}/merge-", str(fresh), str(corpus)]
        code = self.watch(name, command + [str(other) for other in others if other.exists()], "merge.log", 1800)
        for left in work.glob("merge-*"):
            left.unlink()
        if code != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            return
        before = len(list(corpus.iterdir()))
        os.sync()
        os.rename(corpus, old)
        os.rename(fresh, corpus)
        shutil.rmtree(old)
        say(f"{name}: corpus of {before} made {len(list(corpus.iterdir()))}")

    # ── All of it ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def chosen(self) -> list[str]:
        names = self.options.names or [n for n in self.targets if n not in NOT_BY_DEFAULT]
        for name in names:
            if name not in self.targets:
                sys.exit(f"wsproof-fuzz: there is no target \"{name}\"; there are: {', '.join(self.targets)}")
        return names

    def rounds(self, names: list[str], seconds: float, jobs: int) -> None:
        """Turns of a size that each target has at least three of, as long as there is time."""
        ends = time.monotonic() + seconds
        share = max(5.0, min(600.0, seconds * jobs / len(names) / self.options.rounds))
        done = 0
        while names and ends - time.monotonic() > 1 and not self.stop.is_set():
            with ThreadPoolExecutor(jobs) as pool:
                list(pool.map(lambda name: self.turn(name, min(share, ends - time.monotonic())), names))
            done += 1
            names = [name for name in names if name not in self.broken]
            self.write_report()
            total = sum(e["executions"] for e in self.book["targets"].values())
            say(f"round {done}: {total:,} executions in all, {len(self.findings.known())} findings, {len(self.new)} of them new")

    def write_report(self) -> None:
        summary = page.summary(self.book, self.findings.known(), self.new, {n: self.size(n) for n in self.book["targets"]}, now())
        write_atomically(self.state / "fuzzing.json", (json.dumps(summary, indent=1) + "\n").encode())
        write_atomically(self.state / "fuzzing.html", page.html_of(summary).encode())

    def size(self, name: str) -> int:
        return len(list(self.corpus(name).iterdir())) if self.corpus(name).exists() else 0

    def run(self) -> int:
        def interrupted(_signal, _frame):
            self.stop.set()
        signal.signal(signal.SIGINT, interrupted)
        signal.signal(signal.SIGTERM, interrupted)
        names = self.chosen()
        self.recover()
        for folder in self.options.merge:
            for name in names:
                self.minimise(name, [Path(folder) / "corpus" / name])
        if self.options.command == "overnight":
            self.rounds(names, self.options.hours * 3600, self.options.jobs)
        else:
            self.rounds(names, self.options.seconds * len(names) / self.options.jobs, self.options.jobs)
        for name in names:
            if not self.stop.is_set():
                self.minimise(name, [])
        self.write_report()
        say(f"{len(self.new)} new findings; the report is {self.state / 'fuzzing.html'}")
        return 130 if self.stop.is_set() else 1 if self.new or self.broken else 0

    def replay(self) -> int:
        self.recover()
        still = 0
        for key, told in self.findings.known().items():
            log = self.findings.run(told["target"], self.findings.folder / key / "smallest")
            still += bool(log)
            say(f"{key} {told['target']}: {'still there' if log else 'gone'}: {told['what']}")
        return 1 if still else 0


def thinned(growth: list) -> list:
    """Every second sample of the older half, as often as it takes."""
    while len(growth) > SAMPLES:
        half = len(growth) // 2
        growth = growth[:half:2] + growth[half:]
    return growth


def seeds(options: argparse.Namespace) -> int:
    """The committed corpora: what the catalogue's conversations add to each other's coverage, and what was once found."""
    programs, fresh = Path(options.programs), Path(options.state) / "seeds"
    shutil.rmtree(fresh, ignore_errors=True)
    subprocess.run([programs / "fuzz_seeds", fresh], check=True, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
    readers: dict[str, list[str]] = {}
    for name, target in read_targets(programs).items():
        if name not in NOT_BY_DEFAULT and not name.startswith("codec_"):
            readers.setdefault(target["corpus"], []).append(name)
    for corpus, names in readers.items():
        kept = ROOT / "fuzz" / "corpus" / corpus
        for path in kept.iterdir():
            if not path.name.startswith("found-"):
                path.unlink()
        if corpus == "peer":  # a case each: all of them
            shutil.copytree(fresh / corpus, kept, dirs_exist_ok=True)
            continue
        for name in names:
            subprocess.run([programs / f"fuzz_{name}", "-set_cover_merge=1", "-max_len=1024", "-detect_leaks=0",
                            f"-artifact_prefix={fresh}/", kept, fresh / corpus], check=False, stderr=subprocess.DEVNULL)
        files = [path.stat().st_size for path in kept.iterdir()]
        say(f"{corpus}: {len(files)} seeds, {sum(files)} octets")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="wsproof-fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["run", "overnight", "replay", "bench", "speed", "seeds"])
    parser.add_argument("names", nargs="*", help="targets (bench: planted bugs); without: all")
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3, help="turns that a target has at least")
    parser.add_argument("--max-len", type=int, default=4096)
    parser.add_argument("--merge", action="append", default=[], metavar="DIR")
    parser.add_argument("--state", default=str(ROOT / "build" / "night"))
    parser.add_argument("--programs", default=str(ROOT / "build" / "asan"))
    parser.add_argument("--budget", type=int, default=20, help="bench: seconds until a bug counts as not found")
    parser.add_argument("--seeds", type=int, default=3, help="bench: runs of each bug")
    parser.add_argument("--write", action="store_true", help="bench, speed: put the table into docs/fuzzing.md")
    options = parser.parse_intermixed_args()  # options may stand before names
    if options.command == "bench":
        return bench.hunts(options)
    if options.command == "speed":
        return bench.speed(options, read_targets(Path(options.programs)))
    if options.command == "seeds":
        return seeds(options)
    night = Night(options)
    return night.replay() if options.command == "replay" else night.run()


if __name__ == "__main__":
    sys.exit(main())
