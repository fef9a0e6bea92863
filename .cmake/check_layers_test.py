#!/usr/bin/env python3
"""Proves that check_layers.py catches what it is for: plants one violation at a time and expects it to be named.

Usage: check_layers_test.py FOLDER     FOLDER is made anew
"""

import shutil
import subprocess
import sys
from pathlib import Path

CHECK = Path(__file__).with_name("check_layers.py")

# file, its text, what the check must print (None: it must be content)
PLANTED = [
    ("harness/wire/a.cpp", '#include "harness/base/octets.hpp"\n', None),
    ("harness/wire/a.cpp", '#include "harness/rfc/monitor.hpp"\n', "harness/wire/a.cpp:1: wire -> rfc is not allowed"),
    ("harness/endpoint/a.hpp", '\n#include "harness/rfc/monitor.hpp"\n', "harness/endpoint/a.hpp:2: endpoint -> rfc"),
    ("harness/endpoint/a_test.cpp", '#include "harness/lab/world.hpp"\n', None),
    ("harness/endpoint/a.cpp", '#include "harness/lab/world.hpp"\n', "endpoint -> lab"),
    ("harness/script/a_test.cpp", '#include "harness/net/pump.hpp"\n', "script -> net"),
    ("harness/base/a.cpp", '#include "octets.hpp"\n', "spelled from the root"),
    ("harness/base/a.cpp", "int frame = 0;\n", "does not know the word frame"),
    ("harness/base/a.cpp", "int x = 0;  // like a frame\n", None),
    ("harness/net/a.hpp", "#include <boost/asio.hpp>\n", "Boost is included only by"),
    ("harness/net/a.cpp", "#include <boost/asio.hpp>\n#include <sys/wait.h>\n", None),
    ("harness/net/a.cpp", "int WebSocket;\n", "net does not know WebSocket"),
    ("harness/run/a.cpp", "#include <unistd.h>\n", "system calls"),
    ("harness/script/a.cpp", "auto t = std::chrono::steady_clock::now();\n", "time is a parameter"),
    ("harness/wire/a.cpp", "std::random_device d;\n", "randomness is a parameter"),
    ("harness/script/a.cpp", "#include <thread>\n", "know no threads"),
    ("reports/a.cpp", "#include <fstream>\n", "do no I/O"),
    ("reports/a.cpp", "#include <iostream>\n", "do not print"),
    ("reports/a.cpp", '#include "harness/run/runner.hpp"\n', "reports -> run"),
    ("fuzz/frames.cpp", '#include "harness/run/runner.hpp"\n', "fuzz -> run"),
    ("fuzz/targets/baseline.cpp", '#include "harness/run/baseline.hpp"\n', None),
    ("harness/main.cpp", '#include "reports/html.hpp"\n', None),
    ("harness/new/a.cpp", "\n", "belongs to no module"),
]


def main() -> int:
    folder = Path(sys.argv[1])
    failed = 0
    for path, text, expected in PLANTED:
        shutil.rmtree(folder, ignore_errors=True)
        file = folder / path
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, CHECK, folder], capture_output=True, text=True, check=False)
        good = done.returncode == 0 if expected is None else done.returncode == 1 and expected in done.stdout
        if not good:
            failed += 1
            print(f"{path}: {text!r}\n  expected {expected!r}, exit {done.returncode}\n{done.stdout}{done.stderr}")
    print(f"{len(PLANTED) - failed} of {len(PLANTED)} planted files judged rightly")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
