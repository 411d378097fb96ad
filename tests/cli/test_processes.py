"""Several processes at once, signals, readers that leave, disks that are full."""

import os
import signal
import subprocess
import sys

import pytest

import conftest


def test_two_writers_wait_for_each_other(kato):
    chat = kato.new_chat("Shared")
    writers = [
        kato.start("chat", "append", chat, "--role", "user", "--text", f"message {i}", env={}) for i in range(12)
    ]
    for writer in writers:
        _, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err
    tree = kato.rows("chat", "show", chat, "--tree")
    assert sorted(event["text"] for event in tree) == sorted(f"message {i}" for i in range(12))
    kato("doctor")


def test_two_imports_of_the_same_files_give_the_store_of_one(kato, elsewhere, examples):
    both = [kato.start("import", examples / "claude-code", examples / "codex", "--json") for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    elsewhere("import", examples / "claude-code", examples / "codex")
    assert kato.rows("stats")[0]["content_hash"] == elsewhere.rows("stats")[0]["content_hash"]
    kato("doctor")


def test_readers_read_while_another_writes(kato, examples):
    kato.new_chat("First", "x")
    writer = kato.start("import", "-", stdin=subprocess.PIPE)
    try:
        (original,) = (examples / "codex").rglob("*.jsonl")
        data = original.read_bytes()
        writer.stdin.write(data[: len(data) // 2])
        writer.stdin.flush()
        assert len(kato.rows("chat", "list")) == 1
        writer.stdin.write(data[len(data) // 2:])
    finally:
        writer.communicate(timeout=60)
    assert writer.returncode == 0
    assert len(kato.rows("chat", "list")) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_an_import_cleanly(kato, examples, number):
    kato.new_chat("First", "x")
    # Whoever runs the tests may ignore signals, and children inherit that.
    process = kato.start("import", "-", stdin=subprocess.PIPE,
                         preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    (original,) = (examples / "codex").rglob("*.jsonl")
    process.stdin.write(original.read_bytes())
    process.stdin.flush()
    # Waits in read(2) once everything before is taken; the handlers are there long before.
    while not _waits(process):
        assert process.poll() is None
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert err == b"kato: interrupted\n"
    assert len(kato.rows("chat", "list")) == 1
    kato("doctor")


def _waits(process):
    """True when the program waits for its standard input, after it has opened the database."""
    try:
        with open(f"/proc/{process.pid}/wchan", encoding="ascii") as file:
            waiting = file.read() in ("pipe_read", "anon_pipe_read", "pipe_wait", "0")
        opened = [os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{process.pid}/fd")]
        with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
            sleeping = file.read().rsplit(")", 1)[1].split()[0] == "S"
    except OSError:
        return False
    return waiting and sleeping and any(name.endswith("kato.db") for name in opened)


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(kato, examples):
    (original,) = (examples / "codex").rglob("*.jsonl")
    kato("init")
    process = kato.start("import", "-", stdin=subprocess.PIPE,
                         preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.stdin.write(original.read_bytes()[:10000])
    process.stdin.flush()
    while not _waits(process):
        assert process.poll() is None
    process.send_signal(signal.SIGHUP)
    process.stdin.write(original.read_bytes()[10000:])
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err


def test_a_reader_that_leaves_ends_the_program_quietly(kato):
    chat = kato.new_chat("Long", *["x" * 200000] * 4)
    for args in (["export", "--all"], ["chat", "show", chat], ["chat", "show", chat, "--json"]):
        process = kato.start(*args)
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        assert process.wait(60) == 141
        assert err == b""


@pytest.mark.parametrize("args", [["chat", "list"], ["export", "--all"], ["--version"], ["help"], ["stats"]])
def test_a_full_disk_is_a_failure(kato, args):
    kato.new_chat("A", "x")
    with open("/dev/full", "wb") as full:
        process = kato.start(*args, stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"No space left on device" in err


@pytest.mark.parametrize("args", [["chat", "list"], ["export", "--all"]])
def test_a_closed_standard_output_is_a_failure_and_harms_no_file(kato, args):
    kato.new_chat("A", "x")
    process = kato.start(*args, stdout=None, preexec_fn=lambda: os.close(1))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1 and err
    kato("doctor")


def test_all_standard_descriptors_closed_harm_no_file(kato):
    chat = kato.new_chat("A", "x")
    script = "import os, sys; os.closerange(0, 3); os.execv(sys.argv[1], sys.argv[1:])"
    subprocess.run([sys.executable, "-c", script, conftest.PROGRAM, "chat", "rename", chat, "B"], env=kato.env, timeout=60)
    kato("doctor")
    assert len(kato.rows("chat", "list")) == 1


def test_an_export_to_a_full_disk_leaves_nothing(kato, tmp_path):
    kato.new_chat("A", "x" * 100000)
    limit = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (50000, 50000)); os.execv(sys.argv[1], sys.argv[1:])"
    folder = tmp_path / "out"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); " + limit,
         conftest.PROGRAM, "export", "--all", "-o", folder / "a.jsonl"],
        env=kato.env, capture_output=True, timeout=60,
    )
    assert done.returncode == 1
    assert b"File too large" in done.stderr
    assert list(folder.iterdir()) == []
