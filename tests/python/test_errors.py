"""Exceptions: which class for which status, and what they carry."""

import pickle

import pytest

import kato
from kato import _errors

CLASSES = {
    -1: kato.Error,
    -3: kato.Error,
    -4: kato.Invalid,
    -5: kato.NotFound,
    -6: kato.Exists,
    -7: kato.Ambiguous,
    -8: kato.Busy,
    -9: kato.IoError,
    -10: kato.Denied,
    -11: kato.Corrupt,
    -12: kato.VersionError,
    -13: kato.LimitError,
    -14: kato.Cancelled,
    -15: kato.Unsupported,
    -99: kato.Error,
}


@pytest.mark.parametrize("status", CLASSES)
def test_each_status_has_its_class(status):
    error = _errors.make_error(status, "KATO_E_X", "words", '{"errno":5,"path":"p"}')
    assert type(error) is CLASSES[status]
    assert (error.status, error.name, error.message, str(error)) == (status, "KATO_E_X", "words", "words")
    assert error.detail["path"] == "p"


def test_the_classes_fit_pythons_own():
    assert issubclass(kato.NotFound, LookupError)
    assert issubclass(kato.Invalid, ValueError)
    assert issubclass(kato.IoError, OSError)
    assert _errors.make_error(-9, "KATO_E_IO", "x", '{"errno":28}').errno == 28


def test_an_error_survives_pickling(store):
    with pytest.raises(kato.NotFound) as caught:
        store.chat("no such chat")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is kato.NotFound
    assert (copy.status, copy.name, copy.message) == (-5, "KATO_E_NOT_FOUND", caught.value.message)
    assert copy.detail == caught.value.detail


def test_an_unsafe_workspace_is_denied_with_a_hint(tmp_path):
    kato.open(tmp_path / "w").close()
    (tmp_path / "w").chmod(0o777)
    with pytest.raises(kato.Denied) as caught:
        kato.open(tmp_path / "w")
    assert caught.value.detail["hint"]


def test_a_damaged_and_a_newer_store_are_told_apart(tmp_path):
    kato.open(tmp_path / "w").close()
    database = tmp_path / "w" / "kato.db"
    good = database.read_bytes()
    database.write_bytes(good[:60] + b"\0\0\0\x63" + good[64:])
    with pytest.raises(kato.VersionError):
        kato.open(tmp_path / "w")
    database.write_bytes(b"Not an SQLite file, is it?" + good[26:])
    with pytest.raises(kato.Corrupt):
        kato.open(tmp_path / "w")


def test_another_writer_makes_busy(tmp_path):
    with kato.open(tmp_path / "w") as first, kato.open(tmp_path / "w", busy_timeout=0) as second:
        names = []

        def chunks():
            for _ in range(20):  # enough to be in the middle of a change when it is asked for more
                yield b'{"type":"noise"}\n' * 20000
                try:
                    second.create_chat("meanwhile")
                except kato.Busy as error:
                    names.append(error.name)

        first.import_stream(chunks())
        assert names and set(names) == {"KATO_E_BUSY"}
