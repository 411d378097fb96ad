"""kato.open and the Store as an object."""

import os
import pathlib

import pytest

import kato


def test_open_makes_the_workspace(tmp_path):
    with kato.open(tmp_path / "w") as store:
        assert store.path == str(tmp_path / "w")
        assert not store.closed
    assert store.closed
    assert (tmp_path / "w" / "kato.db").is_file()


def test_the_path_may_be_str_bytes_or_a_path(tmp_path):
    for path in (str(tmp_path / "a"), os.fsencode(tmp_path / "b"), pathlib.Path(tmp_path / "c")):
        kato.open(path).close()
        assert os.path.isdir(path)


def test_a_path_that_is_not_utf8_round_trips(tmp_path):
    path = os.fsencode(tmp_path) + b"/w\xff"
    with kato.open(path) as store:
        assert os.fsencode(store.path) == path


def test_without_a_path_the_environment_says_where(tmp_path, monkeypatch):
    monkeypatch.setenv("KATO_HOME", str(tmp_path / "from-environment"))
    with kato.open() as store:
        assert store.path == str(tmp_path / "from-environment")
    monkeypatch.delenv("KATO_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    with kato.open() as store:
        assert store.path == str(tmp_path / ".kato")


def test_without_create_a_missing_workspace_is_not_found(tmp_path):
    with pytest.raises(kato.NotFound):
        kato.open(tmp_path / "none", create=False)
    with pytest.raises(kato.NotFound):
        kato.open(tmp_path / "none", read_only=True)
    assert not (tmp_path / "none").exists()


def test_a_read_only_store_refuses_to_write(tmp_path):
    kato.open(tmp_path / "w").close()
    with kato.open(tmp_path / "w", read_only=True) as store:
        assert list(store.chats()) == []
        with pytest.raises(kato.Denied):
            store.create_chat("no")


def test_a_closed_store_is_misuse_and_closing_again_is_fine(store):
    store.close()
    store.close()
    for call in (store.chats, store.stats, lambda: store.chat("x"), lambda: store.search("x")):
        with pytest.raises(kato.Error) as caught:
            call()
        assert caught.value.name == "KATO_E_MISUSE"


def test_a_store_has_a_repr_with_its_path(store):
    assert store.path in repr(store)
    store.close()
    assert "closed" in repr(store)


def test_a_negative_busy_timeout_is_invalid(tmp_path):
    with pytest.raises(kato.Invalid):
        kato.open(tmp_path / "w", busy_timeout=-1)


def test_wrong_types_are_type_errors(tmp_path, store):
    with pytest.raises(TypeError):
        kato.open(7)
    with pytest.raises(TypeError):
        store.chat(7)
    with pytest.raises(TypeError):
        store.search(7)


def test_none_for_a_text_that_must_be_there_is_a_type_error(store):
    chat = store.create_chat("x")
    calls = [
        lambda: store.chat(None),
        lambda: store.event(None),
        lambda: store.search(None),
        lambda: store.read_source(None),
        lambda: store.read_blob(None),
        lambda: store.export([None]),
        lambda: chat.rename(None),
        lambda: chat.tag(None),
    ]
    for call in calls:
        with pytest.raises(TypeError):
            call()


def test_version_and_build_info_agree():
    assert kato.version == kato.__version__
    info = kato.build_info()
    assert info["version"] == kato.version
    assert {"sqlite", "simdjson", "zstd", "compiler"} <= set(info)


def test_formats_say_what_they_can_do():
    by_id = {entry["id"]: entry for entry in kato.formats()}
    assert by_id["kato"]["read"] and by_id["kato"]["write"]
    assert by_id["claude-code"]["read"] and not by_id["claude-code"]["write"]
    assert by_id["markdown"]["write"] and not by_id["markdown"]["read"]
