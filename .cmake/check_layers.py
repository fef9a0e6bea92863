#!/usr/bin/env python3
"""Checks who includes whom: the layer table of ARCHITECTURE.md as data, against every #include of the tree.

Usage: check_layers.py ROOT      exit 0: the table holds; 1: it does not, each violation as file:line: what; why
A change of architecture is a diff of the tables below.
"""

import fnmatch
import re
import sys
from pathlib import Path

# module: the modules that it may include besides itself
MAY_INCLUDE = {
    "base": "",
    "wire": "base",
    "rfc": "base wire",
    "endpoint": "base wire",
    "result": "base wire rfc",
    "script": "base wire rfc result",
    "lab": "base wire rfc endpoint result script",
    "net": "base",
    "run": "base wire rfc endpoint result script lab net",
    "reports": "base wire rfc result script",
    "fuzz": "base wire rfc endpoint result script lab",
    "bench": "base wire rfc endpoint result script lab",
    "main": "base wire rfc endpoint result script lab net run reports",
}

# files that may include more than their module
ALSO = {
    "fuzz/targets/baseline.cpp": "run",
}

PURE = "base wire rfc endpoint result script lab reports"
LIBRARIES = PURE + " net run"

# what stands beside a library and is no part of it: tests, and small programs for developers
BESIDE = ["*_test.cpp", "reports/sample_report.cpp"]

# modules, files that are free of the rule, what no line may match, why
MUST_NEVER = [
    ("base", [], r"(?i)\bframes?\b", "base does not know the word frame"),
    ("net", BESIDE, r"(?i)websocket", "net does not know WebSocket"),
    (
        LIBRARIES + " fuzz main",
        ["harness/net/*.cpp", "fuzz/*.cpp"],
        r"#\s*include\s*<boost/",
        "Boost is included only by the .cpp files of net (slow to compile, and it is where I/O lives)",
    ),
    (
        LIBRARIES + " fuzz main",
        ["harness/net/*.cpp"],
        r"#\s*include\s*<(sys/|netinet/|arpa/|net/|linux/|unistd\.h|fcntl\.h|netdb\.h|poll\.h|termios\.h|csignal|signal\.h|spawn\.h)",
        "system calls are made only in the .cpp files of net",
    ),
    (
        PURE,
        BESIDE,
        r"_clock\s*::\s*now\s*\(|\b(std::)?time\s*\(\s*(nullptr|NULL|0)\s*\)|\bclock_gettime\b",
        "time is a parameter: only net and run read a clock",
    ),
    (
        PURE,
        BESIDE,
        r"\brandom_device\b|\bRAND_bytes\b|\bsrand\s*\(",
        "randomness is a parameter: everything follows from the printed seed",
    ),
    (
        "base wire rfc endpoint result script reports",
        BESIDE,
        r"#\s*include\s*<(thread|mutex|shared_mutex|condition_variable|future|semaphore|barrier|latch)>",
        "these know no threads",
    ),
    (
        "wire rfc endpoint lab reports",
        BESIDE,
        r"#\s*include\s*<(fstream|filesystem)>",
        "these do no I/O: they take values and give values",
    ),
    (LIBRARIES, BESIDE, r"#\s*include\s*<iostream>", "libraries do not print: no <iostream>"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


def module_of(path: str) -> str | None:
    """The module that a path (relative to the root) belongs to; None for what is no module (targets, unknown folders)."""
    parts = path.split("/")
    if parts[0] == "harness" and len(parts) > 2 and parts[1] in MAY_INCLUDE:
        return parts[1]
    if len(parts) == 2 and parts[0] == "harness" and parts[1].startswith("main"):  # main.cpp, main_run.cpp, …
        return "main"
    return parts[0] if parts[0] in ("reports", "fuzz") else None


def allowed(path: str, module: str) -> set[str]:
    names = {module, *MAY_INCLUDE[module].split()}
    if path.endswith(("_test.cpp", "_test.hpp")):
        names |= {"lab", *MAY_INCLUDE["lab"].split()}
    for pattern, more in ALSO.items():
        if fnmatch.fnmatch(path, pattern):
            names |= set(more.split())
    return names


def violations(path: str, text: str) -> list[str]:
    module = module_of(path)
    if module is None:
        if path.startswith("harness/targets/"):
            return []  # other people's servers, built by other people's tools
        return [f"{path}:1: belongs to no module of the layer table"]
    found = []
    rules = [
        (re.compile(pattern), why)
        for modules, free, pattern, why in MUST_NEVER
        if module in modules.split() and not any(fnmatch.fnmatch(path, f) for f in free)
    ]
    for number, line in enumerate(text.splitlines(), 1):
        code = re.sub(r"//.*", "", line)
        if included := INCLUDE.match(line):
            other = module_of(included[1])
            if other is None:
                found.append(
                    f'{path}:{number}: includes "{included[1]}"; includes in quotes are spelled from the root of the '
                    "repository and name a module"
                )
            elif other not in allowed(path, module):
                rule = MAY_INCLUDE[module] or "nothing"
                found.append(f"{path}:{number}: {module} -> {other} is not allowed; {module} may include: {rule}")
            continue
        for pattern, why in rules:
            if pattern.search(code):
                found.append(f"{path}:{number}: {line.strip()}\n    {module}: {why}")
    return found


def check(root: Path) -> tuple[int, list[str]]:
    """How many files were read, and what is wrong with them."""
    found, count = [], 0
    for top in ("harness", "reports", "fuzz"):
        for file in sorted((root / top).rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.suffix in (".cpp", ".hpp", ".h", ".cc") and "node_modules" not in path:
                count += 1
                found += violations(path, file.read_text(encoding="utf-8"))
    return count, found


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    count, found = check(Path(sys.argv[1]))
    print("\n".join(found))
    print(f"{count} files, {len(found)} violations of the layer table")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
