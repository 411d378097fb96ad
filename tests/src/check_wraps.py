"""Rule: every wrap is pinned by hash, so that a fallback is always the same bytes."""

import configparser
import pathlib
import re

import rules

_HASH = re.compile(r"[0-9a-f]{64}")


def _problems(wrap):
    if "wrap-git" in wrap:
        if not re.fullmatch(r"[0-9a-f]{40}", wrap["wrap-git"].get("revision", "")):
            yield "the revision is not a full commit hash"
        return
    if "wrap-file" not in wrap:
        yield "neither [wrap-file] nor [wrap-git]"
        return
    section = wrap["wrap-file"]
    for what in ("source", "patch"):
        needed = what == "source" or f"{what}_url" in section or f"{what}_filename" in section
        if needed and not _HASH.fullmatch(section.get(f"{what}_hash", "")):
            yield f"no SHA-256 in {what}_hash"
    for key, value in section.items():
        if key.endswith("_url") and not value.startswith("https://"):
            yield f"{key} is not https"


def check(root):
    findings = []
    for path in sorted((pathlib.Path(root) / "subprojects").glob("*.wrap")):
        wrap = configparser.ConfigParser(interpolation=None)
        wrap.read(path)
        findings += [f"subprojects/{path.name}: {problem}" for problem in _problems(wrap)]
    return findings


def _wrap(**fields):
    return "[wrap-file]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items())


_URL = "https://example.org/a.tar.gz"
CLEAN = {
    "subprojects/a.wrap": _wrap(source_url=_URL, source_hash="0" * 64),
    "subprojects/b.wrap": "[wrap-git]\nrevision = " + "a" * 40 + "\n",
}
PLANTED = {
    name: {"subprojects/a.wrap": text}
    for name, text in {
        "no hash": _wrap(source_url=_URL),
        "an empty hash": _wrap(source_url=_URL, source_hash=""),
        "a short hash": _wrap(source_url=_URL, source_hash="abc"),
        "no hash of the patch": _wrap(source_url=_URL, source_hash="0" * 64, patch_url=_URL),
        "plain http": _wrap(source_url="http://example.org/a", source_hash="0" * 64),
        "a branch": "[wrap-git]\nrevision = main\n",
        "nothing": "[provide]\na = b\n",
    }.items()
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
