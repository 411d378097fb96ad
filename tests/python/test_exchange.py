"""Import and export."""

import io
import json
import os
import pathlib
from datetime import datetime, timezone

import pytest

import kato


def test_import_gives_a_report_that_accounts_for_every_byte(store, kiln):
    report = store.import_path(kiln)
    assert report.sources == report.sources_new == 1 and report.chats == 1
    assert report.events == report.events_new >= 8
    assert report.size_bytes == kiln.stat().st_size
    assert report.size_bytes == report.parsed_bytes + report.opaque_bytes + report.quarantined_bytes
    assert not report.partial
    assert [row["type"] for row in report.rows] == ["source", "total"]
    assert report.rows[0]["format"] == "claude-code" and report.rows[0]["status"] == "new"
    assert "1 sources" in repr(report)


def test_the_same_file_again_changes_nothing(store, kiln):
    store.import_path(kiln)
    before = store.stats(content_hash=True)["content_hash"]
    report = store.import_path(str(kiln))
    assert report.sources_unchanged == 1 and report.events_new == 0
    assert store.stats(content_hash=True)["content_hash"] == before


def test_a_folder_is_imported(store, kiln):
    report = store.import_path(kiln.parent)
    assert report.sources_new == 2 and report.chats == 2
    assert len(list(store.chats())) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda data: data,
        bytearray,
        memoryview,
        io.BytesIO,
        lambda data: (data[i : i + 100] for i in range(0, len(data), 100)),
        lambda data: [data[:10], b"", data[10:]],
    ],
    ids=["bytes", "bytearray", "memoryview", "file", "generator", "list"],
)
def test_a_stream_may_be_of_many_kinds(store, kiln, make):
    report = store.import_stream(make(kiln.read_bytes()), name="a-name.jsonl")
    assert report.size_bytes == kiln.stat().st_size and report.chats == 1
    assert report.rows[0]["name"] == "a-name.jsonl"


def test_a_stream_of_text_is_a_type_error(store):
    with pytest.raises(TypeError):
        store.import_stream(io.StringIO("text"))
    with pytest.raises(TypeError):
        store.import_stream("text")
    with pytest.raises(TypeError):
        store.import_stream(["text"])


def test_an_exception_of_the_stream_comes_out_unchanged(store, kiln):
    def chunks():
        yield kiln.read_bytes()[:2000]
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        store.import_stream(chunks())
    assert list(store.chats()) == []


def test_rows_and_progress_are_told(store, kiln):
    rows, steps = [], []
    store.import_path(kiln, on_row=rows.append, progress=lambda *step: steps.append(step))
    assert [row["type"] for row in rows] == ["source", "total"]
    assert steps and all(isinstance(what, str) for _, _, what in steps)


