"""What other programs, from PyPI, read in files that Kato reads, too: each text with who said it.

usage: python3 tests/differential/other_readers.py READER FORMAT PATH

reads PATH, a file or a folder, prints how many texts there are, and ends with 127 when READER is not
installed: `bench import` times this. texts.py compares. Only the readers' own parsers are called, not
what they make of it (pages, indexes).

The readers take whole files into memory and leave out what their makers have no use for: what they give
must be in Kato, not the other way round.

  convoviz                        prose of users and models, on all branches. Refuses a whole file for a
                                  message without `weight` or a conversation without `mapping`, and files
                                  that are no list
  llm-anthology                   the branch shown. Gives the text of a call in ChatGPT as said by the
                                  assistant; puts "[image]" into a result of Claude Code in place of the image
                                  and leaves out sub-agents that are logged in the session's own file; fails
                                  where a message of Claude.ai has a block that is no object
  navcom                          carries out edits and rewinds of Gemini CLI. Trims texts of Claude Code
  claude-conversation-extractor   prose, the texts of one line joined
  claude-code-transcripts         all blocks. Fails where a line's content has a block that is no object
  openai                          the types of the API: fails at a message that it would not take
"""

import collections
import json
import os
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

Said = collections.namedtuple("Said", "chat kind text")  # chat: the provider's id, None when not known
KINDS = {"user": "user", "human": "user", "assistant": "assistant"}


def files_of(path, *suffixes):
    if os.path.isfile(path):
        return [path]
    return sorted(str(file) for file in Path(path).rglob("*") if file.is_file() and file.suffix in suffixes)


def json_of(path):
    with open(path, "rb") as file:
        return json.load(file)


