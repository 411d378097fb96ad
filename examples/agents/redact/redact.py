#!/usr/bin/env python3
"""redact - a copy of a chat, as Kato JSONL, without secrets and addresses.

An agent by the full protocol: instructions on 0, messages on 1, the chat on 3, the output on 4. Every
text is looked at, wherever it stands; all else keeps its bytes, so the copy can be imported. Attachments'
bytes are left out. It knows secrets by their form, and finds none that look like words: give those as
the parameter "words", a list of texts.
"""

import ipaddress
import json
import os
import re
import sys

CHAT, OUTPUT = 3, 4

# A string, and the colon behind it when it is a member's name; or a bracket.
_TOKEN = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"(:?)|[{}\[\]]')
# Members that hold what the provider wrote, of any shape. Elsewhere names are the format's, and so are
# the values of these.
_FREE = ("data", "x")
_KEPT = frozenset(
    "type id provider provider_id parent parent_chat parent_event forked_from head kind role time created_at "
    "updated_at record rev outcome flags format source sha256 media_type refers copy_of call_id response".split()
)
_SECRET_NAME = re.compile(
    r"(?i)(?:^|[_.-])(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|token|"
    r"authorization|private[_-]?key|cookie)$"
)
# Longer and more certain forms first. Of one with a group only the group goes. What repeats at the
# beginning of a form is bounded, or a long hostile text would take forever.
_FORMS = [
    ("private-key", r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
    ("token", r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
    ("token", r"\b(?:sk|pk|rk)[-_](?:[a-zA-Z0-9]{1,16}[-_]){0,3}[a-zA-Z0-9]{16,}"),
    ("token", r"\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,})"),
    ("token", r"\b(?:A[KS]IA[A-Z0-9]{16}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{20,})"),
    ("token", r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9+/=._~-]{16,})"),
    ("password", r"://[^\s/:@]{0,100}:([^\s/@]{1,200})@"),
    ("password", r"(?:-u|--user)[ =][\"']?[^\s:]{1,64}:([^\s\"']{4,})"),
    ("password", r"(?i)(?:password|passwd|passphrase|secret|api[_-]?key|token)[\"']?\s*[:=]\s*[\"']?([^\s\"',;]{6,})"),
    ("mail", r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,}"),
    ("address", r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.]*\w)"),
    ("address", r"(?i)(?<![\w:])(?:fe80|f[cd][0-9a-f]{2}|[23][0-9a-f]{3}):[0-9a-f:]{2,}(?![\w:])"),
]


class Redaction:
    def __init__(self, words):
        self.seen = {}  # kind: {what was found: its number}
        self.counts = {}
        forms = [(kind, re.compile(form, re.DOTALL)) for kind, form in _FORMS]
        words = sorted((word for word in words if word), key=len, reverse=True)
        if words:
            forms.insert(0, ("word", re.compile("(?i)" + "|".join(map(re.escape, words)))))
        self.forms = forms

    def mark(self, kind, found):
        """The same secret has the same mark wherever it stands."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        known = self.seen.setdefault(kind, {})
        return f"[{kind} {known.setdefault(found, len(known) + 1)}]"

    def text(self, text):
        for kind, form in self.forms:
            text = form.sub(lambda match, kind=kind: self._replace(kind, match), text)
        return text

    def _replace(self, kind, match):
        whole, group = match.group(0), match.lastindex or 0
        found = match.group(group)
        if found.startswith("[") or (kind == "address" and not _is_address(found)):
            return whole
        begin, end = match.start(group) - match.start(), match.end(group) - match.start()
        return whole[:begin] + self.mark(kind, found) + whole[end:]

    def line(self, line):
        depth, top, name = 0, "", ""

        def replace(match):
            nonlocal depth, top, name
            token, colon = match.group(0), match.group(2)
            if match.group(1) is None:
                depth += 1 if token in b"{[" else -1
                return token
            text = json.loads(token[: len(token) - len(colon)])
            free = depth > 1 and top in _FREE
            if colon:
                name = text
                top = text if depth == 1 else top
                clean = self.text(text) if free else text
            elif free and text and _SECRET_NAME.search(name):
                clean = self.mark("password", text)
            else:
                clean = text if name in _KEPT and not free else self.text(text)
            return token if clean == text else _written(clean) + colon

        return _TOKEN.sub(replace, line)


def _is_address(text):
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False


def _written(text):
    """As Kato JSONL writes a text; half of a surrogate pair stays an escape."""
    out = json.dumps(text, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half.group()):04x}", out).encode("utf-8")


def main():
    words = json.loads(sys.stdin.readline() or "{}").get("params", {}).get("words", [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        sys.exit('redact: the parameter "words" is a list of texts')
    redaction = Redaction(words)
    with os.fdopen(CHAT, "rb") as chat, os.fdopen(OUTPUT, "wb") as output:
        for line in chat:
            if not line.startswith(b'{"type":"blob",'):
                output.write(redaction.line(line))
    print(json.dumps({"type": "result", "redacted": redaction.counts, "different": sum(map(len, redaction.seen.values()))}))


main()
