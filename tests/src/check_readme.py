"""Rule: the programs in README.md are parts of the examples, which are compiled and run as tests."""

import pathlib
import re

import rules

_BLOCK = re.compile(r"^```(c|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FOLDER = {"c": "examples/c/*.c", "python": "examples/python/*.py"}


def check(root):
    root = pathlib.Path(root)
    text = (root / "README.md").read_text()
    blocks = _BLOCK.findall(text)
    findings = [f"README.md: no example in {name}" for name in _FOLDER if name not in [block[0] for block in blocks]]
    for language, code in blocks:
        examples = ["\n" + path.read_text() for path in sorted(root.glob(_FOLDER[language]))]
        if not any("\n" + code in example for example in examples):
            findings.append(f"README.md: this is not a part of {_FOLDER[language]}:\n{code}")
    return findings


def _tree(readme):
    return {
        "README.md": readme,
        "examples/c/a.c": "/* A. */\nint main(void) {\n    return 0;\n}\n",
        "examples/python/a.py": '"""A."""\nimport kato\n',
    }


_C = "```c\nint main(void) {\n    return 0;\n}\n```\n"
_PYTHON = "```python\nimport kato\n```\n"
CLEAN = _tree(_C + _PYTHON)
PLANTED = {
    "another program": _tree(_C.replace("0", "1") + _PYTHON),
    "a line left out": _tree(_C.replace("    return 0;\n", "") + _PYTHON),
    "not from the beginning of a line": _tree(_C.replace("int main", "main") + _PYTHON),
    "no program in Python": _tree(_C),
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
