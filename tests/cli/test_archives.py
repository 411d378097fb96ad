"""kato import: archives and unpacked exports; what hostile archives try."""

import gzip
import io
import json
import os
import struct
import tarfile
import zipfile
import zlib

import pytest

from exports import message, zipped

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


def conversation(name, text="What is on the picture?", pointer="file-service://file-AAA"):
    parts = [text, {"content_type": "image_asset_pointer", "asset_pointer": pointer, "size_bytes": len(PNG)}]
    return {
        "title": f"Picture {name}",
        "conversation_id": name,
        "create_time": 1790000000.0,
        "update_time": 1790000100.0,
        "current_node": "a",
        "mapping": {
            "r": {"id": "r", "parent": None, "children": ["q"], "message": None},
            "q": message("q", "user", {"content_type": "multimodal_text", "parts": parts}, "r"),
            "a": message("a", "assistant", {"content_type": "text", "parts": ["A cat."]}, "q"),
        },
    }


def export(name="c1", **more):
    return json.dumps([conversation(name, **more)]).encode()


MEMBERS = {
    "conversations.json": export(),
    "file-AAA-cat.png": PNG,
    "chat.html": b"<html>",
    "user.json": b'{"id":"u"}',
}


def tarred(path, members, mode="w"):
    with tarfile.open(path, mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def members_of(rows):
    return {row["name"].rsplit("/", 1)[-1]: row for row in rows if row["type"] == "member"}


def source(rows):
    (row,) = [row for row in rows if row["type"] == "source"]
    return row


def reasons(rows):
    return " ".join(row["reason"] for row in rows if row["type"] == "issue")


def exported(kato):
    return [json.loads(line) for line in kato("export", "--all").out.splitlines()[1:]]


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "folder", "nested", "stdin"])
def test_an_export_is_read_with_the_files_its_messages_point_to(kato, tmp_path, kind):
    path = tmp_path / f"export.{kind}"
    if kind == "zip":
        zipped(path, MEMBERS)
    elif kind.startswith("tar"):
        tarred(path, MEMBERS, "w:gz" if kind.endswith("gz") else "w")
    elif kind == "nested":
        inner = zipped(io.BytesIO(), MEMBERS)
        zipped(path, {"part1.zip": inner.getvalue()})
    elif kind == "stdin":
        zipped(path, MEMBERS)
    else:
        path.mkdir()
        for name, content in MEMBERS.items():
            (path / name).write_bytes(content)
    rows = kato.rows("import", "-", stdin=path.read_bytes()) if kind == "stdin" else kato.rows("import", path)
    if kind == "folder":
        assert {row["status"] for row in rows if row["type"] == "source"} == {"new"}
        assert len([row for row in rows if row["type"] == "source"]) == len(MEMBERS)
    else:
        assert source(rows)["format"] == "chatgpt" and source(rows)["status"] == "new"
        assert source(rows)["size"] == path.stat().st_size
        assert members_of(rows).keys() == MEMBERS.keys()
        for name, row in members_of(rows).items():
            assert row["parsed_bytes"] + row["opaque_bytes"] + row["quarantined_bytes"] == len(MEMBERS[name])
    events = [row for row in exported(kato) if row["type"] == "event"]
    (picture,) = [attachment for event in events for attachment in event.get("attachments", ())]
    assert picture["size"] == len(PNG) and picture["media_type"] == "image/png" and "sha256" in picture
    blobs = [row for row in exported(kato) if row["type"] == "blob"]
    assert len(blobs) == 1
    kato("doctor")
    again = kato.rows("import", "-", stdin=path.read_bytes()) if kind == "stdin" else kato.rows("import", path)
    assert again[-1]["events_new"] == again[-1]["events_updated"] == 0
    assert {row["status"] for row in again if row["type"] in ("source", "member")} == {"unchanged"} or kind == "stdin"


