"""kato export: to standard output, files and directories."""

import os
import re
import stat

import pytest


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_export_import_export_gives_the_same_bytes(imported, elsewhere, tmp_path):
    first = imported("export", "--all").raw
    saved = tmp_path / "a.jsonl"
    saved.write_bytes(first)
    elsewhere("import", saved)
    assert elsewhere("export", "--all").raw == first
    assert first.startswith(b'{"kato":1')


def test_export_needs_to_know_what(kato):
    kato("init")
    assert "--all" in kato("export", code=2).err
    kato("export", "x", "--all", code=2)


def test_one_chat_alone_is_exported(kato):
    chat = kato.new_chat("Tea", "green tea")
    kato.new_chat("Coffee", "black coffee")
    out = kato("export", chat).out
    assert "green tea" in out and "black coffee" not in out


def test_markdown_is_readable(kato):
    kato.new_chat("Tea", "green **tea**")
    out = kato("export", "--all", "--format", "markdown").out
    assert "Tea" in out and "green **tea**" in out


def test_an_unknown_chat_exits_with_3_and_an_unknown_format_with_2(kato):
    kato.new_chat("Tea", "x")
    kato("export", "nobody", code=3)
    done = kato("export", "--all", "--format", "frobnicate", code=2)
    assert "frobnicate" in done.err and done.out == ""


def test_the_hint_for_an_unknown_chat_is_where_the_chats_are(kato):
    kato.new_chat("Tea", "x")
    for args in ([], ["--format", "markdown"], ["--format", "original"], ["-o", "out.jsonl"], ["-o", "out/"]):
        done = kato("export", "nobody", *args, code=3)
        assert "kato chat list" in done.err and "formats" not in done.err
        assert done.err.count("\n") == 2


@pytest.mark.parametrize("args", [
    ["--head-only"], ["--hidden"], ["--no-blobs", "--format", "markdown"], ["--no-blobs", "--format", "original"],
    ["--head-only", "--format", "original"], ["--no-tools"], ["--no-thinking", "--format", "original"],
    ["--kinds", "user.message"], ["--hidden", "--format", "json"], ["--head-only", "--format", "openai-messages"],
    ["--loss-report", "-", "--format", "original"],
])
def test_an_option_that_the_format_does_not_know_exits_with_2(kato, args):
    kato.new_chat("Tea", "x")
    done = kato("export", "--all", *args, code=2)
    assert done.out == "" and args[0] in done.err and "only" in done.err


def test_options_of_a_format_are_accepted_with_it(kato):
    chat = kato.new_chat("Tea", "question", "first")
    question = kato.rows("chat", "show", chat)[0]["id"]
    kato("chat", "append", chat, "--role", "assistant", "--parent", question, stdin="second")
    assert "first" in kato("export", chat, "--format", "markdown").out
    assert "first" not in kato("export", chat, "--format", "markdown", "--head-only", "--hidden").out
    kato("export", chat, "--no-blobs")


def test_a_chat_that_was_named_by_its_title_is_reported_by_its_id(kato, tmp_path):
    chat = kato.new_chat("Tea", "x")
    assert kato.rows("export", "tea", "-o", tmp_path / "out.jsonl")[0]["chat"] == chat


def test_a_file_is_private_complete_and_named_on_standard_error(kato, tmp_path):
    chat = kato.new_chat("Tea", "x")
    target = tmp_path / "out.jsonl"
    done = kato("export", "--all", "-o", target, umask=0)
    assert target.read_bytes() == kato("export", "--all").raw
    assert mode(target) == 0o600
    assert done.out == "" and str(target) in done.err
    (row,) = kato.rows("export", chat, "-o", target)
    assert row == {"type": "file", "path": str(target), "format": "kato", "bytes": target.stat().st_size, "chat": chat}
    assert [path.name for path in tmp_path.glob(".kato-*")] == []


def test_a_link_is_replaced_not_followed(kato, tmp_path):
    kato.new_chat("Tea", "x")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    link = tmp_path / "out.jsonl"
    link.symlink_to(victim)
    kato("export", "--all", "-o", link)
    assert victim.read_text() == "precious"
    assert not link.is_symlink() and link.read_bytes().startswith(b'{"kato":1')


def test_a_failed_export_leaves_the_old_file(kato, tmp_path):
    kato.new_chat("Tea", "x")
    target = tmp_path / "out.jsonl"
    target.write_text("old")
    kato("export", "--all", "--format", "frobnicate", "-o", target, code=2)
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "workspace"]


def test_a_device_is_never_replaced(kato, tmp_path):
    kato.new_chat("Tea", "x")
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    kato("export", "--all", "-o", fifo, code=1)
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_missing_directory_exits_with_3(kato, tmp_path):
    kato.new_chat("Tea", "x")
    kato("export", "--all", "-o", tmp_path / "no" / "such" / "file.jsonl", code=3)


def test_a_directory_gets_a_file_for_each_chat(kato, tmp_path):
    kato.new_chat("Tea", "green")
    kato.new_chat("Coffee", "black")
    folder = tmp_path / "notes"
    done = kato("export", "--all", "--format", "markdown", "-o", f"{folder}/", umask=0)
    coffee, tea = sorted(folder.iterdir())
    assert re.fullmatch(r"Coffee-[0-9a-f-]{13}\.md", coffee.name) and re.fullmatch(r"Tea-[0-9a-f-]{13}\.md", tea.name)
    assert mode(folder) == 0o700 and {mode(path) for path in folder.iterdir()} == {0o600}
    assert "green" in tea.read_text() and done.out == ""


