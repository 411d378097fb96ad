"""Rule: includes follow the layers, and clients know nothing of ours but <kato/...>."""

import pathlib
import re

import rules

_LEFT = {
    "base": set(),
    "model": {"base"},
    "store": {"base", "model"},
    "codec": {"base", "model"},
    "sandbox": {"base", "model"},
    "exchange": {"base", "model", "store", "codec", "sandbox"},
    "capture": {"base", "model", "store", "codec", "sandbox", "exchange"},
    "agent": {"base", "model", "store", "codec", "sandbox", "exchange"},
}
_CLIENTS = ("bindings", "examples")
_PUBLIC = re.compile(r"kato/\w+\.h|stddef\.h|stdint\.h")
_LIBC = re.compile(r"\w+\.h|sys/\w+\.h")
# Third-party headers that only some folders may use: SQL stays in the store.
_RESTRICTED = {"sqlite3.h": ("lib/store/", "capi/base.cc", "tests/")}

_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*([<\"])([^>\"]+)[>\"]", re.MULTILINE)


def _own(root, path, name):
    return (root / path.parent / name).is_file()


def _lib_layer(root, name):
    layer = name.split("/")[0]
    return layer if layer in _LEFT or (root / "lib" / name).is_file() else None


def _problem(root, path, quote, name):
    top = path.parts[0]
    ours = name.startswith("kato/")
    layer = _lib_layer(root, name)
    if ".." in name.split("/"):
        return "an include must not climb with .."
    for header, places in _RESTRICTED.items():
        if name == header and not str(path).startswith(places):
            return f"{header} belongs to {', '.join(places)}"
    if top == "include":
        return None if quote == "<" and _PUBLIC.fullmatch(name) else "a public header may only include <kato/...>, <stddef.h>, <stdint.h>"
    if top == "lib":
        here = path.parts[1]
        if here == "pch": # what the build compiles once: nothing of ours
            return None if quote == "<" and layer is None and not ours else "nothing of ours"
        if here not in _LEFT:
            return f"lib/{here} is not a layer (tests/src/check_layers.py lists them)"
        if ours:
            return "lib/ does not know the C API"
        if layer is not None and layer != here and layer not in _LEFT[here]:
            return f"lib/{here} must not include lib/{layer}"
        if quote == '"' and layer is None and not _own(root, path, name):
            return "not found below lib/"
        return None
    if top == "capi":
        return None
    if top in _CLIENTS:
        if quote == "<":
            return "clients include only <kato/...> of ours" if layer is not None else None
        if _own(root, path, name) or (root / path.parts[0] / path.parts[1] / name).is_file():
            return None
        # A file that its binding generates, or one of a sub-folder of it: never one of lib/ or capi/.
        inside = list((root / top).rglob(pathlib.Path(name).name))
        return None if inside and layer is None else "clients include only <kato/...> of ours"
    if path.parts[:2] == ("tests", "capi"):
        if quote == '"':
            return None if _own(root, path, name) else "a test of the C API includes only its own files"
        return None if ours or _LIBC.fullmatch(name) else "a test of the C API uses <kato/...> and libc"
    return None


def check(root):
    root = pathlib.Path(root)
    findings = []
    for path in rules.files(root, suffixes=(".c", ".cc", ".h", ".in")):
        text = rules.read(root, path)
        for match in _INCLUDE.finditer(text):
            problem = _problem(root, path, *match.groups())
            if problem:
                line = rules.line_of(text, match.start())
                findings.append(f"{path}:{line}: {match.group(2)}: {problem}")
    return findings


CLEAN = {
    "include/kato/base.h": "#include <stdint.h>\n#include <kato/version.h>\n",
    "lib/base/text.h": "#include <string>\n",
    "lib/model/event.h": '#include "base/text.h"\n',
    "lib/store/store.h": '#include "model/event.h"\n\n#include <sqlite3.h>\n',
    "lib/exchange/import.cc": '#include "store/store.h"\n#include "base/text.h"\n',
    "capi/store.cc": '#include "handle.h"\n#include "store/store.h"\n#include <kato/base.h>\n',
    "capi/handle.h": "",
    "bindings/cli/main.cc": '#include "output.h"\n#include <kato/kato.h>\n#include <CLI/CLI.hpp>\n',
    "bindings/cli/output.h": "",
    "tests/capi/open.c": '#include "support.h"\n#include <stdio.h>\n',
    "tests/capi/support.h": "#include <kato/kato.h>\n#include <sys/stat.h>\n",
}
PLANTED = {
    "base includes model": CLEAN | {"lib/base/text.h": '#include "model/event.h"\n'},
    "model includes store": CLEAN | {"lib/model/event.h": '#include "store/store.h"\n'},
    "codec includes store": CLEAN | {"lib/codec/reader.h": '#include "store/store.h"\n'},
    "store includes codec": CLEAN | {"lib/store/a.h": '#include "codec/reader.h"\n', "lib/codec/reader.h": ""},
    "store includes exchange": CLEAN | {"lib/store/a.cc": '#include <exchange/import.h>\n'},
    "codec uses SQLite": CLEAN | {"lib/codec/a.cc": "#include <sqlite3.h>\n"},
    "lib includes the C API": CLEAN | {"lib/base/a.cc": "#include <kato/base.h>\n"},
    "ours in the precompiled header": CLEAN | {"lib/pch/a.h": '#include "base/text.h"\n'},
    "a new layer": CLEAN | {"lib/util/a.cc": "#include <string>\n"},
    "public header includes lib": CLEAN | {"include/kato/a.h": '#include "base/text.h"\n'},
    "public header includes stdbool": CLEAN | {"include/kato/a.h": "#include <stdbool.h>\n"},
    "client includes lib": CLEAN | {"bindings/cli/a.cc": '#include "base/text.h"\n'},
    "client includes lib with <>": CLEAN | {"bindings/cli/a.cc": "#include <base/text.h>\n"},
    "client includes capi": CLEAN | {"bindings/cli/a.cc": '#include "handle.h"\n'},
    "example climbs": CLEAN | {"examples/a.c": '#include "../lib/base/text.h"\n'},
    "C test includes lib": CLEAN | {"tests/capi/a.c": '#include "base/text.h"\n'},
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
