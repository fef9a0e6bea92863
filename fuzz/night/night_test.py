#!/usr/bin/env python3
"""The driver of the night against a made-up fuzz target: what is found is filed once, and a SIGKILL loses nothing.

Usage: night_test.py FOLDER
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import findings
import page

DRIVER = Path(__file__).with_name("wsproof_fuzz.py")

# Speaks as libFuzzer does: with a time limit it writes corpus files and, in between, an artifact of one of two bugs; with
# an input it has the bug that the input names.
TARGET = r"""#!/usr/bin/env python3
import os, sys, time
options = dict(a[1:].split("=", 1) for a in sys.argv[1:] if a.startswith("-") and "=" in a)
paths = [a for a in sys.argv[1:] if not a.startswith("-")]
def die(octets):
    name = octets.split(b"/")[0].decode()
    if name == "stack":
        sys.stderr.write("==1== ERROR: AddressSanitizer: heap-buffer-overflow on address 0x%x\n" % os.getpid())
        sys.stderr.write("    #0 0x%x in wsproof::wire::read(int) /a/b.cpp:%d\n    #1 0x1 in main /x\n" % (os.getpid(), os.getpid()))
    else:
        sys.stderr.write("property broken: " + name + " <b>&\n")
    sys.exit(77)
if "merge" in options:
    for path in paths[1:]:
        for name in sorted(os.listdir(path)):
            open(os.path.join(paths[0], name), "wb").write(open(os.path.join(path, name), "rb").read())
    sys.exit(0)
if len(paths) == 1:
    octets = open(paths[0], "rb").read()
    die(octets) if b"/" in octets else sys.exit(0)
