"""Rule: docs/schema.md has every table and every column of the schema, and nothing else."""

import pathlib
import re
import sqlite3

import rules

_SCHEMA = re.compile(r'k_schema = R"sql\((.*?)\)sql"', re.DOTALL)


def _of_code(text):
    """table -> columns, as SQLite understands the schema."""
    db = sqlite3.connect(":memory:")
    db.executescript(_SCHEMA.search(text).group(1))
    names = db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    return {name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")] for (name,) in names.fetchall()}


def _of_document(text):
    tables = {}
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| (\w+) \|", re.split(r"^## ", part, flags=re.MULTILINE)[0], re.MULTILINE)
        tables[part.split("\n", 1)[0].strip()] = rows[1:]  # without the head
    return tables


def check(root):
    root = pathlib.Path(root)
    code = _of_code((root / "lib/store/schema.cc").read_text())
    document = _of_document((root / "docs/schema.md").read_text())
    findings = [f"docs/schema.md: no table {name}" for name in code.keys() - document.keys()]
    findings += [f"docs/schema.md: {name} is not in the schema" for name in document.keys() - code.keys()]
    for name in code.keys() & document.keys():
        if code[name] != document[name]:
            findings.append(f"docs/schema.md: {name}: the schema has {code[name]}, the document {document[name]}")
    return sorted(findings)


def _tree(document):
    code = 'k_schema = R"sql(\nCREATE TABLE a (n INTEGER PRIMARY KEY, b TEXT) STRICT;\nCREATE VIEW v AS SELECT b FROM a;\n)sql";\n'
    return {"lib/store/schema.cc": code, "docs/schema.md": document}


_GOOD = "# X\n\n### a\n\n| column | what |\n|---|---|\n| n | x |\n| b | x |\n\n## Y\n\n### v\n\n| column | what |\n|---|---|\n| b | x |\n"
CLEAN = _tree(_GOOD)
PLANTED = {
    "a column that is missing": _tree(_GOOD.replace("| b | x |\n\n## Y", "\n## Y")),
    "a column that is not there": _tree(_GOOD.replace("| n | x |", "| n | x |\n| c | x |")),
    "a table that is missing": _tree(_GOOD[: _GOOD.index("## Y")]),
    "a table that is not there": _tree(_GOOD + "\n### w\n\n| column | what |\n|---|---|\n| b | x |\n"),
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
