"""Rule: a file has one subject: under 400 lines is expected, above 500 fails."""

import rules

EXPECTED = 400
LIMIT = 500


def _lengths(root):
    return [(len(rules.read(root, path).splitlines()), path) for path in rules.files(root)]


def check(root):
    return [f"{path}: {count} lines, the limit is {LIMIT}" for count, path in _lengths(root) if count > LIMIT]


CLEAN = {"lib/base/a.cc": "\n" * LIMIT}
PLANTED = {"too long": {"lib/base/a.cc": "\n" * (LIMIT + 1)}}

if __name__ == "__main__":
    import sys

    for count, path in _lengths(sys.argv[1]):
        if EXPECTED < count <= LIMIT:
            print(f"note: {path}: {count} lines, {EXPECTED} are expected")
    rules.main(check, PLANTED, CLEAN)