corpus, ends, number = paths[0], time.time() + float(options["max_total_time"]), len(os.listdir(paths[0]))
while time.time() < ends:
    number += 1
    open(os.path.join(corpus, "c%d" % number), "wb").write(b"x")
    sys.stderr.write("#%d\tNEW    cov: %d ft: %d corp: %d/1b exec/s: 9 rss: 1Mb\n" % (number * 100, number, number * 2, number))
    sys.stderr.flush()
    if number % 4 == 0:
        octets = [b"first", b"second", b"stack"][number // 4 % 3] + b"/%d" % number
        open(options["artifact_prefix"] + "crash-%d" % number, "wb").write(octets)
        if number % 8 == 0:
            time.sleep(0.4)  # so that a kill can come between the artifact and its filing
        die(octets)
    time.sleep(0.05)
sys.stderr.write("stat::number_of_executed_units: %d\n" % (number * 100))
"""


def prepare(folder: Path) -> tuple[Path, Path]:
    shutil.rmtree(folder, ignore_errors=True)
    programs, state = folder / "programs", folder / "state"
    programs.mkdir(parents=True)
    (programs / "fuzz_targets.txt").write_text("made_up conversations \n")
    (programs / "fuzz_made_up").write_text(TARGET)
    (programs / "fuzz_case").write_text("#!/bin/sh\ncp \"$2\" \"$3\"\n")
    for program in ("fuzz_made_up", "fuzz_case"):
        (programs / program).chmod(0o755)
    return programs, state


def drive(programs: Path, state: Path, *more: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-B", DRIVER, "run", "--programs", programs, "--state", state, "--jobs", "1", "--rounds", "1", *more],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"night_test: {what}")


def wait_for_corpus(running: subprocess.Popen, corpus: Path, size: int) -> None:
    while running.poll() is None and len(list(corpus.glob("*"))) < size:
        time.sleep(0.02)


def killed_in_the_middle(programs: Path, state: Path) -> None:
    corpus = state / "corpus" / "made_up"
    for more in (2, 3, 5):
        before = {path.name for path in corpus.glob("*")}
        running = drive(programs, state, "--seconds", "60")
        wait_for_corpus(running, corpus, len(before) + more)
        running.send_signal(signal.SIGKILL)
        running.wait()
        after = {path.name for path in (state / "corpus" / "made_up").glob("*")}
        check(before <= after, "a kill took something out of the corpus")
    known = {path.parent.name for path in (state / "findings").glob("*/finding.json")}
    artifacts = list((state / "work" / "made_up").glob("crash-*"))
    for _ in range(10):  # as slow as the machine may be
        last = drive(programs, state, "--seconds", "4")
        said = last.communicate()[0]
        if len(list((state / "findings").glob("*/finding.json"))) == 3:
            break
    told = json.loads((state / "fuzzing.json").read_text())
    check(last.returncode in (0, 1), f"exit code {last.returncode}\n{said}")
    found = {f["key"]: f for f in told["findings"]}
    check(known <= set(found), "a kill lost a finding")
    check(not list((state / "work" / "made_up").glob("crash-*")), f"artifacts that a kill left were not filed: {artifacts}")
    check(len(found) == 3, f"two properties and a stack are three findings, not {len(found)}\n{said}")
    check(len({f["what"] for f in found.values()}) == 3, "a finding was filed twice")
    check(told["executions"] > 0 and told["targets"][0]["growth"], "executions and growth are told")
    check((last.returncode == 1) == bool(told["new"]), "the exit code tells whether there is anything new")
    cases = {f["case"] for f in found.values()}
    check(cases == {f"finding-{key}.case" for key in found}, f"a conversation is kept as a case: {cases}")
    text = (state / "fuzzing.html").read_text()
    check(all(f"wsproof replay build/night/findings/{f['key']}/{f['case']} " in text for f in found.values()), "the page says how it is played")
    check("&lt;b&gt;" in text and "<b>" not in text, "what a target says is escaped")


def nothing_new(programs: Path, state: Path) -> None:
    again = drive(programs, state, "--seconds", "2")
    said = again.communicate()[0]
    check(again.returncode == 0, f"what is known is not new\n{said}")
    replay = subprocess.run([sys.executable, "-B", DRIVER, "replay", "--programs", programs, "--state", state], check=False, capture_output=True)
    check(replay.returncode == 1, "a replay says that the findings are still there")


def two_machines(programs: Path, state: Path) -> None:
    other = state.with_name("other")
    (other / "corpus" / "made_up").mkdir(parents=True)
    (other / "corpus" / "made_up" / "theirs").write_bytes(b"y")
    merged = drive(programs, state, "--seconds", "1", "--merge", str(other))
    merged.communicate()
    check((state / "corpus" / "made_up" / "theirs").exists(), "another machine's corpus is merged")


def one_at_a_time(programs: Path, state: Path) -> None:
    corpus = state / "corpus" / "made_up"
    before = len(list(corpus.glob("*")))
    first = drive(programs, state, "--seconds", "60")
    wait_for_corpus(first, corpus, before + 1)
    second = drive(programs, state, "--seconds", "1")
    said = second.communicate()[0]
    check(second.returncode == 1 and "another one is at work" in said, "two drivers do not share a folder")
    first.send_signal(signal.SIGTERM)
    first.communicate()
    check(first.returncode == 130, "interrupted is 130")


def does_not_run(folder: Path) -> None:
    programs, state = prepare(folder)
    (programs / "fuzz_made_up").write_text("#!/bin/sh\necho cannot open this or that >&2\nexit 3\n")
    running = drive(programs, state, "--seconds", "60")
    said = running.communicate()[0]
    check(running.returncode == 1 and "cannot open" in said, f"a target that does not run is no clean turn\n{said}")


def only_slow(folder: Path) -> None:
    programs, state = prepare(folder)
    slow = 'case "$*" in *-timeout=36000*) exit 0 ;; esac\n'
    (programs / "fuzz_made_up").write_text("#!/bin/sh\n" + slow + "echo 'ERROR: libFuzzer: timeout' >&2; exit 70\n")
    artifact = folder / "timeout-1"
    artifact.write_bytes(b"x")
    filed = findings.Findings(state / "findings", programs, ["-timeout=25"])
    check(not filed.take("made_up", artifact, "now", "night")[1] and not artifact.exists() and not filed.known(),
          "what ends in time when it has the processor is no finding")


def words() -> None:
    log = "==7== ERROR: AddressSanitizer: heap-use-after-free on address 0x12\n    #0 0x1 in std::vector<int>::at(int) /s:1\n" \
          "    #1 0x2 in wsproof::rfc::Monitor::take(int, char) /t/m.cpp:3:4\n    #2 0x3 in main /u\n"
    check(findings.stack_of(log) == ["wsproof::rfc::Monitor::take"], f"stack: {findings.stack_of(log)}")
    check(findings.key_of("a", log) == findings.key_of("a", log.replace("0x2", "0x9").replace(":3:4", ":8:1")), "addresses make no difference")
    check(findings.key_of("a", log) != findings.key_of("b", log), "targets do")
    check(findings.key_of("a", "property broken: 6455-5.2-2") != findings.key_of("a", "property broken: 9112-5.2-2"), "sections do")
    check(findings.key_of("a", "all fine\n") is None, "nothing is nothing")
    check("0000  68 69" in findings.hexdump(b"hi"), "hex")
    check(page.duration(90) == "90 s" and page.duration(3 * 3600) == "3.0 h", "durations")


def main() -> int:
    words()
    programs, state = prepare(Path(sys.argv[1]))
    killed_in_the_middle(programs, state)
    nothing_new(programs, state)
    two_machines(programs, state)
    one_at_a_time(programs, state)
    does_not_run(Path(sys.argv[1]).with_name("night_test_broken"))
    only_slow(Path(sys.argv[1]).with_name("night_test_slow"))
    print("the night survives")
    return 0


if __name__ == "__main__":
    sys.exit(main())
