#!/usr/bin/python3
"""Counts the results of test runs: prints one line, "N passed, N failed, N skipped".

usage: summary.py [--passed NAME]... [--failed NAME]... BUILD_DIRECTORY...

Reads meson-logs/testlog*.json of each build directory. Before the line come the names of the tests
that did not pass. --passed and --failed add results that no log tells of. A directory
without a log is a failure, and so is a run without a single test. Exits 0 when nothing failed.
"""

import argparse
import json
import pathlib
import sys

PASSED = ("OK", "EXPECTEDFAIL")
SKIPPED = ("SKIP",)


def results(directory):
    """(name, result) of each test that the directory's logs tell of; None without a log."""
    logs = sorted(pathlib.Path(directory).glob("meson-logs/testlog*.json"))
    if not logs:
        return None
    found = []
    for log in logs:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            record = json.loads(line)
            found.append((record["name"], record["result"]))
    return found


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--failed", action="append", default=[], metavar="NAME")
    parser.add_argument("--passed", action="append", default=[], metavar="NAME")
    parser.add_argument("directories", nargs="*")
    options = parser.parse_args(arguments)

    passed, failed, skipped = len(options.passed), list(options.failed), []
    for directory in options.directories:
        found = results(directory)
        if found is None:
            failed.append(f"{directory}: no test ran")
            continue
        for name, result in found:
            if result in PASSED:
                passed += 1
            elif result in SKIPPED:
                skipped.append(f"{directory}: {name}")
            else:
                failed.append(f"{directory}: {name} ({result.lower()})")

    for name in skipped:
        print(f"skipped  {name}")
    for name in failed:
        print(f"failed   {name}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
