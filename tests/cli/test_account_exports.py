"""kato import: exports of one account are versions of all that it had, in whatever files they come."""

import itertools
import json
import os
import sqlite3
import zlib

import pytest

from exports import chat, message, one_file, shards, zipped

A = chat("alpha", 1_780_000_100.0, "first question", "first answer")
B = chat("beta", 1_780_000_200.0, "second question", "second answer")
C = chat("gamma", 1_780_000_300.0, "third question", "third answer")
D = chat("delta", 1_790_000_400.0, "fourth question", "fourth answer")  # newer than the others
E = chat("epsilon", 1_795_000_500.0, "fifth question", "fifth answer")  # newer still

# An older export and a newer one, and the chats that the newer one has no more.
PAIRS = {
    "a shard less": (shards([A, B], [C]), shards([D, A, B]), {"gamma"}),
    "one shard less than two": (shards([A], [B], [C]), shards([D, A], [B]), {"gamma"}),
    "one file, then shards": (one_file(A, B, C), shards([D, A], [C]), {"beta"}),
    "shards, then one file": (shards([A], [B], [C]), one_file(D, A, C), {"beta"}),
    "moved, and one deleted": (shards([A, B], [C]), shards([D, C], [A]), {"beta"}),
    "only moved": (shards([A, B], [C]), shards([D, C], [A, B]), set()),
    "nothing changed but the number of shards": (shards([A], [B], [C]), shards([A, B, C]), set()),
    "deleted, and nothing said since": (shards([A, B], [C]), shards([A, C]), {"beta"}),
    "deleted with its shard, and nothing said since": (shards([C, B], [A]), shards([C, B]), {"alpha"}),
}


def put(tmp_path, name, files, kind="zip"):
    if kind == "zip":
        return zipped(tmp_path / f"{name}.zip", files)
    folder = tmp_path / name
    folder.mkdir()
    for member, content in files.items():
        (folder / member).write_bytes(content)
    return folder


def exported(kato, *root):
    return [json.loads(line) for line in kato(*root, "export", "--all").out.splitlines()[1:]]


def vanished(kato, *root):
    """Titles of chats of which anything has vanished, and how many events that are, in whatever words."""
    rows = exported(kato, *root)
    titles = {row["id"]: row["title"] for row in rows if row["type"] == "chat"}
    chat_of, now = {}, None
    for row in rows:
        now = row["id"] if row["type"] == "chat" else now
        if row["type"] == "event" and "vanished" in row.get("flags", ()):
            chat_of.setdefault(titles[now], set()).add(row["id"])
    return {title: len(events) for title, events in chat_of.items()}


def total(rows):
    return rows[-1]


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize("pair", PAIRS)
def test_what_the_newer_export_lacks_has_vanished_in_either_order(kato, tmp_path, pair, kind):
    older, newer, deleted = PAIRS[pair]
    old, new = put(tmp_path, "old", older, kind), put(tmp_path, "new", newer, kind)
    whole = {title: 3 for title in deleted}  # question, answer, and what is said of the conversation
    first = kato.rows("import", old)
    assert total(first)["events_vanished"] == 0
    second = kato.rows("import", new)
    assert vanished(kato) == whole
    assert total(second)["events_vanished"] == sum(whole.values())
    there = kato("export", "--all").raw
    other = ("--root", tmp_path / "other")
    assert total(kato(*other, "--json", "import", new).rows)["events_vanished"] == 0
    assert total(kato(*other, "--json", "import", old).rows)["events_vanished"] == sum(whole.values())
    assert vanished(kato, *other) == whole
    assert kato(*other, "export", "--all").raw == there
    for path in (old, new, old):
        again = total(kato.rows("import", path))
        assert again["events_new"] == again["events_updated"] == again["events_vanished"] == 0
        assert again["sources_unchanged"] == again["sources"]
    assert kato("export", "--all").raw == there
    kato("doctor")


def test_three_exports_in_any_order_come_to_the_same(kato, tmp_path):
    back = chat("beta", 1_795_000_450.0, "second question", "second answer", "and a third")
    paths = [
        put(tmp_path, "1", shards([A, B], [C])),
        put(tmp_path, "2", one_file(D, A), "folder"),
        put(tmp_path, "3", shards([E], [D, back])),
    ]
    results = set()
    for number, order in enumerate(itertools.permutations(paths)):
        root = ("--root", tmp_path / f"store-{number}")
        for path in order:
            kato(*root, "import", path)
        assert vanished(kato, *root) == {"alpha": 3, "gamma": 3}
        results.add(kato(*root, "export", "--all").raw)
        kato(*root, "doctor")
    assert len(results) == 1


