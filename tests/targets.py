"""Prints what ninja has to build for some suites; usage: targets.py BUILD_DIRECTORY SUITE..."""

import json
import os
import pathlib
import sys

build = pathlib.Path(sys.argv[1])
suites = {f"kato:{suite}" for suite in sys.argv[2:]}
tests = json.loads((build / "meson-info/intro-tests.json").read_text())
targets = {target["id"]: target["filename"] for target in json.loads((build / "meson-info/intro-targets.json").read_text())}
needed = {name for test in tests if suites & set(test["suite"]) for name in test["depends"]}
for path in sorted({path for name in needed for path in targets[name]}):
    print(os.path.relpath(path, build))
