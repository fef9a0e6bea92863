#!/usr/bin/env python3
"""Starts a real server and a proxy in front of it, and ends both when it is told to, or when one of them ends.

Usage: behind.py --server NAME --config FILE --port N [--server-port N] -- COMMAND…
NAME is a target of this folder, as installed. In FILE and in COMMAND, {port} is where the proxy listens, {server_port}
where the server does (a free one, unless it is given), {config} is the file with both filled in, and {folder} a folder
that goes away at the end.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import install

PATIENCE = 60  # seconds for the server to listen


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def server_command(name: str, port: int) -> list[str]:
    """What the manifest of a target says, filled in."""
    values = {"port": port, "build": install.BUILD / name, "source": install.TARGETS / name}
    command = install.read_manifest(name)["start"]
    for key, value in values.items():
        command = [word.replace(f"{{{key}}}", str(value)) for word in command]
    return command


def wait_for(port: int, server: subprocess.Popen) -> None:
    """Returns when somebody listens there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"behind.py: the server does not listen on port {port}")


def first_to_end(children: list[subprocess.Popen]) -> None:
    pids = {child.pid for child in children}
    while os.wait()[0] not in pids:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description="A real server behind a proxy.")
    parser.add_argument("--server", required=True, metavar="NAME")
    parser.add_argument("--config", required=True, type=Path, metavar="FILE")
    parser.add_argument("--port", required=True, type=int, metavar="N")
    parser.add_argument("--server-port", type=int, metavar="N")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args()
    server_port = options.server_port or free_port()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    children: list[subprocess.Popen] = []
    with tempfile.TemporaryDirectory(prefix="wsproof-proxy-") as folder:
        values = {"port": options.port, "server_port": server_port, "folder": folder, "config": Path(folder) / "config"}

        def filled(text: str) -> str:
            for key, value in values.items():
                text = text.replace(f"{{{key}}}", str(value))
            return text

        values["config"].write_text(filled(options.config.read_text(encoding="utf-8")), encoding="utf-8")
        try:
            children.append(subprocess.Popen(server_command(options.server, server_port)))
            wait_for(server_port, children[0])
            children.append(subprocess.Popen([filled(word) for word in options.command]))
            first_to_end(children)
            sys.exit("behind.py: the server or the proxy has ended")
        finally:
            for child in reversed(children):
                child.terminate()
            for child in children:
                child.wait()


if __name__ == "__main__":
    main()
