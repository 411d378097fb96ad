"""kato import: files, directories, streams; reports and exit codes."""

import json
import os
import re
import socket
import threading

import pytest

CLAUDE = "claude-code"
COUNTS = ("parsed_bytes", "opaque_bytes", "quarantined_bytes")


def sources(rows):
    return [row for row in rows if row["type"] == "source"]


def total(rows):
    assert [row["type"] for row in rows].count("total") == 1
    assert rows[-1]["type"] == "total"
    return rows[-1]


def files_below(folder):
    return sorted(path for path in folder.rglob("*.jsonl"))


def test_import_as_json_has_the_pinned_members_and_accounts_for_every_byte(kato, examples):
    rows = kato.rows("import", examples / CLAUDE, examples / "codex")
    assert {row["type"] for row in rows} <= {"source", "member", "issue", "total"}
    by_name = {row["name"]: row for row in sources(rows)}
    for path in files_below(examples):
        row = by_name[str(path)]
        assert {"type", "name", "format", "chats", "events", "size", "pending_bytes", "status", *COUNTS} <= set(row)
        assert row["size"] == path.stat().st_size == sum(row[count] for count in COUNTS)
        assert row["format"] in ("claude-code", "codex")
        assert row["status"] == "new" and row["quarantined_bytes"] == 0
        assert row["events"] > 0


def test_import_makes_the_workspace_and_says_so(kato, examples):
    done = kato("import", examples / CLAUDE)
    assert str(kato.home) in done.err
    assert len(kato.rows("chat", "list")) >= 2


def test_import_for_people_names_each_file_and_sums_up(kato, examples):
    done = kato("import", examples / CLAUDE)
    for path in files_below(examples / CLAUDE):
        assert re.search(rf"^new .*claude-code .*{re.escape(str(path))}$", done.out, re.MULTILINE)
    assert re.search(r"^2 sources \(2 new\), \d+ chats, \d+ events, \d+ of them new$", done.out, re.MULTILINE)


def test_importing_again_changes_nothing(kato, examples):
    kato("import", examples / CLAUDE, examples / "codex")
    before = kato.rows("stats")[0]["content_hash"]
    rows = kato.rows("import", examples / CLAUDE, examples / "codex")
    assert {row["status"] for row in sources(rows)} == {"unchanged"}
    assert total(rows)["events_new"] == 0
    assert kato.rows("stats")[0]["content_hash"] == before


def test_several_inputs_have_one_total(kato, examples):
    claude = total(kato.rows("import", examples / CLAUDE))
    codex = total(kato.rows("import", examples / "codex"))
    both = total(kato.rows("import", examples / CLAUDE, examples / "codex"))
    for member in ("sources", "events", "size", "parsed_bytes"):
        assert both[member] == claude[member] + codex[member]


def test_a_grown_file_adds_what_is_new(kato, examples, tmp_path):
    (original,) = files_below(examples / "codex")
    lines = original.read_bytes().splitlines(keepends=True)
    grown = tmp_path / original.name
    grown.write_bytes(b"".join(lines[:-3]))
    kato("import", grown)
    grown.write_bytes(b"".join(lines))
    (row,) = sources(kato.rows("import", grown))
    assert row["status"] == "updated"
    (row,) = sources(kato.rows("import", grown))
    assert row["status"] == "unchanged"


@pytest.mark.parametrize("args", [[], ["-"]])
def test_standard_input_is_read(kato, examples, args):
    (original,) = files_below(examples / "codex")
    (row,) = sources(kato.rows("import", *args, stdin=original.read_bytes()))
    assert (row["name"], row["format"], row["status"]) == ("-", "codex", "new")
    assert row["size"] == original.stat().st_size


def test_standard_input_may_have_a_name(kato, examples):
    (original,) = files_below(examples / "codex")
    (row,) = sources(kato.rows("import", "--name", "laptop", stdin=original.read_bytes()))
    assert row["name"] == "laptop"
    kato("import", original, "--name", "laptop", code=2)


def test_a_fifo_that_was_named_is_read_as_a_stream(kato, examples, tmp_path):
    (original,) = files_below(examples / "codex")
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(original.read_bytes()))
    writer.start()
    (row,) = sources(kato.rows("import", fifo))
    writer.join()
    assert (row["format"], row["size"]) == ("codex", original.stat().st_size)


