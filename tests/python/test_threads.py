"""One store in many threads: no deadlock between its locks and the interpreter's."""

import signal
import subprocess
import sys
import threading
import time

import pytest

import kato


def run_all(*functions):
    failures = []

    def guarded(function):
        try:
            function()
        except BaseException as error:  # to be told of it in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(f,), daemon=True) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a deadlock"
    assert failures == []


def test_writers_readers_and_searches_together(store, kiln):
    chat = store.create_chat("everybody")

    def append():
        for number in range(30):
            chat.append("user", f"bisque {number}")

    def read():
        for _ in range(15):
            for one in store.chats():
                for event in one.events(tree=True):
                    assert event.id

    def search():
        for _ in range(30):
            store.search("bisque OR kiln")

    def exchange():
        for _ in range(5):
            store.import_path(kiln, progress=lambda *_: None, on_row=lambda _: None)
            store.export()

    run_all(append, append, read, search, exchange)
    assert store.chat(chat.id).event_count == 60
    assert store.verify().ok


def test_other_threads_run_during_a_long_call(store):
    ticks = []
    over = threading.Event()

    def tick():
        while not over.is_set():
            ticks.append(1)
            time.sleep(0.001)

    def chunks():
        for _ in range(2000):
            yield b'{"type":"noise"}\n' * 100

    thread = threading.Thread(target=tick)
    thread.start()
    store.import_stream(chunks())
    over.set()
    thread.join()
    assert len(ticks) > 5


def test_one_walk_in_two_threads_gives_each_event_once(store):
    chat = store.create_chat("x")
    for number in range(600):
        chat.append("user", str(number))
    fetch = store._native.events(chat.id, 0).fetch
    seen = []

    def drain():
        while batch := fetch():
            seen.extend(event.text for event in batch)

    run_all(drain, drain)
    assert sorted(map(int, seen)) == list(range(600))


def test_another_thread_cancels(store):
    cancel = kato.Cancel()

    def for_ever():
        cancel.request()
        while True:
            yield b'{"type":"noise"}\n'

    with pytest.raises(kato.Cancelled):
        store.import_stream(for_ever(), cancel=cancel)
    assert list(store.chats()) == []


def test_closing_during_a_call_waits_for_nobody_and_breaks_nothing(store, kiln):
    data = kiln.read_bytes()

    def chunks():
        for start in range(0, len(data), 500):
            store.close()
            yield data[start : start + 500]

    assert store.import_stream(chunks()).chats == 1
    assert store.closed


def test_ctrl_c_stops_a_long_call(tmp_path):
    program = (
        "import kato, sys\n"
        "def chunks():\n"
        "    print('begun', flush=True)\n"
        "    while True:\n"
        "        yield b'{\"type\":\"noise\"}\\n' * 100\n"
        "store = kato.open(sys.argv[1])\n"
        "try:\n"
        "    store.import_stream(chunks())\n"
        "except KeyboardInterrupt:\n"
        "    print('stopped', len(list(store.chats())))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "w")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out == "stopped 0\n" and process.returncode == 0
