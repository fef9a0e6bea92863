#!/usr/bin/env python3
"""Checks what a file must look like: one idea each (600 lines), no tabs, no trailing blanks, headers that say what they are.

Usage: check_files.py ROOT
"""

import re
import sys
from pathlib import Path

MOST_LINES = 600
CODE = {".cpp", ".hpp"}
TEXT = CODE | {".case", ".py", ".js", ".mjs", ".toml", ".cmake", ".json", ".tsv"}
NO_TABS = TEXT - {".tsv"}
FOLDERS = ("harness", "reports", "fuzz", "cases", ".cmake")
NOT_OURS = {"node_modules", "__pycache__", ".venv", "corpus", "seeds"}


def violations(path: Path, name: str) -> list[str]:
    lines = path.read_text(encoding="utf-8").split("\n")
    found = []
    if path.suffix in CODE:
        if len(lines) - 1 > MOST_LINES:
            found.append(f"{name}: {len(lines) - 1} lines; over {MOST_LINES}, split it by idea")
        if not re.fullmatch(r"[a-z0-9_]+", path.stem):
            found.append(f"{name}: file names are snake_case")
    if path.suffix == ".hpp":
        if not lines[0].startswith("// "):
            found.append(f"{name}:1: the first line of a header says in one sentence what the file is")
        if "#pragma once" not in lines:
            found.append(f"{name}: #pragma once is missing")
    for number, line in enumerate(lines, 1):
        if "\t" in line and path.suffix in NO_TABS:
            found.append(f"{name}:{number}: tab")
        if line != line.rstrip(" \t\r") and path.suffix != ".tsv":
            found.append(f"{name}:{number}: trailing blank")
    if lines[-1]:
        found.append(f"{name}: no newline at the end")
    return found


def main() -> int:
    root = Path(sys.argv[1])
    found, count = [], 0
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if not NOT_OURS.isdisjoint(path.parts) or not path.is_file():
                continue
            if path.suffix in TEXT or path.name == "CMakeLists.txt":
                count += 1
                found += violations(path, path.relative_to(root).as_posix())
    print("\n".join(found))
    print(f"{count} files, {len(found)} violations")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
