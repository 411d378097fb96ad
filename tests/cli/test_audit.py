"""kato audit: what agents were granted and tried, and proof that nobody changed the log."""

import json
import re

import pytest


@pytest.fixture
def runs(kato):
    """Ids of three runs: one that is well, one that is refused something, one that fails."""
    chat = kato.new_chat("Kettle", "How hot is it?")
    ids = []
    for code, command in (
        (0, ["true", "\x1b[31m\"'\n"]),
        (0, ["python3", "-c", "import socket\ntry: socket.socket()\nexcept OSError: pass"]),
        (1, ["sh", "-c", "exit 3"]),
    ):
        ids.append(kato.rows("agent", "run", chat, "--", *command, code=code)[0]["id"])
    return ids


def log_of(kato):
    (path,) = (kato.home / "audit").glob("*.jsonl")
    return path


def test_every_run_is_told_from_its_start_to_its_end(kato, runs):
    rows = kato.rows("audit", "list")
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert [(row["run"], row["type"]) for row in rows] == [
        (runs[0], "start"), (runs[0], "end"), (runs[1], "start"), (runs[1], "denied"), (runs[1], "end"),
        (runs[2], "start"), (runs[2], "end"),
    ]
    assert rows[0]["prev"] == "0" * 64 and re.fullmatch("[0-9a-f]{64}", rows[0]["hash"])
    assert all(later["prev"] == row["hash"] for row, later in zip(rows, rows[1:]))
    start = rows[0]
    assert start["command"] == ["true", "\x1b[31m\"'\n"] and start["program"].endswith("/true")
    assert {"chat", "chat_bytes", "chat_sha256", "grants", "policy", "limits", "time"} <= set(start)
    assert start["grants"] and set(start["grants"][0]) == {"path", "rights"}
    denied = rows[3]
    assert {key: denied[key] for key in ("call", "decision", "source")} == {
        "call": "socket", "decision": "deny", "source": "kernel",
    }
    end = rows[-1]
    assert {key: end[key] for key in ("outcome", "denied", "output", "output_bytes")} == {
        "outcome": "failed", "denied": 0, "output": "", "output_bytes": 0,
    }


def test_records_of_one_run_and_the_last_ones(kato, runs):
    assert {row["run"] for row in kato.rows("audit", "show", runs[1])} == {runs[1]}
    assert len(kato.rows("audit", "show", runs[1])) == 3
    assert [row["seq"] for row in kato.rows("audit", "tail", "--lines", "2")] == [6, 7]
    assert len(kato.rows("audit", "tail")) == 7
    lines = kato("audit", "list").out.splitlines()
    assert len(lines) == 7 and "socket" in lines[3] and "\x1b" not in "".join(lines)
    kato("audit", "show", "ffffffff", code=3)
    kato("audit", "show", code=2)
    kato("audit", "tail", "--lines", "0", code=2)


def test_a_run_without_audit_leaves_no_record(kato, runs):
    chat = kato.rows("chat", "list")[0]["id"]
    row = kato.rows("agent", "run", chat, "--audit", "none", "--", "true")[0]
    assert row["audit"] is None and row["enforced"]["audit"] == "none"
    assert len(kato.rows("audit", "list")) == 7
    kato("audit", "verify")


def test_files_are_told_where_that_is_asked_for(kato, runs):
    chat = kato.rows("chat", "list")[0]["id"]
    script = "read x </etc/passwd; read y </dev/null; exit 0"
    row = kato.rows("agent", "run", chat, "--audit", "files", "--", "sh", "-c", script)[0]
    paths = {record["path"]: record for record in kato.rows("audit", "show", row["id"]) if record["type"] == "path"}
    assert paths["/etc/passwd"]["granted"] is False and paths["/etc/passwd"]["path_trust"] == "claimed"
    assert row["enforced"]["audit"] == "complete"


def test_an_untouched_log_is_verified(kato, runs):
    assert kato("audit", "verify").out == "7 records\n"
    (check,) = kato.rows("audit", "verify")
    assert check["ok"] is True and check["problems"] == [] and check["records"] == 7
    assert check["last"] == check["known"] and check["last"]["seq"] == 7


def _edit(lines):
    lines[3] = lines[3].replace(b'"socket"', b'"sockat"')