def test_an_unchanged_archive_is_not_opened_again(kato, tmp_path):
    path = zipped(tmp_path / "export.zip", MEMBERS)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    kato("import", path)
    rows = kato.rows("import", path)
    assert [row["type"] for row in rows] == ["source", "total"]
    assert source(rows)["status"] == "unchanged"


def test_each_file_of_an_archive_comes_back_byte_for_byte(kato, tmp_path):
    kato("import", zipped(tmp_path / "export.zip", MEMBERS))
    kato("export", "--all", "--format", "original", "-o", tmp_path / "out")
    found = {path.name: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert sorted(found.values()) == sorted(MEMBERS.values())


def test_shards_and_a_single_compressed_file(kato, tmp_path):
    shards = {f"conversations-{i:03}.json": export(f"c{i}") for i in range(3)}
    rows = kato.rows("import", zipped(tmp_path / "shards.zip", shards))
    assert source(rows)["chats"] == 3
    (tmp_path / "conversations.json.gz").write_bytes(gzip.compress(export("c9")))
    rows = kato.rows("import", tmp_path / "conversations.json.gz")
    assert source(rows)["format"] == "chatgpt" and source(rows)["chats"] == 1
    assert kato("export", "Picture c9", "--format", "original").raw == (tmp_path / "conversations.json.gz").read_bytes()


def test_a_gzip_stream_that_is_cut_off_is_quarantined_behind_its_sound_part(kato, tmp_path):
    whole = gzip.compress(export())
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) - 30])
    rows = kato.rows("import", tmp_path / "cut.gz", code=6)
    assert source(rows)["quarantined_bytes"] > 0
    assert "cut off" in reasons(rows)


def test_an_archive_of_nothing_known_is_reported(kato, tmp_path):
    rows = kato.rows("import", zipped(tmp_path / "a.zip", {"notes.bin": b"\0" * 100}), code=6)
    assert members_of(rows)["notes.bin"]["quarantined_bytes"] == 100
    rows = kato.rows("import", zipped(tmp_path / "empty.zip", {}), code=6)
    assert "no conversation" in reasons(rows)


def test_conversations_that_nobody_recognises_are_loud(kato, tmp_path):
    members = {**MEMBERS, "conversations-001.json": b'[{"dialogue":[{"who":"me"}]}]'}
    rows = kato.rows("import", zipped(tmp_path / "drift.zip", members), code=6)
    row = members_of(rows)["conversations-001.json"]
    assert row["quarantined_bytes"] == row["size"] > 0


def test_names_that_lead_outside_are_labels_only(kato, tmp_path):
    for name in ("../../outside.json", "/absolute.json", "a/../../b.json", "..\\windows.json"):
        base = name.replace("\\", "/").rsplit("/", 1)[-1]
        rows = kato.rows("import", tarred(tmp_path / "evil.tar", {"conversations.json": export(), name: b"{}"}))
        assert base in members_of(rows)
        assert "outside of the archive" in reasons(rows) and name.replace("\\", "\\") in reasons(rows)
    assert not (tmp_path.parent / "outside.json").exists() and not os.path.exists("/absolute.json")


def test_links_and_devices_are_left_out(kato, tmp_path):
    path = tmp_path / "links.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (("soft", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("fifo", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("conversations.json")
        info.size = len(export())
        archive.addfile(info, io.BytesIO(export()))
    rows = kato.rows("import", path)
    assert members_of(rows).keys() == {"conversations.json"}
    assert reasons(rows).count("link") == 2 and "neither a file" in reasons(rows)
    assert "root:" not in kato("export", "--all").out


def test_equal_names_are_two_members(kato, tmp_path):
    path = tmp_path / "twice.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("c1", "c2"):
            info = tarfile.TarInfo("conversations.json")
            info.size = len(export(name))
            archive.addfile(info, io.BytesIO(export(name)))
    rows = kato.rows("import", path)
    assert source(rows)["chats"] == 2
    assert members_of(rows).keys() == {"conversations.json", "conversations.json#2"}
    assert "several members" in reasons(rows)