def test_an_exception_of_progress_or_row_comes_out_unchanged(store, kiln):
    def fail(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.import_path(kiln, on_row=fail)
    with pytest.raises(ZeroDivisionError):
        store.verify(progress=fail)


def test_a_failed_import_carries_its_report(store, tmp_path):
    with pytest.raises(kato.NotFound) as caught:
        store.import_path(tmp_path / "none")
    assert caught.value.report.events == 0
    with pytest.raises(kato.Invalid):
        store.import_path(tmp_path, format="telegraph")


def test_what_nothing_recognises_is_partial(store, tmp_path):
    (tmp_path / "noise").write_bytes(b"\x00\x01\x02")
    report = store.import_path(tmp_path / "noise")
    assert report.partial and report.quarantined_bytes == 3


def test_export_gives_text_that_imports_and_exports_the_same(store, kiln, tmp_path):
    store.import_path(kiln)
    store.create_chat("mine").append("user", "text")
    text = store.export()
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines[0]["kato"] == 1
    with kato.open(tmp_path / "other") as other:
        assert other.import_stream(text.encode()).chats == 2
        assert other.export() == text


def test_export_goes_to_a_path_a_file_or_memory(store, kiln, tmp_path):
    store.import_path(kiln)
    text = store.export()
    assert store.export(to=tmp_path / "a.jsonl") is None
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == text
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o600
    binary = io.BytesIO()
    store.export(to=binary)
    assert binary.getvalue().decode() == text
    characters = io.StringIO()
    store.export(to=characters)
    assert characters.getvalue() == text
    with open(tmp_path / "b.jsonl", "w", encoding="utf-8", newline="") as file:
        store.export(to=file)
    assert (tmp_path / "b.jsonl").read_text(encoding="utf-8") == text


def test_a_failed_export_leaves_no_file_and_the_old_one_alone(store, tmp_path):
    (tmp_path / "old").write_text("old")
    for name in ("new", "old"):
        with pytest.raises(kato.NotFound):
            store.export("no such chat", to=tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old", "workspace"]
    assert (tmp_path / "old").read_text() == "old"


def test_chosen_chats_are_exported(store, kiln, glaze):
    store.import_path(kiln)
    store.import_path(glaze)
    (chat,) = store.chats(project="glaze")
    for chosen in (chat, chat.id, [chat], (chat.id,), iter([chat])):
        text = store.export(chosen)
        assert "cobalt" in text and "thermocouple" not in text
    assert chat.export() == store.export(chat)
    assert "cobalt" not in store.export([])


def test_markdown_is_text_and_original_is_bytes(store, kiln):
    store.import_path(kiln)
    markdown = store.export(format="markdown")
    assert isinstance(markdown, str) and "thermocouple" in markdown
    assert "Half an emoji" not in store.export(format="markdown", head_path=True)
    original = store.export(format="original")
    assert original == kiln.read_bytes()
    with pytest.raises(TypeError):
        store.export(format="original", to=io.StringIO())
    with pytest.raises(kato.Invalid):
        store.export(format="telegraph")


def test_sources_give_their_bytes_back(store, kiln, glaze):
    store.import_path(kiln)
    store.import_path(glaze)
    by_name = {pathlib.Path(source.name).name: source for source in store.sources()}
    assert set(by_name) == {"kiln.jsonl", "glaze.jsonl"}
    source = by_name["kiln.jsonl"]
    assert source.format == "claude-code" and source.retained and source.size == kiln.stat().st_size
    assert store.read_source(source) == store.read_source(source.id) == kiln.read_bytes()
    (chat,) = store.chats(project="glaze")
    assert [s.id for s in store.sources(chat)] == [by_name["glaze.jsonl"].id]
    assert store.sources([]) == []
    with pytest.raises(kato.Invalid):
        store.read_source("kiln")


def test_a_purged_source_warns(store, kiln):
    store.import_path(kiln)
    (chat,) = store.chats()
    (source,) = store.sources()
    chat.delete(purge=True)
    with pytest.warns(kato.PartialWarning):
        data = store.read_source(source)
    assert len(data) == kiln.stat().st_size and b"thermocouple" not in data


def test_a_token_cancels(store, kiln):
    cancel = kato.Cancel()
    assert not cancel.requested
    cancel.request()
    assert cancel.requested
    with pytest.raises(kato.Cancelled):
        store.import_path(kiln, cancel=cancel)
    with pytest.raises(kato.Cancelled):
        store.verify(cancel=cancel)
    assert list(store.chats()) == []


def test_a_callback_cannot_use_the_store(store, kiln):
    errors = []

    def use(*_):
        try:
            list(store.chats())
        except kato.Error as error:
            errors.append(error.name)

    store.import_path(kiln, on_row=use)
    assert errors == ["KATO_E_MISUSE"] * 2


def test_a_pipe_is_a_stream(store, kiln):
    reading, writing = os.pipe()
    with open(writing, "wb") as sink:
        sink.write(kiln.read_bytes())
    with open(reading, "rb") as source:
        assert store.import_stream(source).chats == 1


@pytest.mark.parametrize("format", ["html", "json", "markdown", "openai-messages"])
def test_kinds_and_chats_can_be_chosen(store, kiln, glaze, format):
    store.import_path(kiln)
    store.import_path(glaze)
    assert "cobalt" in store.export(format=format, project="glaze")
    assert "thermocouple" not in store.export(format=format, project="glaze")
    assert "cobalt" not in store.export(format=format, provider="nobody")
    assert "cobalt" not in store.export(format=format, after=datetime(2100, 1, 1, tzinfo=timezone.utc))
    assert "cobalt" not in store.export(format=format, before=datetime(2000, 1, 1, tzinfo=timezone.utc))
    whole = store.export(format=format)
    assert len(store.export(format=format, tools=False, thinking=False)) < len(whole)
    assert len(store.export(format=format, kinds=["user.message"])) < len(whole)
    with pytest.raises(kato.Invalid):
        store.export(format=format, kinds=["user.shout"])
    with pytest.raises(kato.Invalid):
        store.export(kinds=["user.message"])


def test_what_is_not_carried_is_told(store, kiln):
    store.import_path(kiln)
    told = []
    store.export(on_loss=told.append)
    store.export(format="openai-messages", on_loss=told.append)
    assert [loss["format"] for loss in told] == ["kato", "openai-messages"]
    assert told[0]["dropped"] == told[0]["left_out"] == {}
    assert told[1]["dropped"]["branches"] > 0 and told[1]["chats"] == 1

    def fail(_loss):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.export(on_loss=fail)


def test_chats_become_files_in_a_folder(store, kiln, glaze, tmp_path):
    store.import_path(kiln)
    store.import_path(glaze)
    told = []
    paths = store.export_files(tmp_path / "pages", on_loss=told.append)
    assert sorted(paths) == sorted(str(path) for path in (tmp_path / "pages").iterdir())
    assert len(paths) == 3 and paths[-1].endswith("index.html") and told[0]["chats"] == 2
    assert {os.stat(path).st_mode & 0o777 for path in paths} == {0o600}
    assert (tmp_path / "pages").stat().st_mode & 0o777 == 0o700
    text = pathlib.Path(paths[-1]).read_text(encoding="utf-8")
    assert all(pathlib.Path(path).name in text for path in paths[:-1])
    with pytest.raises(FileExistsError):
        store.export_files(tmp_path / "pages")
    assert store.export_files(tmp_path / "pages", overwrite=True) == paths
    (chat,) = store.chats(project="glaze")
    (path,) = store.export_files(str(tmp_path / "notes"), chat, format="markdown")
    assert path.endswith(".md") and "cobalt" in pathlib.Path(path).read_text(encoding="utf-8")
    with pytest.raises(kato.Invalid):
        store.export_files(tmp_path / "pages", format="original")


def test_a_failed_export_of_files_leaves_no_part(store, kiln, tmp_path):
    store.import_path(kiln)

    def fail(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.export_files(tmp_path / "pages", progress=fail)
    assert list((tmp_path / "pages").iterdir()) == []


def test_a_link_in_the_folder_is_replaced_not_followed(store, kiln, tmp_path):
    store.import_path(kiln)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (path,) = store.export_files(tmp_path / "notes", format="markdown")
    os.unlink(path)
    os.symlink(victim, path)
    with pytest.raises(FileExistsError):
        store.export_files(tmp_path / "notes", format="markdown")
    store.export_files(tmp_path / "notes", format="markdown", overwrite=True)
    assert victim.read_text() == "precious" and not os.path.islink(path)


def test_an_explanation_needs_no_store(kiln):
    rows = []
    report = kato.explain(kiln.parent, on_row=rows.append)
    sources = [row for row in rows if row["type"] == "source"]
    assert sources and all(row["status"] == "explained" for row in sources)
    assert all(row["why"] and 1 <= row["score"] <= 100 for row in sources)
    assert sum(sum(row["kinds"].values()) for row in sources) == report.events
    with pytest.raises(kato.NotFound):
        kato.explain(kiln.parent / "absent")
    with pytest.raises(kato.Invalid):
        kato.explain(kiln.parent, format="no such format")
