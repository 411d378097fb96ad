"""Tests that the session in README.md is real: runs its commands and compares what they print.

usage: check_session.py KATO ROOT
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main():
    kato, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    sessions = _BLOCK.findall((root / "README.md").read_text())
    if not sessions:
        sys.exit("README.md has no session")
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "PATH": f"{kato.parent}:{os.environ['PATH']}",
            "KATO_HOME": f"{folder}/workspace",
            "HOME": folder,
        }
        printed = []
        for line in "".join(sessions).splitlines():
            if line.startswith("$ "):
                run = subprocess.run(
                    ["sh", "-c", line[2:]], cwd=root, env=environment, stdout=subprocess.PIPE, check=True, text=True
                )
                printed += [line, *run.stdout.splitlines()]
    expected = [line for line in "".join(sessions).splitlines() if line]
    printed = [line for line in printed if line]
    difference = list(difflib.unified_diff(expected, printed, "README.md", "printed", lineterm=""))
    print(*difference, sep="\n")
    sys.exit(1 if difference else 0)


main()
