"""The workspace: init, stats, doctor, formats, and what is refused with which exit code."""

import os
import sqlite3
import stat

import pytest


def test_init_makes_a_private_workspace_once(kato):
    done = kato("init", umask=0)
    assert done.out == f"{kato.home}\n"
    assert stat.S_IMODE(kato.home.stat().st_mode) == 0o700
    for path in kato.home.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert "there already" in kato("init").err
    assert kato.rows("init") == [{"type": "workspace", "path": str(kato.home), "created": False}]


def test_root_goes_before_the_environment_and_the_environment_before_home(kato, tmp_path):
    assert kato("--root", tmp_path / "r", "init").out == f"{tmp_path / 'r'}\n"
    assert kato("init").out == f"{kato.home}\n"
    assert kato("init", env={"KATO_HOME": ""}).out == f"{tmp_path}/.kato\n"


@pytest.mark.parametrize("args", [
    ["chat", "list"], ["chat", "show", "x"], ["search", "x"], ["export", "--all"], ["stats"], ["doctor"],
    ["chat", "append", "x", "--role", "user"], ["doctor", "--reindex"],
])
def test_a_missing_workspace_exits_with_3_and_is_not_made(kato, args):
    done = kato(*args, code=3)
    assert done.out == ""
    assert str(kato.home) in done.err and "hint: " in done.err
    assert not kato.home.exists()


def test_an_empty_workspace_is_whole(kato):
    kato("init")
    assert kato("chat", "list").out == ""
    assert kato("export", "--all").out.count("\n") == 1
    (stats,) = kato.rows("stats")
    assert (stats["type"], stats["chats"], stats["events"]) == ("stats", 0, 0)
    kato("doctor")


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_workspace_that_others_may_write_is_refused_with_a_hint(kato, mode):
    kato("init")
    kato.home.chmod(mode)
    for args in (["chat", "list"], ["chat", "new", "x"], ["import", "-"], ["doctor"]):
        done = kato(*args, code=4)
        assert done.out == "" and "hint: " in done.err
    kato.home.chmod(0o700)
    kato("chat", "list")


def test_a_workspace_that_is_a_link_is_refused(kato, tmp_path):
    kato("init")
    link = tmp_path / "link"
    link.symlink_to(kato.home)
    done = kato("--root", link, "chat", "list", code=4)
    assert "hint: " in done.err


def test_a_file_in_the_workspaces_place_is_no_workspace(kato):
    kato.home.write_text("a file")
    done = kato.start("chat", "new", "x")
    done.communicate(timeout=60)
    assert done.returncode in (1, 3, 4)
    assert kato.home.read_text() == "a file"


def test_a_foreign_database_is_refused_and_left_alone(kato):
    kato.home.mkdir(mode=0o700)
    database = kato.home / "kato.db"
    with sqlite3.connect(database) as other:
        other.execute("CREATE TABLE diary (day TEXT)")
    other.close()
    database.chmod(0o600)
    before = database.read_bytes()
    done = kato.start("chat", "list")
    _, err = done.communicate(timeout=60)
    assert done.returncode in (1, 5) and err
    assert database.read_bytes() == before


def test_a_newer_workspace_is_refused_and_left_alone(kato):
    kato.new_chat("A", "x")
    database = kato.home / "kato.db"
    with sqlite3.connect(database) as other:
        other.execute("PRAGMA user_version = 999999")
    other.close()
    done = kato("chat", "list", code=1)
    assert "newer" in done.err


def test_a_store_of_an_older_version_can_be_read_at_once(kato):
    kato.new_chat("A", "x")
    with sqlite3.connect(kato.home / "kato.db") as other:
        other.executescript("""
            DROP TABLE source_piece;
            CREATE TABLE source_piece (
              source INTEGER NOT NULL REFERENCES source (n),
              seq    INTEGER NOT NULL,
              size   INTEGER NOT NULL,
              chunk  INTEGER REFERENCES chunk (n),
              blob   INTEGER REFERENCES blob (n),
              PRIMARY KEY (source, seq)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX source_piece_by_chunk ON source_piece (chunk) WHERE chunk IS NOT NULL;
            CREATE INDEX source_piece_by_blob ON source_piece (blob) WHERE blob IS NOT NULL;
            DROP INDEX event_facts;
            DROP INDEX event_by_id;
            CREATE UNIQUE INDEX event_by_id ON event (id, revision);
            DROP INDEX body_by_source;
            DROP INDEX event_by_text_body;
            DROP INDEX event_by_data_body;
            DROP INDEX event_by_extra_body;
            ALTER TABLE body DROP COLUMN source;
            ALTER TABLE body DROP COLUMN start;
            ALTER TABLE body DROP COLUMN length;
            ALTER TABLE body DROP COLUMN escaped;
            DROP TABLE run_message;
            DROP TABLE run;
            DROP TABLE container;
            ALTER TABLE chat DROP COLUMN head_record;
            ALTER TABLE chat DROP COLUMN head_time;
            ALTER TABLE source DROP COLUMN as_of;
            PRAGMA user_version = 1""")
    other.close()
    assert "A" in kato("chat", "list").out
    kato("doctor")


