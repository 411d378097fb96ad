"""Rule: every scenario of the catalogue has its line in scenarios.txt, and every line its test.

usage: check_scenarios.py ROOT
"""

import pathlib
import re
import sys

_COUNT = 74


def findings(lines, names):
    """names: what each kind of test has."""
    found, seen = [], []
    for line in lines:
        match = re.fullmatch(r"S(\d+) (\w+): (.+)", line)
        if not match:
            continue
        number, kind, text = int(match[1]), match[2], match[3]
        seen.append(number)
        if kind == "elsewhere":
            continue
        if text not in names.get(kind, ()):
            found.append(f"S{number}: there is no {kind} '{text}'")
    found += [f"S{number}: has {seen.count(number)} lines" for number in range(1, _COUNT + 1) if seen.count(number) != 1]
    return found


def cases(text):
    return {re.sub(r'"\s*"', "", name) for name in re.findall(r'TEST_CASE\(\s*"((?:[^"\\]|\\.|"\s*")*)"\)', text)}


def prove():
    good = [f"S{number} act: a" for number in range(1, _COUNT + 1)]
    names = {"act": {"a"}}
    if findings(good, names) or not findings(good[1:], names) or not findings(good, {"act": {"b"}}):
        sys.exit("the check itself is broken")


def main():
    prove()
    root = pathlib.Path(sys.argv[1]) / "tests"
    folder = root / "sandbox"
    names = {
        "test": set().union(*(cases(path.read_text()) for path in folder.glob("test_*.cc"))),
        "filter": cases((root / "unit/sandbox/test_filter.cc").read_text()),
        "act": set(re.findall(r'\{\d+, "([\w.]+)", denied\}', (folder / "catalogue.cc").read_text())),
        "host": set(re.findall(r'mode == "([\w-]+)"', (folder / "reduced_host.cc").read_text())),
    }
    found = findings((folder / "scenarios.txt").read_text().splitlines(), names)
    print(*found, sep="\n")
    print(f"{len(found)} findings")
    sys.exit(1 if found else 0)


main()
