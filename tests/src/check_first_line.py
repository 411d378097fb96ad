"""Rule: a source file's first line says what it is for.

A .cc file may begin with the include of its own header instead: the header says it. A meson.build
is for its folder.
"""

import re

import rules

_BEGIN = {
    ".py": re.compile(r'(#!.*\n)?("""\w|# ?\w)'),
    ".pyi": re.compile(r'("""\w|# ?\w)'),
    ".sh": re.compile(r"(#!.*\n)?# ?\w"),
    ".options": re.compile(r"# ?\w"),
}
_C = re.compile(r"(// ?|/\* ?)\w")


def _own_header(path, text):
    first = text.split("\n", 1)[0]
    match = re.fullmatch(r'#include "(?:\S*/)?([\w.]+)\.h"', first)
    return path.suffix == ".cc" and match is not None and match.group(1) == path.stem


def check(root):
    findings = []
    for path in rules.files(root):
        text = rules.read(root, path)
        if not text or path.suffix == ".build" or _own_header(path, text):
            continue
        if not _BEGIN.get(path.suffix, _C).match(text):
            findings.append(f"{path}:1: the first line does not say what the file is for")
    return findings


CLEAN = {
    "lib/base/a.cc": '#include "base/a.h"\n',
    "lib/base/a.h": "// Texts.\n",
    "include/kato/a.h": "/* kato/a.h - texts. */\n",
    "tests/a.py": '"""Tests."""\n',
    "tests/a.sh": "#!/bin/sh\n# Tests.\n",
    "lib/meson.build": "x = 1\n",
}
PLANTED = {
    "a header": {"lib/base/a.h": "#pragma once\n"},
    "another file's header": {"lib/base/b.cc": '#include "base/a.h"\n'},
    "a C file": {"tests/capi/a.c": "#include <kato/kato.h>\n"},
    "an empty comment": {"lib/base/a.h": "//\nint a;\n"},
    "a script": {"tests/a.sh": "#!/bin/sh\nset -e\n"},
    "Python": {"tests/a.py": "import os\n"},
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
