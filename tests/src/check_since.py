"""Rule: every declaration and type of the C API says since when, in the comment just before it."""

import re

import rules

# What ends in the public surface: functions, opaque handles, callback types.
_DECLARED = re.compile(r"^(?:KATO_API\b|typedef struct \w+ \w+;|typedef .*\(\*kato_\w+\)|typedef \w+ kato_\w+;)", re.MULTILINE)
_COMMENT_BEFORE = re.compile(r"/\*(?:(?!\*/).)*\*/\s*\Z", re.DOTALL)
_SINCE = re.compile(r"\bSince: \d+\.\d+\s*\*/\s*\Z")


def check(root):
    findings = []
    for path in rules.files(root, folders=("include",), suffixes=(".h",)):
        text = rules.read(root, path)
        for match in _DECLARED.finditer(text):
            comment = _COMMENT_BEFORE.search(text[: match.start()])
            if comment is None or not _SINCE.search(comment.group(0)):
                line = rules.line_of(text, match.start())
                findings.append(f"{path}:{line}: no `Since: x.y` at the end of the comment before it")
    return findings


CLEAN = {"include/kato/a.h": "/* A. Since: 0.1 */\ntypedef struct kato_a kato_a;\n\n/* Frees.\n * Since: 0.1 */\nKATO_API void kato_a_free(kato_a *a);\n"}
PLANTED = {
    "no comment": {"include/kato/a.h": "KATO_API void kato_a(void);\n"},
    "no since": {"include/kato/a.h": "/* A. */\nKATO_API void kato_a(void);\n"},
    "the comment of the one before": {
        "include/kato/a.h": "/* A. Since: 0.1 */\nKATO_API void kato_a(void);\nKATO_API void kato_b(void);\n"
    },
    "a handle without": {"include/kato/a.h": "/* A. */\ntypedef struct kato_a kato_a;\n"},
    "a callback without": {"include/kato/a.h": "/* A. */\ntypedef void (*kato_a_fn)(void *user_data);\n"},
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
