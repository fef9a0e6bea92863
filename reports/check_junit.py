"""check_junit.py SCHEMA FOLDER: exits 0 when xmllint finds every junit*.xml of the folder well-formed and valid, and the
counts in them are right; 77 (skipped) where there is no xmllint (Debian: libxml2-utils)."""
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def miscounts(path):
    root = ElementTree.parse(path).getroot()
    for element in [root, *root.iter("testsuite")]:
        for attribute, kind in {"tests": None, **KINDS}.items():
            cases = list(element.iter("testcase"))
            found = len(cases) if kind is None else sum(case.find(kind) is not None for case in cases)
            if int(element.get(attribute)) != found:
                yield f"{path}: {element.get('name')}: {attribute} says {element.get(attribute)}, and there are {found}"


schema, folder = sys.argv[1], Path(sys.argv[2])
if shutil.which("xmllint") is None:
    print("skipped: there is no xmllint (./dev deps installs it)")
    sys.exit(77)
files = sorted(folder.glob("junit*.xml"))
lint = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, *files], stderr=subprocess.PIPE, text=True)
print(lint.stderr)
wrong = [line for path in files for line in miscounts(path)] if lint.returncode == 0 else []
print("\n".join(wrong))
sys.exit(0 if files and lint.returncode == 0 and not wrong else 1)
