"""What the checks of this folder share: which files there are, and proof that a check can fail.

A check is a script with `check(root) -> list of findings`, trees that must give a finding (PLANTED)
and one that must not (CLEAN). Run as `check_x.py ROOT`: first on the planted trees, then on ROOT.
"""

import pathlib
import re
import sys
import tempfile

FOLDERS = ("include", "lib", "capi", "bindings", "examples", "tests")
SOURCES = (".c", ".cc", ".h", ".in", ".py", ".pyi", ".sh", ".map", ".build", ".options")


def files(root, folders=FOLDERS, suffixes=SOURCES):
    """The source files below `folders`, sorted, as paths relative to `root`."""
    root = pathlib.Path(root)
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(root).parts)
            if path.is_file() and path.suffix in suffixes and not hidden:
                found.append(path.relative_to(root))
    return found


def read(root, path):
    return (pathlib.Path(root) / path).read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|R\"([^(\s]*)\(.*?\)\1\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", re.DOTALL
)


def code_only(text):
    """C or C++ without comments, and with empty strings; line numbers stay."""

    def blank(match):
        token = match.group(0)
        quote = "" if token.startswith("/") else '""'
        return quote + "\n" * token.count("\n")

    # A digit separator (4'000) is not the beginning of a character.
    return _TOKEN.sub(blank, re.sub(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])", "", text))


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def plant(tree, folder):
    for name, content in tree.items():
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def prove(check, planted, clean):
    """Exits when the check finds nothing in a planted tree, or something in the clean one."""
    for name, tree in planted.items():
        with tempfile.TemporaryDirectory() as folder:
            plant(tree, folder)
            if not check(folder):
                sys.exit(f"the check itself is broken: it does not find the planted violation '{name}'")
    with tempfile.TemporaryDirectory() as folder:
        plant(clean, folder)
        findings = check(folder)
        if findings:
            sys.exit(f"the check itself is broken: it finds {findings} in a clean tree")


def main(check, planted, clean):
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} ROOT")
    prove(check, planted, clean)
    root = pathlib.Path(sys.argv[1])
    if not (root / "meson.build").is_file():
        sys.exit(f"{root} is not the project's root")
    findings = check(root)
    for finding in findings:
        print(finding)
    print(f"{len(planted)} planted violations found; {len(findings)} in the project")
    sys.exit(1 if findings else 0)
