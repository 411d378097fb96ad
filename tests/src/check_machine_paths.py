"""Rule: nothing in the project names a path of somebody's machine."""

import pathlib
import re

import rules

# Written in pieces, or this file would be a finding.
_PATH = re.compile(r"(?<![\w.~])/" + r"(?:wor" + r"k|roo" + r"t)/[\w.]")
_PROSE = (".md", ".toml", ".yml", ".wrap", ".json", ".cfg")


def check(root):
    root = pathlib.Path(root)
    paths = rules.files(root, folders=rules.FOLDERS + ("docs", "subprojects"), suffixes=rules.SOURCES + _PROSE)
    paths += [path.relative_to(root) for path in sorted(root.glob("*")) if path.suffix in _PROSE + (".build",)]
    findings = []
    for path in paths:
        text = rules.read(root, path)
        for match in _PATH.finditer(text):
            findings.append(f"{path}:{rules.line_of(text, match.start())}: {match.group(0)}...")
    return findings


CLEAN = {"docs/a.md": "See ~/" + "work/a and lib/" + "root/b and /home/anna/notes.\n"}
PLANTED = {
    "in a document": {"docs/a.md": "see /" + "work/main\n"},
    "in the README": {"README.md": "see /" + "root/.cache\n"},
    "in a source": {"lib/base/a.cc": '// "/' + 'work/x"\n'},
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
