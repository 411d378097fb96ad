"""The library exports what its headers declare and its map lists: three sets that must be one.

usage: check_symbols.py NM LIBRARY KATO_MAP HEADER_FOLDER

GNU ld accepts a map with a name that does not exist, a function missing from the map is hidden
without a word, and hidden visibility alone would still export type information of libstdc++.
"""

import pathlib
import re
import subprocess
import sys

import headers


def exported(nm, library):
    """Defined dynamic symbols as (name, version)."""
    listing = subprocess.run(
        [nm, "--dynamic", "--defined-only", "--with-symbol-versions", "--format=posix", library],
        check=True, capture_output=True, text=True,
    ).stdout
    found = set()
    for line in listing.splitlines():
        name, kind = line.split()[:2]
        if kind == "A":  # the name of a version node
            continue
        symbol, _, version = name.replace("@@", "@").partition("@")
        found.add((symbol, version))
    return found


def listed(text):
    """The names in the map's `global` parts as (name, node); `local` must hide everything else."""
    found, hides = set(), False
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for node, body in re.findall(r"(KATO_[\d.]+)\s*\{(.*?)\}", text, re.DOTALL):
        scope = ""
        for word in re.findall(r"[\w*?]+[:;]", body):
            if word.endswith(":"):
                scope = word[:-1]
            elif scope == "global":
                found.add((word[:-1], node))
            elif scope == "local" and word == "*;":
                hides = True
    return found, hides


def problems(exported_symbols, map_symbols, hides, declared):
    found = [] if hides else ["the map does not hide the rest (local: *)"]
    names = {name for name, _ in exported_symbols}
    mapped = {name for name, _ in map_symbols}
    for what, left, right in (
        ("declared but not in the map", declared, mapped),
        ("in the map but not declared", mapped, declared),
        ("declared but not exported", declared, names),
        ("exported but not declared", names, declared),
    ):
        found += [f"{name}: {what}" for name in sorted(left - right)]
    if names == mapped:
        found += [f"{name}: exported as {version or 'no version'}" for name, version in sorted(exported_symbols - map_symbols)]
    return found


def prove():
    good = {("kato_a", "KATO_0.1"), ("kato_b", "KATO_0.1")}
    names = {"kato_a", "kato_b"}
    text = "KATO_0.1 {\nglobal:\n kato_a;\n kato_b;\nlocal:\n *;\n};\n"
    assert listed(text) == (good, True), listed(text)
    assert not listed(text.replace("*;", ""))[1]
    assert not problems(good, good, True, names)
    stray = ("_ZTISt9exception", "")
    for case in (
        (good | {stray}, good, True, names),
        (good - {("kato_b", "KATO_0.1")}, good, True, names),
        (good, good - {("kato_b", "KATO_0.1")}, True, names),
        (good, good, True, names - {"kato_b"}),
        (good, good, True, names | {"kato_c"}),
        (good, good, False, names),
        ({("kato_a", ""), ("kato_b", "")}, good, True, names),
    ):
        assert problems(*case), case


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    prove()
    nm, library, map_file, folder = sys.argv[1:]
    declared = set(headers.functions(headers.text_of(folder)))
    map_symbols, hides = listed(pathlib.Path(map_file).read_text())
    found = problems(exported(nm, library), map_symbols, hides, declared)
    print(*found, sep="\n")
    print(f"{len(declared)} functions declared, {len(map_symbols)} in the map, {len(found)} differences")
    sys.exit(1 if found or not declared else 0)


if __name__ == "__main__":
    main()