def test_what_is_no_file_in_a_directory_is_skipped_and_reported(kato, examples, tmp_path):
    folder = tmp_path / "logs"
    (folder / "inner").mkdir(parents=True)
    (original,) = files_below(examples / "codex")
    (folder / "inner" / "a.jsonl").write_bytes(original.read_bytes())
    (folder / "inner" / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "sock"))
        rows = kato.rows("import", folder)
    assert [row["name"] for row in sources(rows)] == [str(folder / "inner" / "a.jsonl")]
    reported = {row["source"] for row in rows if row["type"] == "issue"}
    assert {str(folder / "inner" / "loop"), str(folder / "pipe"), str(folder / "sock")} <= reported


def test_a_file_nobody_recognises_is_kept_and_exits_with_6(kato, tmp_path):
    strange = tmp_path / "strange.bin"
    strange.write_bytes(bytes(range(256)) * 8)
    rows = kato.rows("import", strange, code=6)
    (row,) = sources(rows)
    assert row["format"] is None
    assert row["quarantined_bytes"] == row["size"] == 2048
    assert kato("export", "--all", "--format", "original").raw == strange.read_bytes()


def test_a_damaged_line_is_reported_with_its_place_and_exits_with_6(kato, examples, tmp_path):
    (original,) = files_below(examples / "codex")
    lines = original.read_bytes().splitlines(keepends=True)
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_bytes(lines[0] + lines[1] + b'{"type": broken\n' + b"".join(lines[2:]))
    rows = kato.rows("import", damaged, code=6)
    (row,) = sources(rows)
    assert row["format"] == "codex" and row["quarantined_bytes"] == len(b'{"type": broken\n')
    issues = [row for row in rows if row["type"] == "issue" and row["line"] == 3]
    assert issues and issues[0]["offset"] == len(lines[0] + lines[1]) and issues[0]["reason"]
    people = kato("import", damaged, code=6)
    assert f"{damaged}:3: " in people.err or "unchanged" in people.out


def test_an_unchanged_source_says_why_it_exits_with_6(kato, examples, tmp_path):
    (original,) = files_below(examples / "codex")
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_bytes(original.read_bytes() + b'{"type": broken\n')
    os.utime(damaged, (1_700_000_000, 1_700_000_000))
    kato.rows("import", damaged, code=6)
    rows = kato.rows("import", damaged, code=6)
    (row,) = sources(rows)
    assert (row["status"], row["quarantined_bytes"], row["issues"]) == ("unchanged", 16, 1)
    (issue,) = [row for row in rows if row["type"] == "issue"]
    assert issue["fate"] == "quarantined" and issue["source"] == str(damaged)
    assert total(rows)["issues"] == 1
    assert f"{damaged}:" in kato("import", damaged, code=6).err


def test_a_file_that_is_not_there_exits_with_3_and_makes_nothing(kato):
    done = kato("import", "nowhere.jsonl", code=3)
    assert "nowhere.jsonl" in done.err
    assert not kato.home.exists()


def test_one_missing_file_among_others_is_partly_done(kato, examples):
    rows = kato.rows("import", "nowhere.jsonl", examples / "codex", code=6)
    assert len(sources(rows)) >= 1
    assert len(kato.rows("chat", "list")) == 1


