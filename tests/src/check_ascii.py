"""Rule: sources are ASCII, with LF line ends, no tabs, and a line end at their end."""

import pathlib

import rules


def check(root):
    findings = []
    for path in rules.files(root):
        data = (pathlib.Path(root) / path).read_bytes()
        for number, line in enumerate(data.split(b"\n"), 1):
            if any(byte > 126 for byte in line):
                findings.append(f"{path}:{number}: not ASCII")
            if b"\r" in line or b"\t" in line:
                findings.append(f"{path}:{number}: a tab or a carriage return")
        if data and not data.endswith(b"\n"):
            findings.append(f"{path}: no line end at the end")
    return findings


CLEAN = {"lib/base/a.cc": "// a\n", "tests/fuzz/corpus/a.bin": b"\xff\t"}
PLANTED = {
    "an umlaut": {"lib/base/a.cc": "// \u00e4\n"},
    "a dash in Python": {"bindings/python/a.py": "# a \u2013 b\n"},
    "a tab": {"lib/base/a.cc": "\tint a;\n"},
    "CRLF": {"include/kato/a.h": "int a;\r\n"},
    "no line end": {"lib/base/a.cc": "int a;"},
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
