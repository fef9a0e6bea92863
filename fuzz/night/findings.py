"""Findings: what a fuzz target's last words say, one folder for each thing that is wrong, however often it is found."""

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
from pathlib import Path

# Frames that stand in every stack and tell nothing.
MACHINERY = re.compile(r"pthread_kill|^raise\b|^abort\b|^gsignal|fuzz::must\(|check_failed|LLVMFuzzer|__sanitizer|__asan|__ubsan|^fuzzer::|^main|_start|libc_start")
FRAME = re.compile(r"^\s*#\d+ 0x[0-9a-f]+ in (.+?)(?: \(?(/\S+?))?(?::\d+)*\)?(?: \(BuildId.*)?$")
ARTIFACTS = ("crash-", "timeout-", "oom-", "leak-")


def write_atomically(path: Path, octets: bytes) -> None:
    """All of it or nothing, also when the machine stops in between."""
    fresh = path.with_name(path.name + ".new")
    with open(fresh, "wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def stack_of(log: str) -> list[str]:
    """The functions of our own and the codec's in the first stack, without addresses, lines and arguments."""
    frames = []
    for line in log.splitlines():
        found = FRAME.match(line)
        if not found:
            if frames and not line.strip().startswith("#"):
                break
            continue
        name = found[1]
        if MACHINERY.search(name) or name.startswith("std::") or "/compiler-rt/" in line:
            continue
        frames.append(re.sub(r"\(.*", "", name.replace("(anonymous namespace)::", "")))
    return frames


def what_of(log: str) -> str | None:
    """What was wrong, in words that do not depend on the input; None when nothing was."""
    patterns = (
        (r"^property broken: (.*)$", "property broken: "),
        (r"CHECK failed: (.*)$", "CHECK failed: "),
        (r"runtime error: (.*)$", "undefined behaviour: "),
        (r"ERROR: AddressSanitizer: ([a-zA-Z-]+)", "AddressSanitizer: "),
        (r"ERROR: LeakSanitizer: (.*)$", "LeakSanitizer: "),
        (r"ERROR: libFuzzer: (timeout|out-of-memory)", ""),
        (r"ERROR: libFuzzer: (.*)$", ""),
    )
    for pattern, front in patterns:
        if found := re.search(pattern, log, re.MULTILINE):
            if front.startswith("property"):
                return front + found[1].strip()  # its numbers are sections and codes
            return front + re.sub(r"0x[0-9a-f]+|\b\d{4,}\b", "N", found[1]).strip()
    return None


def key_of(target: str, log: str) -> tuple[str, str, list[str]] | None:
    """The finding's key, what is wrong, and the stack. A property is its own key; all else is told apart by its stack."""
    what = what_of(log)
    if what is None:
        return None
    stack = stack_of(log)
    parts = [target, what]
    if not what.startswith(("property broken", "timeout", "out-of-memory")):
        parts += stack[:3]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12], what, stack[:8]


def hexdump(octets: bytes, most: int = 512) -> str:
    lines = []
    for at in range(0, min(len(octets), most), 16):
        row = octets[at : at + 16]
        text = "".join(chr(o) if 32 <= o < 127 else "." for o in row)
        lines.append(f"{at:06x}  {row.hex(' '):<47}  {text}")
    if len(octets) > most:
        lines.append(f"… {len(octets) - most} more octets")
    return "\n".join(lines)


class Findings:
    """The folder of findings: KEY/{finding.json,input,smallest,log.txt,finding-KEY.case}."""

    def __init__(self, folder: Path, programs: Path, limits: list[str]):
        self.folder, self.programs, self.limits = folder, programs, limits
        folder.mkdir(parents=True, exist_ok=True)

    def known(self) -> dict[str, dict]:
        read = {}
        for path in sorted(self.folder.glob("*/finding.json")):
            read[path.parent.name] = json.loads(path.read_text())
        return read

    def run(self, target: str, octets: Path, more: list[str] = [], seconds: int = 60) -> str:
        """The last words of the target on one input."""
        try:
            done = subprocess.run(
                [self.programs / f"fuzz_{target}", *self.limits, *more, str(octets)],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=seconds, check=False,
            )
        except subprocess.TimeoutExpired:
            return "ERROR: libFuzzer: timeout"
        return done.stderr.decode("utf-8", "replace") if done.returncode else ""

    def is_only_slow(self, target: str, octets: Path) -> bool:
        """Whether a target that took too long by the clock ends within as many seconds of the processor: the machine was busy."""
        seconds = next(int(limit.split("=")[1]) for limit in self.limits if limit.startswith("-timeout="))
        done = subprocess.run([self.programs / f"fuzz_{target}", *self.limits, "-timeout=36000", str(octets)], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)))
        return done.returncode == 0

    def take(self, target: str, artifact: Path, now: str, night: str) -> tuple[str, bool]:
        """Files an artifact; returns its key, and whether nobody had it before. The artifact is gone afterwards."""
        log = self.run(target, artifact)
        found = key_of(target, log) or (
            hashlib.sha256(f"{target} not reproduced".encode()).hexdigest()[:12], "not reproduced when run alone", [])
        key, what, stack = found
        if what == "timeout" and self.is_only_slow(target, artifact):
            artifact.unlink()
            return key, False
        place = self.folder / key
        if (place / "finding.json").exists():
            told = json.loads((place / "finding.json").read_text())
            told["times"] += 1
            told["last"] = now
            write_atomically(place / "finding.json", json.dumps(told, indent=1).encode())
            artifact.unlink()
            return key, False
        fresh = self.folder / f".{key}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        shutil.copy(artifact, fresh / "input")
        (fresh / "log.txt").write_text(log)
        smallest = self.minimise(target, fresh, key)
        case = self.write_case(target, fresh, key)
        told = {"key": key, "target": target, "what": what, "stack": stack, "first": now, "last": now, "times": 1, "night": night,
                "octets": artifact.stat().st_size, "smallest": len(smallest), "hex": hexdump(smallest), "case": case}
        (fresh / "finding.json").write_text(json.dumps(told, indent=1))
        os.sync()
        shutil.rmtree(place, ignore_errors=True)
        os.rename(fresh, place)
        artifact.unlink()
        return key, True

    def minimise(self, target: str, place: Path, key: str) -> bytes:
        """The smallest input with the same key that some seconds find; kept as `smallest`."""
        best = (place / "input").read_bytes()
        smallest = place / "smallest"
        trial = place / "trial"
        self.run(target, place / "input", ["-minimize_crash=1", "-max_total_time=10", f"-exact_artifact_path={trial}"], 40)
        if trial.exists():
            found = key_of(target, self.run(target, trial))
            if found and found[0] == key and trial.stat().st_size <= len(best):
                best = trial.read_bytes()
            trial.unlink()
        smallest.write_bytes(best)
        return best

    def write_case(self, target: str, place: Path, key: str) -> str:
        """The conversation as a case, where the target's inputs are conversations: the name of the file, or nothing."""
        tool = self.programs / "fuzz_case"
        case = place / f"finding-{key}.case"
        if tool.exists():
            subprocess.run([tool, target, place / "smallest", case], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return case.name if case.exists() else ""