def test_random_exports_in_any_order_come_to_the_same(kato, tmp_path):
    seed = zlib.crc32(os.urandom(8))
    print("seed", seed)

    def draw(*what):
        return zlib.crc32(repr((seed, *what)).encode())

    for round in range(2):
        paths, ever, last = [], {}, {}
        for number in range(3):
            lengths = {"newest": 1 + number}
            for name in range(6):
                if draw(round, number, name, "there") % 3:
                    lengths[name] = 2 + draw(round, number, name, "length") % 3
            files = [[] for _ in range(1 + draw(round, number) % 3)]
            for name, length in lengths.items():
                updated = 1_780_000_000.0 + (1000 * number if name == "newest" else length)
                one = chat(f"chat-{name}", updated, *(f"text {name} {i}" for i in range(length)))
                files[draw(round, number, name, "shard") % len(files)].append(one)
            paths.append(put(tmp_path, f"{round}-{number}", shards(*filter(None, files))))
            last = {f"chat-{name}": length for name, length in lengths.items()}
            ever = {title: max(ever.get(title, 0), last.get(title, 0)) for title in {*ever, *last}}
        # What was said, and what is said of a conversation that has gone as a whole.
        gone = {title: length - last[title] if title in last else length + 1 for title, length in ever.items()}
        gone = {title: events for title, events in gone.items() if events}
        results = set()
        for number, order in enumerate(itertools.permutations(paths)):
            root = ("--root", tmp_path / f"store-{round}-{number}")
            for path in order:
                kato(*root, "import", path)
            assert vanished(kato, *root) == gone, (seed, order)
            results.add(kato(*root, "export", "--all").raw)
        assert len(results) == 1, seed


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_the_same_export_packed_again_makes_nothing_vanish(kato, tmp_path, kind):
    files = shards([A, B], [C])
    kato("import", put(tmp_path, "export", files))
    rows = kato.rows("import", put(tmp_path, "again", files, kind))
    assert total(rows)["events_vanished"] == total(rows)["events_new"] == 0
    assert vanished(kato) == {}
    kato("export", "--all", "--format", "original", "-o", tmp_path / "out")
    found = [path for path in (tmp_path / "out").rglob("conversations*") if path.is_file()]
    assert len(found) == 2  # each once
    kato("doctor")


DAMAGED = {
    "quarantined": lambda files: {**files, "conversations-001.json": b'[{"dialogue":[{"who":"me"}]}]'},
    "cut off": lambda files: {**files, "conversations-001.json": files["conversations-001.json"][:-40]},
    "empty": lambda files: {**files, "conversations-001.json": b""},
    "zeroes": lambda files: {**files, "conversations-001.json": bytes(100)},
    "one is missing between others": lambda files: {
        name.replace("001", "002"): content for name, content in files.items()
    },
}


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize("damage", DAMAGED)
def test_an_export_that_is_not_complete_makes_nothing_vanish(kato, tmp_path, damage, kind):
    old = put(tmp_path, "old", shards([A, B], [C]))
    newer = shards([D, A], [C])
    bad = put(tmp_path, "bad", DAMAGED[damage](newer), kind)
    kato("import", old)
    done = kato.start("--json", "import", bad)
    rows = [json.loads(line) for line in done.communicate(timeout=60)[0].splitlines()]
    assert done.returncode in (0, 6)
    assert total(rows)["events_vanished"] == 0 and vanished(kato) == {}
    assert any("not complete" in row["reason"] for row in rows if row["type"] == "issue")
    # The whole one makes up for it, and an older one changes nothing.
    assert total(kato.rows("import", put(tmp_path, "whole", newer)))["events_vanished"] == 3
    assert vanished(kato) == {"beta": 3}
    kato.start("--json", "import", bad).communicate(timeout=60)
    assert vanished(kato) == {"beta": 3}
    kato("doctor")


def test_an_older_export_that_is_not_complete_is_outdated_as_any(kato, tmp_path):
    old = put(tmp_path, "old", DAMAGED["quarantined"](shards([A, B], [C])))
    new = put(tmp_path, "new", shards([D, A], [C]))
    kato("import", old, code=6)
    assert total(kato.rows("import", new))["events_vanished"] == 3
    other = ("--root", tmp_path / "other")
    kato(*other, "import", new)
    kato(*other, "import", old, code=6)
    assert vanished(kato) == vanished(kato, *other) == {"beta": 3}
    assert kato("export", "--all").raw == kato(*other, "export", "--all").raw


