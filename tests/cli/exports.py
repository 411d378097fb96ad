"""Made-up exports of ChatGPT, for tests of the command."""

import json
import zipfile


def message(name, role, content, parent, **more):
    body = {"id": name, "author": {"role": role}, "content": content, "create_time": 1790000000.5, **more}
    return {"id": name, "parent": parent, "children": [], "message": body}


def zipped(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def chat(name, updated, *texts, title=None):
    """A conversation of questions and answers in turn, last changed at `updated`."""
    mapping = {"root": {"id": "root", "parent": None, "children": [], "message": None}}
    parent = "root"
    for number, text in enumerate(texts):
        node = f"{name}-{number}"
        role = "assistant" if number % 2 else "user"
        mapping[parent]["children"].append(node)
        mapping[node] = message(node, role, {"content_type": "text", "parts": [text]}, parent)
        parent = node
    return {
        "title": title or name,
        "conversation_id": name,
        "create_time": 1780000000.0,
        "update_time": updated,
        "current_node": parent,
        "mapping": mapping,
    }


def shards(*lists, user="user-1"):
    """An account's export in numbered files, one for each list of conversations."""
    files = {f"conversations-{number:03}.json": json.dumps(chats).encode() for number, chats in enumerate(lists)}
    return {**files, "user.json": json.dumps({"id": user}).encode()}


def one_file(*chats, user="user-1"):
    return {"conversations.json": json.dumps(chats).encode(), "user.json": json.dumps({"id": user}).encode()}