def _damage(kato, at, size):
    """Overwrites a part of the database file, after everything is in it."""
    with sqlite3.connect(kato.home / "kato.db") as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    other.close()
    with open(kato.home / "kato.db", "r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * size)


def test_a_destroyed_database_exits_with_5(kato):
    kato.new_chat("A", "x")
    _damage(kato, 0, 100)
    for args in (["chat", "list"], ["doctor"], ["chat", "new", "x"]):
        done = kato(*args, code=5)
        assert done.err.startswith("kato: ")


def test_doctor_finds_a_damaged_page_and_exits_with_5(imported):
    size = (imported.home / "kato.db").stat().st_size
    _damage(imported, size // 2, size // 4)
    done = imported("doctor", code=5)
    assert done.err


def test_doctor_finds_text_that_was_changed_behind_its_back(imported):
    database = imported.home / "kato.db"
    with sqlite3.connect(database) as other:
        tables = [name for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert "chunk" in tables or "chunks" in tables, tables
        table = "chunk" if "chunk" in tables else "chunks"
        columns = [row[1] for row in other.execute(f"PRAGMA table_info({table})") if row[2] == "BLOB"]
        column = max(columns, key=lambda name: other.execute(f"SELECT max(length({name})) FROM {table}").fetchone()[0])
        (data,) = other.execute(f"SELECT {column} FROM {table} LIMIT 1").fetchone()
        changed = data[:-4] + bytes(byte ^ 0xFF for byte in data[-4:])
        other.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (changed, data))
    other.close()
    done = imported("doctor", code=5)
    assert "DAMAGED" in done.out
    rows = imported.rows("doctor", code=5)
    assert rows[-1]["type"] == "doctor" and rows[-1]["ok"] is False
    assert [row for row in rows if row["type"] == "check" and not row["ok"]]


def test_doctor_lists_its_checks(imported):
    rows = imported.rows("doctor")
    assert len(rows) > 2 and all({"name", "ok", "checked", "problem"} <= set(row) for row in rows[:-1])
    assert rows[-1] == {"type": "doctor", "path": str(imported.home), "ok": True}
    assert imported("doctor").out.count("ok  ") == len(rows) - 1


def test_the_index_may_be_deleted_and_is_built_again(imported):
    before = imported.rows("search", "tea*")
    assert before
    for path in imported.home.glob("index.db*"):
        path.unlink()
    imported("doctor", "--reindex")
    assert imported.rows("search", "tea*") == before
    imported("doctor")


def test_stats_count_and_hash(imported, elsewhere, examples):
    (stats,) = imported.rows("stats")
    assert stats["type"] == "stats" and stats["schema"] == 4
    assert stats["chats"] == len(imported.rows("chat", "list"))
    assert stats["sources"] == 3
    assert len(stats["content_hash"]) == 64
    elsewhere("import", examples / "codex", examples / "claude-code")
    assert elsewhere.rows("stats")[0]["content_hash"] == stats["content_hash"]
    assert "content hash" in imported("stats", "--hash").out
    assert "content hash" not in imported("stats").out


def test_formats_lists_readers_and_writers(kato):
    rows = {row["id"]: row for row in kato.rows("formats")}
    assert {"kato", "claude-code", "codex", "markdown", "original"} <= set(rows)
    assert rows["claude-code"]["read"] and not rows["claude-code"]["write"]
    assert rows["markdown"]["write"] and not rows["markdown"]["read"]
    assert not kato.home.exists()
    assert "claude-code" in kato("formats").out


def test_a_closed_directory_exits_with_4(kato, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    kato("--root", closed / "w", "init", code=4)
