"""Whether the types of OpenAI's API take what kato writes: `kato export --format openai-messages`.

usage: python3 tests/differential/openai_export.py KATO PATH...

Not part of the test run: it needs `pip install openai`. KATO is the program; each PATH a file or a folder
in any format. 1 when a message is refused.
"""

import os
import sys
import tempfile

from kato_program import exported
from other_readers import openai


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    kato, *paths = arguments
    refused = 0
    for path in paths:
        lines = exported(kato, path, "openai-messages")
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            file.write(b"".join(line + b"\n" for line in lines))
            file.flush()
            try:
                count = sum(1 for _ in openai(file.name))
            except ValueError as error:  # pydantic's
                refused += 1
                print(f"{os.path.normpath(path)}: refused: {error}")
                continue
        print(f"{os.path.normpath(path)}: {len(lines)} chats, {count} texts and calls, all accepted")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