def test_an_encrypted_shard_makes_nothing_vanish(kato, tmp_path):
    kato("import", put(tmp_path, "old", shards([A, B], [C])))
    path = put(tmp_path, "new", shards([D, A], [C]))
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + at] |= 1
    path.write_bytes(content)
    rows = kato.rows("import", path, code=6)
    assert total(rows)["events_vanished"] == 0 and vanished(kato) == {}


def test_files_that_are_no_whole_export_make_nothing_vanish(kato, tmp_path):
    kato("import", put(tmp_path, "old", shards([A, B], [C])))
    (tmp_path / "conversations-000.json").write_bytes(json.dumps([D]).encode())
    (tmp_path / "single.json").write_bytes(json.dumps(E).encode())
    kato("import", tmp_path / "conversations-000.json")
    kato("import", tmp_path / "single.json")
    nobodys = shards([D])
    del nobodys["user.json"]
    kato("import", put(tmp_path, "nobodys", nobodys))
    kato("import", put(tmp_path, "another's", shards([D], user="user-2")))
    assert vanished(kato) == {}


def test_what_a_file_of_its_own_has_has_not_vanished(kato, tmp_path):
    (tmp_path / "single.json").write_bytes(json.dumps(B).encode())
    old, new = put(tmp_path, "old", shards([A, B], [C])), put(tmp_path, "new", shards([D, A]))
    results = set()
    for number, order in enumerate(itertools.permutations([old, new, tmp_path / "single.json"])):
        root = ("--root", tmp_path / f"store-{number}")
        for path in order:
            kato(*root, "import", path)
        assert vanished(kato, *root) == {"gamma": 3}
        results.add(kato(*root, "export", "--all").raw)
    assert len(results) == 1


def test_an_export_in_several_archives_is_one(kato, tmp_path):
    """Parts of one in an archive, and the batches of a large one beside each other."""
    user = shards()["user.json"]
    parts = shards([D, A], [C])
    inner = [
        zipped(tmp_path / f"part{i}.zip", {name: parts[name], "user.json": user}).read_bytes()
        for i, name in enumerate(["conversations-000.json", "conversations-001.json"])
    ]
    kato("import", put(tmp_path, "old", shards([A, B], [C])))
    kato("import", put(tmp_path, "new", {"part0.zip": inner[0], "part1.zip": inner[1]}))
    assert vanished(kato) == {"beta": 3}
    old = put(tmp_path, "data-2026-01-02-03-04-05-batch-0000", one_file(A, B, C))
    batches = [
        put(tmp_path, f"data-2026-02-03-04-05-06-batch-{i:04}", one_file(*chats))
        for i, chats in enumerate([[D, A], [C]])
    ]
    for number, order in enumerate(itertools.permutations([old, *batches])):
        root = ("--root", tmp_path / f"store-{number}")
        for path in order:
            kato(*root, "import", path)
        assert vanished(kato, *root) == {"beta": 3}


def test_an_export_that_takes_the_place_of_another_is_a_version_like_any(kato, tmp_path):
    folder = put(tmp_path, "export", shards([A, B], [C]), "folder")
    kato("import", folder)
    (folder / "conversations-000.json").write_bytes(json.dumps([D, A]).encode())
    rows = kato.rows("import", folder)
    assert total(rows)["events_vanished"] == 3 and vanished(kato) == {"beta": 3}
    (folder / "conversations-001.json").unlink()
    (folder / "conversations-000.json").write_bytes(json.dumps([A, B]).encode())  # and back
    rows = kato.rows("import", folder)
    assert total(rows)["events_vanished"] == 0 and vanished(kato) == {"beta": 3}


def test_an_import_that_was_stopped_in_between_is_completed_by_the_next(kato, tmp_path):
    kato("import", put(tmp_path, "old", shards([A, B], [C])))
    new = put(tmp_path, "new", shards([D], [A]))
    kato("import", new)
    assert vanished(kato) == {"beta": 3, "gamma": 3}
    there = kato("export", "--all").raw
    # What it leaves: sources of the export whose place among the versions is not known.
    with sqlite3.connect(kato.home / "kato.db") as db:
        db.execute("DELETE FROM container WHERE name LIKE '%new.zip'")
        db.execute(
            "UPDATE source SET location = CAST('account:chatgpt:user-1/open/' || substr(CAST(location AS TEXT), -22) AS BLOB), "
            "state = 0 WHERE name LIKE '%new.zip/conversations%'"
        )
        db.execute("UPDATE source SET state = 0 WHERE name LIKE '%old.zip/%'")
        db.execute("UPDATE event SET flags = flags & ~16")
    rows = kato.rows("import", new)
    assert total(rows)["events_vanished"] == 6 and total(rows)["events_new"] == 0
    assert kato("export", "--all").raw == there


