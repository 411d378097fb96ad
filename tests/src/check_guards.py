"""Rule: public headers have an include guard named after the file, all others #pragma once."""

import re

import rules


def _public(path, text):
    guard = "KATO_" + path.name.split(".")[0].upper() + "_H"
    if "#pragma once" in text:
        return "a public header has an include guard, not #pragma once"
    code = rules.code_only(text).strip()
    if not code.startswith(f"#ifndef {guard}\n#define {guard}\n") or not code.endswith("#endif"):
        return f"the include guard {guard} does not enclose all of it"
    return None


def check(root):
    findings = []
    for path in rules.files(root, suffixes=(".h", ".in")):
        if path.suffix == ".in" and not path.name.endswith(".h.in"):
            continue
        text = rules.read(root, path)
        problem = None
        if path.parts[0] == "include":
            problem = _public(path, text)
        elif path.parent.name == "pch": # compiled by itself, where the pragma is a warning
            problem = None
        elif path.parts[:2] == ("tests", "capi") or path.parts[0] == "examples": # C: either form will do
            if "#pragma once" not in text and not re.search(r"^#ifndef \w+\n#define \w+$", text, re.MULTILINE):
                problem = "no include guard"
        elif len(re.findall(r"^#pragma once$", text, re.MULTILINE)) != 1:
            problem = "no #pragma once"
        if problem:
            findings.append(f"{path}:1: {problem}")
    return findings


_GOOD = "/* a */\n#ifndef KATO_BASE_H\n#define KATO_BASE_H\nint a;\n#endif\n"
CLEAN = {"include/kato/base.h": _GOOD, "lib/base/text.h": "// a\n#pragma once\nint a;\n"}
PLANTED = {
    "no guard": {"include/kato/base.h": "int a;\n"},
    "another file's guard": {"include/kato/store.h": _GOOD},
    "a declaration before the guard": {"include/kato/base.h": "int b;\n" + _GOOD},
    "a declaration after the guard": {"include/kato/base.h": _GOOD + "int b;\n"},
    "pragma in a public header": {"include/kato/base.h": "#pragma once\n" + _GOOD},
    "no pragma in lib": {"lib/base/text.h": "int a;\n"},
    "pragma in a comment": {"lib/base/text.h": "// #pragma once\nint a;\n"},
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