def test_a_chat_keeps_its_name_when_others_come(kato, tmp_path):
    chat = kato.new_chat("Tea", "green")
    (first,) = kato.rows("export", chat, "--format", "markdown", "-o", f"{tmp_path}/one/")
    kato.new_chat("Tea", "black")
    second = kato.rows("export", "--all", "--format", "markdown", "-o", f"{tmp_path}/two/")
    assert os.path.basename(first["path"]) in [os.path.basename(row["path"]) for row in second]
    assert {row["chat"] for row in second} > {chat}


def test_in_a_directory_nothing_is_replaced_unless_forced(kato, tmp_path):
    kato.new_chat("Tea", "green")
    kato.new_chat("README", "black")
    folder = tmp_path / "notes"
    kato("export", "--all", "--format", "markdown", "-o", f"{folder}/")
    for path in folder.iterdir():
        if path.name.startswith("README"):
            taken = path
        else:
            path.unlink()
    taken.write_text("mine")
    done = kato("export", "--all", "--format", "markdown", "-o", folder, code=1)
    assert "--force" in done.err
    assert list(folder.iterdir()) == [taken]
    assert taken.read_text() == "mine"
    kato("export", "--all", "--format", "markdown", "-o", folder, "--force")
    assert taken.read_text() != "mine" and len(list(folder.iterdir())) == 2


def test_equal_titles_get_different_names(kato, tmp_path):
    ids = [kato.new_chat("Same", "x"), kato.new_chat("same", "y"), kato.new_chat("Same", "z")]
    folder = tmp_path / "notes"
    folder.mkdir()
    kato("export", "--all", "--format", "markdown", "-o", folder)
    names = [path.name for path in folder.iterdir()]
    assert len({name.lower() for name in names}) == 3
    assert all(re.fullmatch(r"[Ss]ame-[0-9a-f-]+\.md", name) for name in names), names
    assert len(ids) == 3


@pytest.mark.parametrize("title", [
    "../../escape", "/etc/passwd", "..", ".", "", "~root", "-rf", ".bashrc", "a/b\\c", "new\nline",
    "bell\x07 \x1b[31m", "\u202egnp.exe", "x" * 3000, "\u65e5" * 500, "con:*?<>|", "$(touch owned)",
])
def test_no_title_leads_out_of_the_directory(kato, tmp_path, title):
    kato("chat", "new", "--", title)
    folder = tmp_path / "deep" / "notes"
    folder.mkdir(parents=True)
    kato("export", "--all", "--format", "markdown", "-o", folder)
    (name,) = os.listdir(folder)
    assert os.listdir(tmp_path / "deep") == ["notes"]
    assert sorted(os.listdir(tmp_path)) == ["deep", "workspace"]
    assert name.endswith(".md") and len(name.encode()) <= 120
    assert not name.startswith((".", "-", "~"))
    assert re.search(r"[\x00-\x1f\x7f/\\:*?\"<>|$`\u202e]", name) is None


def test_the_original_comes_back_byte_for_byte(kato, examples):
    (original,) = (examples / "codex").rglob("*.jsonl")
    kato("import", original)
    assert kato("export", "--all", "--format", "original").raw == original.read_bytes()
    (chat,) = kato.rows("chat", "list")
    assert kato("export", chat["id"], "--format", "original").raw == original.read_bytes()


def test_several_originals_need_a_directory(imported, examples, tmp_path):
    done = imported("export", "--all", "--format", "original", code=2)
    assert done.out == "" and "-o DIR" in done.err
    folder = tmp_path / "originals"
    rows = imported.rows("export", "--all", "--format", "original", "-o", folder)
    wanted = sorted(path.read_bytes() for path in examples.rglob("*.jsonl"))
    assert sorted(path.read_bytes() for path in folder.iterdir()) == wanted
    assert sorted(row["path"] for row in rows) == sorted(str(path) for path in folder.iterdir())
    assert all(path.name.endswith(".jsonl") for path in folder.iterdir())


@pytest.mark.parametrize("name", ["../../escape.jsonl", "/etc/cron.d/x.jsonl", "a\x1b[31mb.jsonl", "..", ".jsonl"])
def test_no_name_of_a_source_leads_out_of_the_directory(kato, examples, tmp_path, name):
    (original,) = (examples / "codex").rglob("*.jsonl")
    kato("import", "--name", name, stdin=original.read_bytes())
    folder = tmp_path / "deep" / "originals"
    folder.mkdir(parents=True)
    kato("export", "--all", "--format", "original", "-o", folder)
    (file,) = folder.iterdir()
    assert file.read_bytes() == original.read_bytes()
    assert os.listdir(tmp_path / "deep") == ["originals"]
    assert not file.name.startswith(".") and "\x1b" not in file.name


def test_a_chat_made_here_has_no_original(kato):
    chat = kato.new_chat("Tea", "x")
    done = kato("export", chat, "--format", "original", code=3)
    assert done.out == ""


def test_a_purged_chats_original_is_partial(kato, examples):
    (original,) = (examples / "codex").rglob("*.jsonl")
    kato("import", original)
    (chat,) = kato.rows("chat", "list")
    kato("chat", "delete", chat["id"], "--purge", "--yes")
    done = kato.start("export", "--all", "--format", "original")
    out, err = done.communicate(timeout=60)
    assert done.returncode in (3, 6)
    assert err and out != original.read_bytes()


def test_attachments_can_be_left_out(imported):
    whole = imported("export", "--all").raw
    lean = imported("export", "--all", "--no-blobs").raw
    assert len(lean) < len(whole)