def test_a_name_made_for_one_of_several_is_not_another_members(kato, tmp_path):
    path = tmp_path / "names.zip"
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", export())
        for name, content in (("a", "1"), ("a#2", "2"), ("a", "3"), ("a", "4"), ("a#3", "5")):
            archive.writestr(name, content)
    members = members_of(kato.rows("import", path))
    assert members.keys() == {"conversations.json", "a", "a#2", "a#3", "a#4", "a#3#2"}
    assert {row["status"] for row in members.values()} == {"new"}


@pytest.mark.parametrize("name", ["B\u00fccher \u65e5\u672c.png", "\U0001f600.png"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_in_all_scripts_are_kept(kato, tmp_path, name, kind):
    make = {"zip": zipped, "tar": tarred}[kind]
    path = make(tmp_path / f"export.{kind}", MEMBERS | {name: PNG})
    assert name in members_of(kato.rows("import", path))


def test_a_bomb_by_size_is_refused_with_its_members_name(kato, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", export())
        with archive.open("zeroes.bin", "w", force_zip64=True) as member:
            for _ in range(600):
                member.write(bytes(1 << 20))
    done = kato("--json", "import", path, code=1)
    assert "zeroes.bin" in done.err and "unpacked to more than" in done.err
    kato("doctor")


def test_a_bomb_by_count_is_refused(kato, tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(200_001):
            archive.writestr(zipfile.ZipInfo(f"{i}"), b"")
    done = kato("--json", "import", path, code=1)
    assert "more than 200000 members" in done.err


def test_archives_in_archives_end_somewhere(kato, tmp_path):
    inner = zipped(io.BytesIO(), MEMBERS).getvalue()
    for _ in range(5):
        inner = zipped(io.BytesIO(), {"deeper.zip": inner}).getvalue()
    (tmp_path / "deep.zip").write_bytes(inner)
    rows = kato.rows("import", tmp_path / "deep.zip", code=6)
    assert "nested too deeply" in reasons(rows)


def test_a_broken_archive_among_others_fails_alone(kato, tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"conversations.json": export("c2")}).read_bytes()
    members = {"a.zip": inner[:150], "b.zip": inner, "conversations.json": export("c1")}
    done = kato("--json", "import", zipped(tmp_path / "outer.zip", members), code=6)
    rows = done.rows
    assert source(rows)["chats"] == 2
    failed = [row for row in rows if row.get("status") == "failed"]
    assert [row["name"].rsplit("/", 1)[-1] for row in failed] == ["a.zip"]
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in members.items():
        (folder / name).write_bytes(content)
    rows = kato("--root", tmp_path / "other", "--json", "import", folder, code=6).rows
    assert [row["chats"] for row in rows if row["type"] == "total"] == [2]


def test_many_small_bombs_are_one(kato, tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"zeroes": bytes(200 << 20)}).read_bytes()
    path = zipped(tmp_path / "outer.zip", {"conversations.json": export(), "1.zip": inner, "2.zip": inner, "3.zip": inner})
    rows = kato("--json", "import", path, code=6).rows
    assert source(rows)["chats"] == 1
    assert "unpacked to more than" in reasons(rows)
    kato("doctor")


def test_an_archive_from_a_pipe_is_unchanged_the_second_time(kato, tmp_path):
    path = zipped(tmp_path / "export.zip", MEMBERS)
    assert source(kato("--json", "import", "-", stdin=path.read_bytes()).rows)["status"] == "new"
    assert source(kato("--json", "import", "-", stdin=path.read_bytes()).rows)["status"] == "unchanged"


def test_what_is_too_large_to_tell_of_the_files_beside_it_is_kept_and_said(kato, tmp_path):
    large = b'{"id":"' + b"u" * (65 << 20) + b'"}'
    rows = kato.rows("import", zipped(tmp_path / "export.zip", MEMBERS | {"user.json": large}))
    assert source(rows)["chats"] == 1
    assert "too large to tell" in reasons(rows)


def test_an_encrypted_member_is_named(kato, tmp_path):
    path = zipped(tmp_path / "locked.zip", MEMBERS)
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flags of the first member
        content[content.find(mark) + at] |= 1
    path.write_bytes(content)
    rows = kato.rows("import", path, code=6)
    assert members_of(rows)["conversations.json"]["status"] == "failed"
    assert "password" in members_of(rows)["conversations.json"]["error"]


def test_a_member_whose_size_or_checksum_lies_fails_alone(kato, tmp_path):
    for field, name in ((14, "checksum"), (22, "size")):
        path = zipped(tmp_path / f"{name}.zip", {"conversations-000.json": export("c1"), "conversations-001.json": export("c2")})
        content = bytearray(path.read_bytes())
        central = content.find(b"PK\x01\x02")
        value = struct.unpack_from("<I", content, field)[0] ^ 0x55
        struct.pack_into("<I", content, field, value)
        struct.pack_into("<I", content, central + field + 2, value)
        path.write_bytes(content)
        rows = kato.rows("import", path, code=6)
        assert members_of(rows)["conversations-000.json"]["status"] == "failed"
        assert "conversations-000.json" in members_of(rows)["conversations-000.json"]["error"]
        kato("doctor")


def test_an_archive_cut_off_anywhere_never_crashes(kato, tmp_path):
    whole = zipped(tmp_path / "whole.zip", MEMBERS).read_bytes()
    for size in range(4, len(whole), max(1, len(whole) // 12)):
        (tmp_path / "cut.zip").write_bytes(whole[:size])
        done = kato.start("--json", "import", tmp_path / "cut.zip")
        done.communicate(timeout=60)
        assert done.returncode in (0, 1, 6)
    kato("doctor")


def test_flipped_bytes_never_crash(kato, tmp_path):
    whole = zipped(tmp_path / "whole.zip", MEMBERS).read_bytes()
    seed = zlib.crc32(os.urandom(8))
    print("seed", seed)
    for i in range(25):
        content = bytearray(whole)
        for j in range(4):
            at = zlib.crc32(struct.pack("<III", seed, i, j))
            content[at % len(content)] ^= 1 << (at >> 16) % 8
        (tmp_path / "flipped.zip").write_bytes(content)
        done = kato.start("--json", "import", tmp_path / "flipped.zip")
        done.communicate(timeout=60)
        assert done.returncode in (0, 1, 6), (seed, i)
    kato("doctor")


def test_purging_a_chat_removes_the_files_that_were_its_own(kato, tmp_path):
    marker = b"\x89PNG\r\n\x1a\n" + b"a very secret picture" * 20
    members = {
        "conversations.json": json.dumps([conversation("c1"), conversation("c2", pointer="file-service://file-BBB")]).encode(),
        "file-AAA.dat": PNG,
        "file-BBB.dat": marker,
    }
    kato("import", zipped(tmp_path / "export.zip", members))
    kato("chat", "delete", "Picture c2", "--purge", "--yes")
    kato("doctor")
    left = exported(kato)
    assert len([row for row in left if row["type"] == "blob"]) == 1
    for path in kato.home.rglob("*"):
        assert not path.is_file() or b"secret picture" not in path.read_bytes()


@pytest.mark.parametrize("unpacked", [False, True])
def test_a_later_export_does_not_bring_back_a_purged_chats_files(kato, tmp_path, unpacked):
    secret = b"\x89PNG\r\n\x1a\n" + b"a very secret picture" * 20
    chats = [conversation("c1"), conversation("c2", pointer="file-service://file-BBB")]
    members = {"file-AAA.dat": PNG, "file-BBB.dat": secret}
    user = {"user.json": b'{"id":"user-1"}'}

    def bring(name, chats):
        these = {**members, **user, "conversations.json": json.dumps(chats).encode()}
        if not unpacked:
            return kato("import", zipped(tmp_path / f"{name}.zip", these))
        (tmp_path / name).mkdir()
        for member, content in these.items():
            (tmp_path / name / member).write_bytes(content)
        return kato("import", tmp_path / name)

    def blobs():
        return len([row for row in exported(kato) if row["type"] == "blob"])

    bring("first", chats)
    kato("chat", "delete", "Picture c2", "--purge", "--yes")
    bring("same", chats)
    bring("later", [*chats, conversation("c3")])
    assert blobs() == 1
    files = [row for row in kato("--json", "stats").rows if "blobs" in row]
    assert files[0]["blobs"] == 2  # the account's own file
    for path in kato.home.rglob("*"):
        assert not path.is_file() or b"secret picture" not in path.read_bytes()
    kato("doctor")
    bring("another", [*chats, conversation("c3"), conversation("c4", pointer="file-service://file-BBB")])
    assert blobs() == 2
    kato("doctor")


def test_files_that_were_unknown_first_are_attachments_later(kato, tmp_path):
    path = tmp_path / "export.zip"
    kato("import", zipped(path, {**MEMBERS, "conversations.json": b"[{}]"}), code=6)
    kato("import", zipped(path, MEMBERS))
    assert len([row for row in exported(kato) if row["type"] == "blob"]) == 1
    kato("doctor")


def test_files_that_come_later_are_attachments_as_well(kato, elsewhere, tmp_path):
    (tmp_path / "conversations.json").write_bytes(MEMBERS["conversations.json"])
    path = zipped(tmp_path / "export.zip", MEMBERS)
    other = zipped(tmp_path / "other.zip", {**MEMBERS, "file-AAA-cat.png": PNG[:-1] + b"?"})
    for which, order in ((kato, [tmp_path / "conversations.json", path, other]), (elsewhere, [other, path, tmp_path / "conversations.json"])):
        for one in order:
            which("import", one)
        which("doctor")
    events = [row for row in exported(kato) if row["type"] == "event"]
    (picture,) = [attachment for event in events for attachment in event.get("attachments", ())]
    assert picture["media_type"] == "image/png" and "sha256" in picture
    assert len([row for row in exported(kato) if row["type"] == "blob"]) == 1
    assert kato("export", "--all").raw == elsewhere("export", "--all").raw


def test_an_explanation_says_what_would_be_read_and_writes_nothing(kato, tmp_path):
    path = zipped(tmp_path / "export.zip", MEMBERS)
    rows = kato.rows("import", "--explain", path)
    row = members_of(rows)["conversations.json"]
    assert row["status"] == "explained" and row["format"] == "chatgpt" and row["score"] == 90
    assert "mapping" in row["why"] and row["kinds"]["user.message"] == 1
    assert row["parsed_bytes"] == row["size"] and rows[-1]["chats"] == 1
    assert not kato.home.exists()
    people = kato("import", "--explain", path).out
    assert "recognised by" in people and "user.message" in people
    assert "1 source, 1 chat, 3 events: nothing was imported" in people.splitlines() and " new" not in people
    (total,) = [row for row in rows if row["type"] == "total"]
    assert [total[f"sources{which}"] for which in ("", "_new", "_updated", "_unchanged", "_failed")] == [1, 0, 0, 0, 0]
    assert total["events"] == 3 and total["events_new"] == 0
    rows = kato.rows("import", "--explain", stdin=MEMBERS["conversations.json"])
    assert source(rows)["format"] == "chatgpt" and not kato.home.exists()
    kato.rows("import", "--explain", stdin=b"nothing known", code=6)
    stored = {row["name"]: row for row in kato.rows("import", path) if row["type"] == "member"}
    for name, row in {row["name"]: row for row in kato.rows("import", "--explain", path) if row["type"] == "member"}.items():
        for count in ("chats", "events", "size", "parsed_bytes", "opaque_bytes", "quarantined_bytes"):
            assert row[count] == stored[name][count]


def test_a_format_that_is_asked_for_is_that_of_the_conversations(kato, tmp_path):
    rows = kato.rows("import", "--format", "chatgpt", zipped(tmp_path / "export.zip", MEMBERS))
    assert members_of(rows)["file-AAA-cat.png"]["quarantined_bytes"] == 0
    assert members_of(rows)["conversations.json"]["chats"] == 1
    assert len([row for row in exported(kato) if row["type"] == "blob"]) == 1


BESIDE = {
    "projects.json": b'[{"uuid":"p-1","name":"Garden","description":"","docs":[],"created_at":"2026-01-01T00:00:00Z"}]',
    "users.json": b'[{"uuid":"u-1","full_name":"Ada","email_address":"ada@example.org"}]',
    "memories.json": b'[{"conversations_memory":"Ada gardens.","project_memories":{},"account_uuid":"u-1"}]',
    "user.json": b'{"id":"user-1","email":"ada@example.org","chatgpt_plus_user":false}',
    "library_files.json": b'[{"file_id":"file-AAA","file_name":"cat.png"}]',
}


@pytest.mark.parametrize("name", BESIDE)
def test_a_file_of_an_export_that_holds_no_conversations_is_kept_by_itself(kato, tmp_path, name):
    (tmp_path / name).write_bytes(BESIDE[name])
    rows = kato.rows("import", tmp_path / name)
    assert source(rows)["status"] == "new" and source(rows)["quarantined_bytes"] == 0
    recognised = source(rows)["format"] == "claude-ai"
    if not recognised:
        assert "tells of the conversations beside it" in reasons(rows)
        assert source(rows)["opaque_bytes"] == len(BESIDE[name])
    assert kato("export", "--all", "--format", "original").raw == BESIDE[name]
    assert source(kato.rows("import", tmp_path / name))["status"] == "unchanged"
    kato("import", zipped(tmp_path / "export.zip", {name: BESIDE[name]}), code=0 if recognised else 6)
    (tmp_path / name).write_bytes(b"\0 not JSON")
    kato.rows("import", tmp_path / name, code=6)


def test_a_shard_without_conversations_is_no_problem(kato, tmp_path):
    members = {"conversations-000.json": export(), "conversations-001.json": b"[]", "user.json": MEMBERS["user.json"]}
    rows = kato.rows("import", zipped(tmp_path / "export.zip", members))
    assert source(rows)["chats"] == 1


NASTY = "a\x1b[2Jb\u202eexe\u200b\u2066\u009b31m\u2028\r\n\x07"


@pytest.mark.parametrize("kind", ["zip", "tar", "folder"])
def test_names_in_archives_cannot_steer_a_terminal_or_hide(kato, tmp_path, kind):
    names = [f"{NASTY}.bin", f"../{NASTY}.json", f"{NASTY}/conversations.json"]
    members = {**MEMBERS, names[0]: b"x", names[1]: b"{", names[2]: b"[broken"}
    path = tmp_path / f"export.{kind}"
    if kind == "folder":
        for name, content in members.items():
            if not name.startswith(".."):
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                (path / name).write_bytes(content)
    else:
        (zipped if kind == "zip" else tarred)(path, members)
    for arguments in (["--json", "import"], ["import", "--explain"], ["import", "-v"]):
        done = kato.start("--root", tmp_path / arguments[-1], *arguments, path)
        out, err = done.communicate(timeout=60)
        assert done.returncode == 6
        text = out.decode() + err.decode()
        assert "conversations.json" in text
        left = {character for character in NASTY if not character.isalnum() and character not in "[\n"}
        assert not left & set(text), (arguments, left & set(text))
        assert all(line and not line.startswith("\x07") for line in text.splitlines())
    for command in (["chat", "list"], ["stats"], ["doctor"], ["export", "--all"]):
        done = kato.start("--root", tmp_path / "-v", *command)
        out, err = done.communicate(timeout=60)
        assert not left & set(out.decode() + err.decode()), command