def _forge(lines):
    record = json.loads(lines[-1])
    lines.append(json.dumps({**record, "seq": 8, "prev": record["hash"]}).encode() + b"\n")


def _swap(lines):
    lines[3], lines[4] = lines[4], lines[3]


def _repeat(lines):
    lines.insert(3, lines[3])


def _foreign(lines):
    lines.insert(3, b"not a record\n")


TAMPERING = {
    "an edit": _edit, "a record that was removed": lambda lines: lines.pop(3), "a cut-off end": lambda lines: lines.pop(),
    "a missing beginning": lambda lines: lines.pop(0), "a forged record": _forge, "records in another order": _swap,
    "a record twice": _repeat, "a line that is no record": _foreign, "nothing left": lambda lines: lines.clear(),
    "half a record": lambda lines: lines.append(lines.pop()[:40]), "a line behind the end": lambda lines: lines.append(b"x\n"),
}
# These are seen without reading all of the log: a run says so in it.
AT_THE_END = {"a cut-off end", "a forged record", "nothing left", "half a record", "a line behind the end"}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found(kato, runs, name):
    path = log_of(kato)
    lines = path.read_bytes().splitlines(keepends=True)
    TAMPERING[name](lines)
    path.write_bytes(b"".join(lines))
    done = kato("audit", "verify", code=5)
    assert "the audit log was changed" in done.err and len(done.out.splitlines()) >= 2, done.out
    (check,) = kato.rows("audit", "verify", code=5)
    assert check["ok"] is False and check["problems"] and check["problem_count"] >= 1
    # Who requires the audit gets no run behind an end that does not verify; nothing is written then.
    chat = kato.rows("chat", "list")[0]["id"]
    command = ["agent", "run", chat, "--audit-required", "--", "true"]
    if name in AT_THE_END:
        before = path.read_bytes()
        assert "the audit log is damaged" in kato(*command, code=5).err
        assert path.read_bytes() == before and len(kato.rows("agent", "list")) == 3
        assert not list(kato.home.glob("out/*/.*")) and not list(kato.home.glob("runs/*/"))
    # Other runs go on, and neither hide what was done nor make it worse.
    first, second = (kato.rows("agent", "run", chat, "--", "true")[0]["audit"]["seq"] for _ in range(2))
    assert second == first + 2 and first > 7
    kato(*command)
    told = [json.loads(line) for line in kato("audit", "list", "--json").out.splitlines() if '"damaged"' in line]
    assert [row["type"] for row in told] == ["damaged"] * (name in AT_THE_END)
    assert all(set(row) == {"seq", "prev", "time", "type", "place", "reason", "last_good", "hash"} for row in told)
    kato("audit", "list")
    kato("audit", "verify", code=5)


def test_a_record_that_a_crash_cut_off_stops_nobody(kato, runs):
    path = log_of(kato)
    path.write_bytes(path.read_bytes() + b'{"seq":8,"prev":"')
    assert "is cut off" in kato("audit", "verify", code=5).out
    chat = kato.rows("chat", "list")[0]["id"]
    kato("agent", "run", chat, "--audit-required", "--", "true")  # all that the store remembers is there
    assert [row["type"] for row in map(json.loads, path.read_bytes().splitlines()[8:])] == ["torn", "start", "end"]
    kato("audit", "verify")


def test_an_audit_that_is_required_is_had_or_there_is_no_run(kato, runs):
    chat = kato.rows("chat", "list")[0]["id"]
    (host,) = kato.rows("agent", "host")
    (row,) = kato.rows("agent", "run", chat, "--audit-required", "--", "true", code=0 if host["notify"] else 4)
    assert (row["outcome"], row["enforced"].get("audit")) == (("ok", "denials") if host["notify"] else ("unavailable", "none"))
    # A contradiction.
    assert "audit" in kato("agent", "run", chat, "--audit", "none", "--audit-required", "--", "true", code=2).err


def test_a_log_that_was_removed_is_missed(kato, runs):
    log_of(kato).unlink()
    assert "changed" in kato("audit", "verify", code=5).err


def test_a_workspace_without_runs_has_a_log_that_is_well(kato):
    kato("init")
    assert kato.rows("audit", "list") == []
    assert kato.rows("audit", "verify")[0]["ok"] is True