def arguments_of(value):
    """Of a call: as one text, however it was spelled."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    return json.dumps(value, sort_keys=True)


def convoviz(path):
    home = os.environ["HOME"]  # it looks for an archive in ~/Downloads as soon as it is imported
    os.makedirs(os.path.join(home, "Downloads"), exist_ok=True)
    with zipfile.ZipFile(os.path.join(home, "Downloads", "empty.zip"), "w"):
        pass
    from convoviz.models import _conversation, _conversation_set, _message, _node

    names = {"datetime": datetime}
    for module in (_message, _node, _conversation, _conversation_set):
        names.update(vars(module))
    for model in (_message.Message, _node.Node, _conversation.Conversation, _conversation_set.ConversationSet):
        model.model_rebuild(_types_namespace=names, force=True)
    for file in files_of(path, ".json"):
        for conversation in _conversation_set.ConversationSet.from_json(file).array:
            for node in conversation.mapping.values():
                if node.message is None or node.message.author.role not in KINDS:
                    continue
                for part in node.message.content.parts or ():
                    if isinstance(part, str):
                        yield Said(conversation.conversation_id, KINDS[node.message.author.role], part)


def anthology_blocks(chat, turns):
    for turn in turns:
        for block in turn.blocks:
            if block.type == "text":
                yield Said(chat, KINDS[turn.role], block.text)
            elif block.type == "thinking":
                yield Said(chat, "thinking", block.text)
            elif block.type == "tool_use":
                yield Said(chat, "call", f"{block.data['name']} {arguments_of(block.data['input'])}")
            elif block.type == "tool_result" and isinstance(block.data["content"], str):
                yield Said(chat, "result", block.data["content"])


def anthology_export(adapter):
    def read(path):
        import importlib

        module = importlib.import_module("llm_anthology.adapters." + adapter)
        for file in files_of(path, ".json"):
            for conversation in module.parse_export(json_of(file)):
                yield from anthology_blocks(conversation.id or None, conversation.turns)

    return read


def anthology_claude_code(path):
    from llm_anthology.adapters import claude_code

    for file in files_of(path, ".jsonl"):
        document, _ = claude_code.parse_transcript_file(file)
        # Its id is the file's or the first session's, also where several sessions are in the file.
        yield from anthology_blocks(None, document.conversation.turns)


def anthology_codex(path):
    from llm_anthology.adapters import codex_rollout

    for file in files_of(path, ".jsonl"):
        document, _ = codex_rollout.parse_rollout_file(file)
        yield from anthology_blocks(document.thread_id or None, document.conversation.turns)


def navcom(lines_of):
    def read(path):
        import navcom as module

        for file in files_of(path, ".json", ".jsonl"):
            last = None
            for turn in lines_of(module, file):
                role, text = turn
                if role in KINDS and isinstance(text, str) and (role, text) != last:
                    yield Said(None, KINDS[role], text)
                    last = (role, text)  # of Codex it reads both the item and the event, and drops one later

    return read


def navcom_lines(name):
    def lines_of(module, path):
        with open(path, encoding="utf-8", errors="replace") as file:
            yield from getattr(module, name)(file)

    return navcom(lines_of)


def navcom_gemini(module, path):
    return module.iter_gemini_jsonl(path) if path.endswith(".jsonl") else module.iter_gemini_file(path)


def claude_conversation_extractor(path):
    from extract_claude_logs import ClaudeConversationExtractor

    extractor = ClaudeConversationExtractor(os.path.join(os.environ["HOME"], "extracted"))
    for file in files_of(path, ".jsonl"):
        for message in extractor.extract_conversation(Path(file)):
            yield Said(None, KINDS[message["role"]], message["content"])


def claude_code_transcripts(path):
    from claude_code_transcripts import parse_session_file

    for file in files_of(path, ".jsonl"):
        for entry in parse_session_file(file)["loglines"]:
            content = entry["message"].get("content", "")
            if isinstance(content, str):
                yield Said(None, entry["type"], content)
                continue
            for block in content:
                if block.get("type") == "text":
                    yield Said(None, entry["type"], block["text"])
                elif block.get("type") == "thinking":
                    yield Said(None, "thinking", block["thinking"])
                elif block.get("type") == "tool_use":
                    yield Said(None, "call", f"{block['name']} {arguments_of(block['input'])}")
                elif block.get("type") == "tool_result" and isinstance(block.get("content"), str):
                    yield Said(None, "result", block["content"])


def openai(path):
    from typing import List

    import pydantic
    from openai.types.chat import ChatCompletionMessageParam

    message_list = pydantic.TypeAdapter(List[ChatCompletionMessageParam])
    for file in files_of(path, ".jsonl"):
        with open(file, "rb") as lines:
            for line in lines:
                row = json.loads(line)
                messages = row["messages"] if "messages" in row else row["input"]["messages"]
                for name in ("preferred_output", "non_preferred_output"):
                    messages = messages + row.get(name, [])
                message_list.validate_python(messages)
                for message in messages:
                    content = message.get("content")
                    parts = [content] if isinstance(content, str) else [p.get("text") for p in content or ()]
                    kind = "result" if message["role"] == "tool" else message["role"]
                    for part in parts:
                        if part and kind in ("user", "assistant", "result"):
                            yield Said(None, kind, part)
                    for call in message.get("tool_calls", ()):
                        function = call["function"]
                        yield Said(None, "call", f"{function['name']} {arguments_of(function['arguments'])}")


READERS = {
    "convoviz": {"chatgpt": convoviz},
    "llm-anthology": {
        "chatgpt": anthology_export("chatgpt"),
        "claude-ai": anthology_export("claude"),
        "claude-code": anthology_claude_code,
        "codex": anthology_codex,
    },
    "navcom": {
        "claude-code": navcom_lines("iter_claude_lines"),
        "codex": navcom_lines("iter_codex_lines"),
        "gemini-cli": navcom(navcom_gemini),
    },
    "claude-conversation-extractor": {"claude-code": claude_conversation_extractor},
    "claude-code-transcripts": {"claude-code": claude_code_transcripts},
    "openai": {"openai-messages": openai},
}


def reader_of(name, form):
    """Gives what it reads in a path, as an iterator. ImportError: it is not installed."""
    readers = READERS.get(name, {})
    form = form.removesuffix("-images")
    if form not in readers:
        known = ", ".join(f"{reader} {form}" for reader in READERS for form in READERS[reader])
        raise SystemExit(f"no reader {name} of {form}; there are: {known}")
    return readers[form]


def main(arguments):
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    name, form, path = arguments
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home  # none of them is to find somebody's own conversations
        try:
            count = sum(1 for _ in reader_of(name, form)(path))
        except ImportError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 127
    print(f"{count} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
