"""Reads the declarations of the public headers, for the tests of this folder."""

import pathlib
import re

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FUNCTION = re.compile(r"^KATO_API\b([^;{]*);", re.MULTILINE)
_NAME = re.compile(r"\b(kato_\w+)\s*\(")
_STRUCT = re.compile(r"^typedef struct (kato_\w+) \{(.*?)^\} \1;", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"(\w+)(?:\[\w+\])?\s*$")
_CONSTANT = re.compile(r"^#define (KATO_[A-Z0-9_]+)[ \t]+(\S.*)$", re.MULTILINE)
_TYPEDEF = re.compile(r"^typedef (?!struct)[^;]*;", re.MULTILINE)


def _one_line(text):
    return " ".join(text.split()).replace("( ", "(").replace(" )", ")")


def text_of(folder):
    """All headers of the folder, in the order of their names, without comments."""
    headers = sorted(pathlib.Path(folder).glob("*.h"))
    if not headers:
        raise SystemExit(f"no headers in {folder}")
    return "\n".join(_COMMENT.sub("", header.read_text()) for header in headers)


def functions(text):
    """Declared functions: name -> declaration on one line."""
    found = {}
    for match in _FUNCTION.finditer(text):
        name = _NAME.search(match.group(1))
        if name:
            found[name.group(1)] = _one_line(match.group(1))
    return found


def structs(text):
    """Transparent structs: name -> names of the fields."""
    return {
        match.group(1): [
            _FIELD.search(field.strip()).group(1) for field in match.group(2).split(";") if field.strip()
        ]
        for match in _STRUCT.finditer(text)
    }


def constants(text):
    """Macros that stand for a number."""
    found = []
    for match in _CONSTANT.finditer(text):
        name, value = match.groups()
        if re.fullmatch(r"\(?-?\d+u?\)?|SIZE_MAX|INT64_MIN", value.strip()):
            found.append(name)
    return [name for name in found if not name.startswith("KATO_VERSION_")]


def typedefs(text):
    """Types that are not structs: one line each."""
    return [_one_line(match.group(0)) for match in _TYPEDEF.finditer(text)]
