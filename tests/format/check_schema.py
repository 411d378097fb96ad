"""Validates Kato JSONL, line by line, against docs/kato-jsonl.schema.json, and proves that it can fail.

Usage: check_schema.py ROOT [FILE...]; without files, the canonical inputs among the golden tests. Given
a program with --export PROGRAM, also what that writes of the example sessions.
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: needs jsonschema (Debian: python3-jsonschema)")
    sys.exit(77)

ID = "00000000-0000-8000-8000-000000000001"
EVENT = {"type": "event", "id": ID, "kind": "user.message"}
WRONG = [
    {},
    {"kato": 2},
    {"kato": "1"},
    {"type": "hologram"},
    {"type": "chat"},
    {"type": "chat", "id": ID.upper().replace("0", "A")},
    {"type": "chat", "id": ID, "title": ""},
    {"type": "chat", "id": ID, "user": {}},
    {"type": "chat", "id": ID, "created_at": "2026-01-01"},
    {"type": "usage", "response": "r", "input": 0},
    EVENT | {"kind": "user.dream"},
    EVENT | {"shown": True},
    EVENT | {"block": 0},
    EVENT | {"flags": []},
    EVENT | {"flags": ["hidden", "hidden"]},
    EVENT | {"outcome": "unknown"},
    EVENT | {"from": [{"source": ID, "offset": 0}]},
    {"type": "blob", "sha256": "0" * 64, "size": 1, "data": "-_"},
]
RIGHT = [
    {"kato": 1},
    {"kato": 1, "later": True},
    {"type": "chat", "id": ID, "unknown": [1]},
    EVENT | {"x": {"any": None}, "data": 1.5, "flags": ["hidden", "lossy"]},
    {"type": "blob", "sha256": "0" * 64, "size": 0, "data": ""},
]


def prove(validator):
    for line in WRONG:
        if validator.is_valid(line):
            sys.exit(f"the schema accepts what is wrong: {line}")
    for line in RIGHT:
        for error in validator.iter_errors(line):
            sys.exit(f"the schema refuses what is right: {line}: {error.message}")


def check(validator, name, text):
    lines = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            continue
        lines += 1
        for error in validator.iter_errors(json.loads(line)):
            best = jsonschema.exceptions.best_match([error])
            sys.exit(f"{name}:{number}: {best.message}: {line[:200]}")
    return lines


def exported(program, root):
    with tempfile.TemporaryDirectory() as folder:
        workspace = ["--root", str(pathlib.Path(folder) / "w")]
        subprocess.run([program, *workspace, "init"], check=True, capture_output=True)
        done = subprocess.run(
            [program, *workspace, "import", str(root / "examples" / "data")], capture_output=True
        )
        if done.returncode not in (0, 6):
            sys.exit(f"import: exit {done.returncode}: {done.stderr.decode(errors='replace')}")
        out = subprocess.run([program, *workspace, "export", "--all"], check=True, capture_output=True)
        return out.stdout.decode()


def main(arguments):
    root = pathlib.Path(arguments.pop(0))
    schema = json.loads((root / "docs" / "kato-jsonl.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    prove(copy.copy(validator))
    program = None
    if arguments[:1] == ["--export"]:
        program = arguments[1]
        arguments = arguments[2:]
    files = [pathlib.Path(name) for name in arguments]
    if not files and program is None:
        files = sorted((root / "tests" / "golden" / "markdown").rglob("input.jsonl"))
    lines = sum(check(validator, path.name, path.read_text(encoding="utf-8")) for path in files)
    if program is not None:
        lines += check(validator, "export", exported(program, root))
    if lines == 0:
        sys.exit("nothing to check")
    print(f"{len(WRONG)} wrong lines refused; {lines} lines are as the schema says")


if __name__ == "__main__":
    main(sys.argv[1:])
