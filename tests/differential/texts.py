"""A second opinion: what another program reads in a file, kato must have read, too.

usage: python3 tests/differential/texts.py KATO READER FORMAT PATH...

Not part of the test run: it needs the packages of other_readers.py, which names the READERs. KATO is the
program; each PATH a file or a folder of FORMAT. Compared is every text that the other program gives, with
who said it, how often, and in which chat where it knows that. Where only white space at the ends differs,
the other one has trimmed it. A path that it refuses is said and skipped; 1 when kato lacks something.
"""

import collections
import json
import os
import sys
import tempfile
import time

from kato_program import exported
from other_readers import Said, arguments_of, reader_of

KINDS = {
    "user.message": "user",
    "assistant.message": "assistant",
    "assistant.thinking": "thinking",
    "assistant.tool.call": "call",
    "assistant.tool.result": "result",
    "assistant.decision.prompt": "call",
    "user.decision.response": "result",
}


def texts_of_kato(kato, path):
    """How often each text is there; those of one record also joined, as some programs give them."""
    said = collections.Counter()
    records = collections.defaultdict(list)
    for line in exported(kato, path, "json"):
        chat = json.loads(line)
        for event in chat.get("events", ()):
            kind = KINDS.get(event["kind"])
            if kind is None:
                continue
            text = event.get("text", "")
            if kind == "call":
                text = f"{event.get('name', '')} {arguments_of(event.get('data'))}"
            said[Said(chat.get("provider_id"), kind, text)] += 1
            records[(chat.get("provider_id"), kind, event.get("record"))].append(text)
    for (chat, kind, _), texts in records.items():
        if len(texts) > 1:
            said[Said(chat, kind, "\n".join(texts))] += 1
    for (chat, kind, text), count in list(said.items()):
        if chat is not None:
            said[Said(None, kind, text)] += count
    return said


def compare(kato, name, form, path):
    start = time.monotonic()
    try:
        theirs = collections.Counter(said for said in reader_of(name, form)(path) if said.text.strip())
    except ImportError as error:
        raise SystemExit(f"{name} is not installed: {error}")
    except Exception as error:  # whatever it does not like
        print(f"{path}: {name} refuses it: {type(error).__name__}: {str(error).splitlines()[:1]}")
        return 0
    took = time.monotonic() - start
    ours = texts_of_kato(kato, path)
    trimmed = {said._replace(text=said.text.strip()) for said in ours}
    unknown = {said: count for said, count in theirs.items() if said not in ours}
    missing = {said: count for said, count in unknown.items() if said not in trimmed}
    fewer = {said: count for said, count in theirs.items() if 0 < ours[said] < count}
    print(
        f"{path}: {theirs.total()} texts by {name} in {took:.2f} s, "
        f"{len(missing)} of them missing in kato, {len(fewer)} there less often, {len(unknown) - len(missing)} trimmed"
    )
    for what, differences in (("missing", missing), ("less often", fewer)):
        for said, count in list(differences.items())[:3]:
            print(f"  {what}: {said.kind} in {said.chat}, {count} to {ours[said]}: {said.text[:160]!r}")
    return len(missing) + len(fewer)


def main(arguments):
    if len(arguments) < 4:
        print(__doc__, file=sys.stderr)
        return 2
    kato, name, form, *paths = arguments
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home  # none of them is to find somebody's own conversations
        differences = sum([compare(kato, name, form, os.path.abspath(path)) for path in paths])
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
