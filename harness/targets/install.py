#!/usr/bin/env python3
"""Installs and builds the real servers that wsproof is run against, each as its manifest.toml says.

Usage: install.py [--again] [NAME…]       no name: all of them
What is installed goes to build/targets/NAME and is left alone while the target's folder does not change. A target that
cannot be installed does not keep the others from it; exit 1 if there was one.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

TARGETS = Path(__file__).resolve().parent
BUILD = TARGETS.parent.parent / "build" / "targets"

HOW_TO_GET = {
    "go": "apt-get install golang-go",
    "gofmt": "apt-get install golang-go",
    "node": "apt-get install nodejs",
    "npm": "apt-get install npm",
    "python3": "apt-get install python3 python3-venv",
    "g++": "apt-get install g++ libboost1.81-dev",
}


def fingerprint(source: Path) -> str:
    """Changes when any file of the target does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        digest.update(file.relative_to(source).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def commands(manifest: dict, source: Path, build: Path) -> list[list[str]]:
    """What `install` says, as a list of argv: it is one argv, or a list of them."""
    install = manifest["install"]
    if install and isinstance(install[0], str):
        install = [install]
    return [
        [word.replace("{build}", str(build)).replace("{source}", str(source)) for word in command]
        for command in install
    ]


def install(name: str, again: bool) -> str:
    """Installs one target; says in a word or two how that went, beginning with "failed" if it did."""
    source, build = TARGETS / name, BUILD / name
    manifest = tomllib.loads((source / "manifest.toml").read_text(encoding="utf-8"))
    if missing := [command for command in manifest["needs"] if not shutil.which(command)]:
        hints = "; ".join(f"{command}: {HOW_TO_GET.get(command, 'install it')}" for command in missing)
        return f"failed: not installed: {hints}"
    mark, stamp = build / ".installed", fingerprint(source)
    title = f"{manifest['title']} {manifest['version']}"
    if not again and mark.exists() and mark.read_text() == stamp:
        return f"{title}, already there"
    build.mkdir(parents=True, exist_ok=True)
    mark.unlink(missing_ok=True)
    start = time.monotonic()
    for command in commands(manifest, source, build):
        print(f"{name}: {' '.join(command)}", flush=True)
        try:
            code = subprocess.run(command, cwd=source, check=False, stdin=subprocess.DEVNULL, timeout=900).returncode
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"failed: {error}"
        if code != 0:
            return f"failed: exit code {code} from {command[0]}"
    mark.write_text(stamp)
    return f"{title}, installed in {time.monotonic() - start:.0f} s"


def main() -> int:
    known = sorted(path.parent.name for path in TARGETS.glob("*/manifest.toml"))
    parser = argparse.ArgumentParser(prog="./dev targets", description="Installs the real servers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {' '.join(known)}; none: all")
    parser.add_argument("--again", action="store_true", help="install even what is already there")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no such target: {' '.join(unknown)}; there are: {' '.join(known)}")
    results = {name: install(name, options.again) for name in options.names or known}
    print()
    for name, result in results.items():
        print(f"  {name:12} {result}")
    return 1 if any(result.startswith("failed") for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
