"""kato agent run --all and --query: one run for each chat, resumable, with a summary."""

import signal
import time


def outputs(kato, name):
    return sorted(kato.home.glob(f"out/*/{name}"))


def test_every_chat_gets_a_run_of_its_own(kato):
    chats = {kato.new_chat(f"chat {i}", f"message {i}") for i in range(5)}
    done = kato("agent", "run", "--all", "-j", "3", "--filter", "--", "wc", "-l")
    assert len(done.out.splitlines()) == 5
    assert "5 chats: 5 runs, 5 ok, 0 done before" in done.err
    assert {path.parent.name for path in outputs(kato, "wc.txt")} == chats
    assert {path.read_text().strip() for path in outputs(kato, "wc.txt")} == {"3"}


def test_the_same_command_goes_on_where_it_was_stopped(kato):
    kato.new_chat("one", "text")
    kato("agent", "run", "--all", "--filter", "--", "wc", "-l")
    kato.new_chat("two", "text")
    rows = kato.rows("agent", "run", "--all", "--filter", "--", "wc", "-l")
    assert [row["type"] for row in rows] == ["run", "total"]
    assert rows[-1] == {"type": "total", "chats": 2, "runs": 1, "skipped": 1, "not_started": 0}


def test_a_query_chooses_the_chats(kato):
    wanted = kato.new_chat("about kilns", "the kiln is hot", "yes")
    kato.new_chat("about tea", "the tea is hot")
    rows = kato.rows("agent", "run", "--query", "kiln", "--filter", "--", "wc", "-l")
    assert [row["chat"] for row in rows if row["type"] == "run"] == [wanted]


def test_a_failure_is_counted_and_does_not_end_the_others(kato):
    for i in range(3):
        kato.new_chat(f"chat {i}", "text")
    done = kato("agent", "run", "--all", "--", "sh", "-c", "exit 3", code=1)
    assert "3 chats: 3 runs, 3 failed" in done.err


def test_an_interrupt_ends_all_runs(kato):
    for i in range(4):
        kato.new_chat(f"chat {i}", "text")
    started = time.monotonic()
    process = kato.start("agent", "run", "--all", "-j", "2", "--", "sh", "-c", "while :; do :; done")
    while len(list(kato.home.glob("runs/*/lock"))) < 2:
        assert process.poll() is None and time.monotonic() - started < 60
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert not list(kato.home.glob("runs/*/lock"))


def test_what_excludes_each_other_is_refused(kato):
    kato("agent", "run", "--all", "--query", "x", "--", "true", code=2)
    kato("agent", "run", "--all", code=2)
    kato("agent", "run", "only-a-chat", code=2)
