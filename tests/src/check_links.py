"""Rule: links between the documents lead to files that exist, and docs/README.md lists every document."""

import pathlib
import re

import rules

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def check(root):
    root = pathlib.Path(root)
    findings = []
    for path in sorted([*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("examples/**/*.md")]):
        for match in _LINK.finditer(path.read_text()):
            target = match.group(1).split("#")[0]
            if target and "://" not in target and not (path.parent / target).exists():
                findings.append(f"{path.relative_to(root)}: no {target}")
    listed = (root / "docs/README.md").read_text()
    for path in sorted(root.glob("docs/*.md")):
        if path.name != "README.md" and not re.search(rf"\({re.escape(path.name)}[)#]", listed):
            findings.append(f"docs/README.md: does not list {path.name}")
    return findings


CLEAN = {
    "README.md": "See [docs](docs/README.md), [here](#x), [there](https://example.org/a).\n",
    "docs/README.md": "[a](a.md#part) [up](../README.md)\n",
    "docs/a.md": "A.\n",
}
PLANTED = {
    "a broken link": CLEAN | {"README.md": "[a](docs/b.md)\n"},
    "a broken link inside docs": CLEAN | {"docs/a.md": "[a](docs/a.md)\n"},
    "a document that is not listed": CLEAN | {"docs/b.md": "B.\n"},
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