def test_an_unreadable_file_exits_with_4(kato, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    closed = tmp_path / "closed.jsonl"
    closed.write_text("{}\n")
    closed.chmod(0)
    kato("import", closed, code=4)


def test_a_file_that_cannot_be_read_is_reported_once(kato, examples, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    closed = folder / "closed.jsonl"
    closed.symlink_to(closed)  # nobody may follow it, not even root
    (original,) = files_below(examples / "codex")
    for args in ([closed], [closed, original], ["-q", closed]):
        done = kato("import", *args, code=1 if len(args) == 1 or args[0] == "-q" else 6)
        assert done.err.count(str(closed)) == 1, done.err
        assert re.search(rf"^kato: {re.escape(str(closed))}: cannot open: .*$", done.err, re.MULTILINE)
        assert "cannot open" not in done.out
    (row,) = sources(kato.rows("import", closed, code=1))
    assert row["status"] == "failed" and row["error"].count(str(closed)) == 1


def test_an_unreadable_file_in_a_directory_is_reported_once(kato, examples, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    folder = tmp_path / "logs"
    folder.mkdir()
    closed = folder / "closed.jsonl"
    closed.write_text("{}\n")
    closed.chmod(0)
    (original,) = files_below(examples / "codex")
    (folder / "open.jsonl").write_bytes(original.read_bytes())
    for args in ([folder], ["-q", folder]):
        done = kato("import", *args, code=6)
        assert done.err.count(f"kato: {closed}: cannot open") == 1 and done.err.count(str(closed)) == 1


def test_an_empty_file_is_no_failure_of_the_workspace(kato, tmp_path):
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"")
    done = kato.start("import", empty, "--json")
    out, _ = done.communicate(timeout=60)
    assert done.returncode in (0, 6)
    (row,) = sources([json.loads(line) for line in out.splitlines()])
    assert row["size"] == 0
    assert kato("doctor").code == 0


def test_an_unknown_format_exits_with_2(kato, examples):
    assert "no-such-format" in kato("import", examples, "--format", "no-such-format", code=2).err


def test_a_name_that_misleads_does_not_matter(kato, examples, tmp_path):
    (original,) = files_below(examples / "codex")
    disguised = tmp_path / "photo.jpg"
    disguised.write_bytes(original.read_bytes())
    (row,) = sources(kato.rows("import", disguised))
    assert row["format"] == "codex"


def test_a_last_line_that_gets_its_end_later_is_the_line_it_would_have_been(kato, elsewhere, examples):
    (original, *_) = files_below(examples / CLAUDE)
    lines = original.read_bytes().splitlines(keepends=True)
    log = kato.folder / "log.jsonl"
    for count in range(1, len(lines) + 1):  # one more each time, the newline missing
        log.write_bytes(b"".join(lines[:count]).rstrip(b"\n"))
        kato("import", log)
    log.write_bytes(original.read_bytes())
    kato("import", log)
    elsewhere("import", log)
    assert kato("export", "--all").raw == elsewhere("export", "--all").raw
    hashes = [k.rows("stats", "--hash")[0]["content_hash"] for k in (kato, elsewhere)]
    assert hashes[0] == hashes[1]


def test_kato_jsonl_may_name_bytes_that_are_elsewhere(kato):
    chat = "11111111-1111-8111-8111-111111111111"
    event = {"type": "event", "id": "22222222-2222-8222-8222-000000000002", "kind": "user.message", "role": "user",
             "record": "r", "text": "see", "attachments": [{"media_type": "image/png", "size": 5, "sha256": "f" * 64}]}
    lines = [{"kato": 1}, {"type": "chat", "id": chat, "provider": "claude-code", "provider_id": "x", "title": "T"}, event]
    kato("import", "-", stdin="".join(json.dumps(line) + "\n" for line in lines))
    kato("doctor")


def test_made_up_token_counts_do_not_disable_the_figures(kato):
    def line(n):
        return {"type": "assistant", "uuid": f"u{n}", "sessionId": "s", "timestamp": f"2026-01-01T00:00:0{n}Z",
                "requestId": f"r{n}", "message": {
                    "id": f"m{n}", "role": "assistant", "content": [{"type": "text", "text": "hi"}], "stop_reason": "end_turn",
                    "usage": {"input_tokens": 2**63 - 1, "output_tokens": 1}}}
    log = kato.folder / "log.jsonl"
    log.write_text("".join(json.dumps(line(n)) + "\n" for n in range(3)))
    kato("import", log)
    (stats,) = kato.rows("stats")
    assert stats["usage"]["input"] == 2**63 - 1 and stats["usage"]["output"] == 3


def test_what_the_original_kato_says_of_its_sessions_lacks_no_conversation(kato, tmp_path):
    folder = tmp_path / "sessions"
    folder.mkdir()
    about = {"schemaVersion": 1, "sessionKey": "p:s", "provider": "p", "providerSessionId": "s"}
    said = {"schemaVersion": 1, "session": {"provider": "p", "providerSessionId": "s"}, "kind": "user.message", "payload": {"text": "hi"}}
    (folder / "p:s.meta.json").write_text(json.dumps(about))
    (folder / "p:s.twin.jsonl").write_text(json.dumps(said) + "\n")
    assert not [row for row in kato.rows("import", folder) if row["type"] == "issue"]
    drifted = {name if name != "sessionKey" else "key": value for name, value in about.items()}
    (folder / "p:s.meta.json").write_text(json.dumps(drifted))
    kato("import", folder, code=6)


def test_two_chats_that_give_an_event_one_id_both_keep_theirs(kato, tmp_path):
    kato.new_chat("First", "said in the first")
    export = kato("export", "--all").out
    header, chat, *events = export.splitlines()
    second = "\n".join([chat, *events]).replace(json.loads(chat)["id"], "11111111-2222-8333-8444-555555555555")
    file = tmp_path / "both.jsonl"
    file.write_text("\n".join([header, second.replace("in the first", "in the second").replace("First", "Second"), ""]))
    kato("import", file)
    assert "said in the first" in kato("chat", "show", "First").out
    assert "said in the second" in kato("chat", "show", "Second").out
    whole = kato("export", "--all").out
    assert whole.count("said in the first") == 1 and whole.count("said in the second") == 1
    file.write_text(whole)
    kato("import", file)
    assert kato("export", "--all").out == whole
