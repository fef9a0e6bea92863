#!/usr/bin/env python3
"""Installs and builds the real servers that wsproof is run against, each as its manifest.toml says.

Usage: install.py [--again | --missing] [NAME…]       no name: all of them
What is installed goes to build/targets/NAME and is left alone while the target's folder does not change. A target that
cannot be installed does not keep the others from it; exit 1 if there was one.

What a target needs stands in its manifest, one word each:
    "go 1.23"               a command; a version behind it is the least that will do
    "header:zlib.h"         a header that the C or C++ compiler finds
    "pkg-config:libsoup-3.0", "perl:Mojolicious", "ruby:em-websocket"   a library, by the name that its language has for it
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

TARGETS = Path(__file__).resolve().parent
BUILD = TARGETS.parent.parent / "build" / "targets"

# Debian 12's packages, by need; a command or library that is called as its package is not listed.
PACKAGES = {
    "cargo": "cargo",
    "g++": "g++",
    "gcc": "gcc",
    "go": "golang-go",
    "gofmt": "golang-go",
    "javac": "default-jdk-headless",
    "mvn": "maven",
    "nginx": "nginx-light",
    "node": "nodejs",
    "python3": "python3 python3-venv",
    "header:Poco/Net/WebSocket.h": "libpoco-dev",
    "header:boost/asio.hpp": "libboost1.81-dev",
    "header:civetweb.h": "libcivetweb-dev",
    "header:libwebsockets.h": "libwebsockets-dev",
    "header:openssl/sha.h": "libssl-dev",
    "header:websocketpp/server.hpp": "libwebsocketpp-dev",
    "header:wslay/wslay.h": "libwslay-dev",
    "header:zlib.h": "zlib1g-dev",
    "perl:Mojolicious": "libmojolicious-perl",
    "pkg-config:Qt6WebSockets": "qt6-websockets-dev",
    "pkg-config:libsoup-3.0": "libsoup-3.0-dev",
    "ruby:em-websocket": "ruby-em-websocket",
    "ruby:faye/websocket": "ruby-faye-websocket",
}

# How to ask whether a library is there.
LIBRARIES = {
    "header": ["c++", "-std=c++17", "-fsyntax-only", "-x", "c++", "-include", "{}", "/dev/null"],
    "perl": ["perl", "-M{}", "-e1"],
    "pkg-config": ["pkg-config", "--exists", "{}"],
    "ruby": ["ruby", "-r{}", "-e1"],
}


def says(command: list[str]) -> str | None:
    """What a command prints; nothing if it is not there or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout + done.stderr if done.returncode == 0 else None


def version_of(command: str) -> str:
    """The version of a command, "?" if it does not tell."""
    told = says([command, "version" if command == "go" else "--version"]) or ""
    found = re.search(r"\d+(\.\d+)+", told)
    return found.group() if found else "?"


def as_numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def missing(need: str) -> str | None:
    """What is wrong with this need here, in a few words; nothing if it is met."""
    name, _, least = need.partition(" ")
    kind, colon, library = name.partition(":")
    if colon:
        if kind not in LIBRARIES:
            return f"{name}: a need that install.py does not know"
        if says([word.replace("{}", library) for word in LIBRARIES[kind]]) is not None:
            return None
    elif shutil.which(name):
        found = version_of(name) if least else ""
        if not least or as_numbers(found) >= as_numbers(least):
            return None
        return f"{name} {found} is too old, {least} is the least that will do"
    package = PACKAGES.get(name, name)
    return f"{name} is not installed (Debian: apt-get install {package})"


def fingerprint(source: Path) -> str:
    """Changes when any file of the target does that is there to make it work."""
    digest = hashlib.sha256()
    for file in sorted(path for path in source.rglob("*") if path.is_file() and path.name != "baseline"):
        digest.update(file.relative_to(source).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def commands(manifest: dict, source: Path, build: Path) -> list[list[str]]:
    """What `install` says, as a list of argv: it is one argv, or a list of them."""
    install = manifest.get("install", [])
    if install and isinstance(install[0], str):
        install = [install]
    return [
        [word.replace("{build}", str(build)).replace("{source}", str(source)) for word in command]
        for command in install
    ]


def read_manifest(name: str) -> dict:
    return tomllib.loads((TARGETS / name / "manifest.toml").read_text(encoding="utf-8"))


def run(command: list[str], source: Path) -> str | None:
    """Runs one command of an installation; says what went wrong, nothing if all went well."""
    try:
        code = subprocess.run(command, cwd=source, check=False, stdin=subprocess.DEVNULL, timeout=900).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"failed: {error}"
    return f"failed: exit code {code} from {command[0]}" if code != 0 else None


def install(name: str, again: bool) -> str:
    """Installs one target; says in a word or two how that went, beginning with "failed" if it did."""
    source, build = TARGETS / name, BUILD / name
    manifest = read_manifest(name)
    mark, stamp = build / ".installed", fingerprint(source)
    title = f"{manifest['title']} {manifest['version']}"
    if not again and mark.exists() and mark.read_text() == stamp:
        return f"{title}, already there"
    if wrong := [what for what in map(missing, manifest["needs"]) if what]:
        return f"failed: {'; '.join(wrong)}"
    build.mkdir(parents=True, exist_ok=True)
    mark.unlink(missing_ok=True)
    start = time.monotonic()
    for command in commands(manifest, source, build):
        print(f"{name}: {' '.join(command)}", flush=True)
        if failure := run(command, source):
            return failure
    mark.write_text(stamp)
    return f"{title}, installed in {time.monotonic() - start:.0f} s"


def print_packages(names: list[str]) -> None:
    """Prints the Debian packages that are missing for these targets, one a line."""
    needs = {need for name in names for need in read_manifest(name)["needs"]}
    commands_and_libraries = {need.partition(" ")[0] for need in needs if missing(need.partition(" ")[0])}
    packages = {package for need in commands_and_libraries for package in PACKAGES.get(need, need).split()}
    print("\n".join(sorted(packages)))


def main() -> int:
    known = sorted(path.parent.name for path in TARGETS.glob("*/manifest.toml"))
    parser = argparse.ArgumentParser(prog="./dev targets", description="Installs the real servers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {' '.join(known)}; none: all")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--again", action="store_true", help="install even what is already there")
    what.add_argument("--missing", action="store_true", help="only print the Debian packages that are missing")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no such target: {' '.join(unknown)}; there are: {' '.join(known)}")
    names = options.names or known
    if options.missing:
        print_packages(names)
        return 0
    results = {}
    for number, name in enumerate(names, 1):
        print(f"[{number}/{len(names)}] {name}", flush=True)
        results[name] = install(name, options.again)
    print()
    for name, result in results.items():
        print(f"  {name:20} {result}")
    return 1 if any(result.startswith("failed") for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
