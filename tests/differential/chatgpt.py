"""A second opinion about ChatGPT exports: what the package convoviz reads, kato must have read, too.

usage: python3 tests/differential/chatgpt.py KATO FILE...

Not part of the test run: it needs `pip install convoviz`. KATO is the program; each FILE a
conversations.json. Compared are the conversations, their titles, and every text of every message on
every branch. A file that the other program refuses is said and skipped; 1 when anything differs.
"""

import collections
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import datetime


def other_reader(folder):
    """convoviz looks for an archive in ~/Downloads as soon as it is imported."""
    os.makedirs(os.path.join(folder, "Downloads"), exist_ok=True)
    with zipfile.ZipFile(os.path.join(folder, "Downloads", "empty.zip"), "w"):
        pass
    os.environ["HOME"] = folder
    from convoviz.models import _conversation, _conversation_set, _message, _node

    names = {"datetime": datetime}
    for module in (_message, _node, _conversation, _conversation_set):
        names.update(vars(module))
    for model in (_message.Message, _node.Node, _conversation.Conversation, _conversation_set.ConversationSet):
        model.model_rebuild(_types_namespace=names, force=True)
    return _conversation_set.ConversationSet.from_json


def texts_of_other(conversations):
    said = collections.Counter()
    for conversation in conversations.array:
        for node in conversation.mapping.values():
            if node.message is None or node.message.author.role not in ("user", "assistant"):
                continue
            for part in node.message.content.parts or ():
                if isinstance(part, str) and part:
                    said[(conversation.title, part)] += 1
    return said


def texts_of_kato(kato, path, folder):
    root = os.path.join(folder, "workspace")
    done = subprocess.run([kato, "--root", root, "import", "-q", path], stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 6):
        raise SystemExit(f"kato import failed: {done.returncode}")
    out = subprocess.run([kato, "--root", root, "export", "--all", "--format", "json"], stdout=subprocess.PIPE, check=True)
    said = collections.Counter()
    count = 0
    for line in out.stdout.splitlines():
        chat = json.loads(line)
        count += 1
        for event in chat.get("events", ()):
            if event["kind"] in ("user.message", "assistant.message") and event.get("text"):
                said[(chat.get("title"), event["text"])] += 1
    return count, said


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    kato, *paths = arguments
    kato = os.path.abspath(kato)
    differences = 0
    with tempfile.TemporaryDirectory() as home:
        read = other_reader(home)
        for path in paths:
            path = os.path.abspath(path)
            start = time.monotonic()
            try:
                conversations = read(path)
            except Exception as error:  # whatever it does not like
                print(f"{path}: convoviz refuses it: {str(error).splitlines()[0]}")
                continue
            took = time.monotonic() - start
            theirs = texts_of_other(conversations)
            with tempfile.TemporaryDirectory() as folder:
                count, ours = texts_of_kato(kato, path, folder)
            missing = theirs - ours
            differences += len(missing) + (count != len(conversations.array))
            print(
                f"{path}: {len(conversations.array)} conversations (kato: {count}), {theirs.total()} texts, "
                f"{missing.total()} of them missing in kato; convoviz read it in {took:.2f} s"
            )
            for (title, text), _ in missing.most_common(3):
                print(f"  missing in {title!r}: {text[:80]!r}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