def test_importing_a_stores_own_export_brings_nothing_back(kato, tmp_path):
    kato("import", put(tmp_path, "old", shards([A, B])))
    kato("import", put(tmp_path, "new", shards([D, A])))
    before = kato("export", "--all").raw
    kato("import", "-", stdin=before)
    assert kato("export", "--all").raw == before


def a_month(seed, later):
    """An account's export, and the same a month later: renamed, edited, regenerated, deleted and new chats."""
    def tree(name, title, updated, *messages):
        mapping = {"root": {"id": "root", "parent": None, "children": [], "message": None}}
        for parent, node, role, text in messages:
            body = message(node, role, {"content_type": "text", "parts": [text]}, parent, update_time=None)
            mapping[node] = body
            mapping[parent]["children"].append(node)
        return {
            "title": title, "conversation_id": name, "create_time": 1780000000.0, "update_time": updated,
            "current_node": messages[-1][1], "mapping": mapping,
        }

    ask = ("root", f"q{seed}", "user", f"question {seed}")
    answer = (f"q{seed}", f"a{seed}", "assistant", f"answer {seed}")
    kept = [tree("kept", "Kept", 1.78e9, ask, answer)]
    if not later:
        chats = kept + [
            tree("renamed", "Old name", 1.78e9, ask, answer),
            tree("edited", "Edited", 1.78e9, ask, answer),
            tree("regenerated", "Regenerated", 1.78e9, ask, answer),
            tree("deleted", "Deleted", 1.78e9, ask, answer),
        ]
    else:
        chats = kept + [
            tree("renamed", "New name", 1.79e9, ask, answer),
            tree("edited", "Edited", 1.79e9, ask, answer, ("root", "qe", "user", "another question"), ("qe", "ae", "assistant", "another answer")),
            tree("regenerated", "Regenerated", 1.79e9, ask, answer, (f"q{seed}", "ar", "assistant", "a better answer")),
            tree("new", "New", 1.79e9, ask, answer),
        ]
    return {"conversations.json": json.dumps(chats).encode(), "user.json": b'{"id":"user-1"}'}


@pytest.mark.parametrize("order", [(False, True), (True, False)])
def test_exports_a_month_apart_are_versions_of_one_in_any_order(kato, tmp_path, order):
    paths = {later: zipped(tmp_path / f"export-{later}.zip", a_month(1, later)) for later in (False, True)}
    reports = [kato.rows("import", paths[later])[-1] for later in order]
    if order == (False, True):
        assert reports[0]["events_vanished"] == 0
        assert reports[1]["chats"] == 5 and reports[1]["events_vanished"] == 3  # the deleted chat's
        assert reports[1]["events_new"] == 3 + 3  # edited and regenerated; the new chat's two and its facts
    titles = {chat["title"] for chat in kato.rows("chat", "list")}
    assert titles == {"Kept", "New name", "Edited", "Regenerated", "Deleted", "New"}
    assert "a better answer" in kato("chat", "show", "Regenerated").out
    assert "another answer" in kato("chat", "show", "Edited").out
    vanished = [row for row in exported(kato) if "vanished" in row.get("flags", ())]
    assert len(vanished) == 3
    kato("doctor")
    assert [kato.rows("import", paths[later])[-1]["events_new"] for later in order] == [0, 0]
    (tmp_path / "export.jsonl").write_bytes(kato("export", "--all").raw)
    other = tmp_path / "other"
    other.mkdir()
    for later in reversed(order):
        kato("--root", other / "w", "import", paths[later])
    assert kato("--root", other / "w", "export", "--all").raw == (tmp_path / "export.jsonl").read_bytes()


def test_exports_of_two_accounts_in_one_archive_are_not_versions_of_each_other(kato, tmp_path):
    members = {}
    for account, one in (("alice", A), ("bob", D)):
        files = one_file(one, user=f"user-{account}")
        members.update({f"{account}/{name}": content for name, content in files.items()})
    rows = kato.rows("import", put(tmp_path, "both", members))
    assert total(rows)["chats"] == 2 and total(rows)["events_vanished"] == 0
    assert vanished(kato) == {}
