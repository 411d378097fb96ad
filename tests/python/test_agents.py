"""Agents from Python: a run and its end, its messages, the runs of the past, the log, threads."""

import os
import selectors
import subprocess
import sys
import threading
import time

import pytest

import kato

HOST = kato.agent_host()
# The interface is the same everywhere; what follows needs a machine that can confine.
pytestmark = pytest.mark.skipif(HOST["best"] is None, reason=f"nothing is enforced here: {HOST['missing']}")

FOR_EVER = ["sh", "-c", "while :; do :; done"]
PATIENCE = 60


@pytest.fixture
def chat(store, kiln):
    store.import_path(kiln)
    return next(store.chats())


def output_of(run):
    with open(run.output_path, encoding="utf-8") as file:
        return file.read()


def test_a_filter_reads_the_chat_and_gives_its_output(store, chat):
    with store.run_agent(chat, ["grep", "-c", ""], filter=True) as run:
        assert run.wait(PATIENCE) == run.poll() == run.outcome == "ok"
    assert int(output_of(run)) == len(store.export(chat).splitlines())
    assert run.output_path.startswith(store.path + "/out/" + chat.id + "/")
    assert run.report["output"]["path"] in run.output_path
    assert run.report["isolation"] == HOST["best"]
    assert store.run(run.id[:13])["id"] == run.id


def test_instructions_parameters_and_messages(store, chat):
    program = (
        "read line; echo \"$line\"; echo '{\"type\":\"result\",\"n\":[1,2]}'; echo oh >&2; echo out >&4"
    )
    run = store.run_agent(
        chat, ["sh", "-c", program], instructions="be brief", params={"\u00e4": [1, None]}, output_name="a.txt"
    )
    first, second = run.messages()
    assert first["type"] == "text" and '"instructions":"be brief"' in first["body"]
    assert second == {"type": "result", "body": {"type": "result", "n": [1, 2]}}
    assert run.wait() == "ok"
    assert list(run.messages()) == []
    assert run.report["diagnostics"] == "oh\n"
    assert os.path.basename(run.output_path) == "a.txt" and output_of(run) == "out\n"
    assert [message["type"] for message in store.run(run.id)["said"]] == ["text", "result"]


def test_an_agent_in_python(store, chat):
    program = (
        "import json, os\n"
        "lines = [json.loads(line) for line in open(3)]\n"
        "job = json.loads(open(0).readline())\n"
        "with open(4, 'w') as out:\n"
        "    print(len(lines), job['params']['who'], sorted(os.environ), file=out)\n"
    )
    run = store.run_agent(chat, ["/usr/bin/python3", "-c", program], params={"who": "potter"})
    assert run.wait(PATIENCE) == "ok", run.report
    count, who, names = output_of(run).split(" ", 2)
    assert int(count) == len(store.export(chat).splitlines()) and who == "potter"
    assert "KATO_RUN" in names and "PYTHONPATH" not in names


def test_what_it_writes_to_a_file_is_the_output(store, chat):
    run = store.run_agent(chat, ["sh", "-c", 'echo written >"$KATO_OUTPUT"'], output_file=True)
    assert run.wait(PATIENCE) == "ok", run.report
    assert output_of(run) == "written\n"


def test_a_timeout_and_a_limit_end_a_run(store, chat):
    assert store.run_agent(chat, FOR_EVER, timeout=0.1).wait(PATIENCE) == "timeout"
    loud = ["sh", "-c", "while :; do echo 0123456789; done"]
    run = store.run_agent(chat, loud, filter=True, output_bytes=1000, output_name="loud")
    assert run.wait(PATIENCE) == "limit"
    assert run.report["limit"] == "output"
    assert run.output_path.endswith("/loud.partial") and len(output_of(run)) == 1000


def test_a_failure_and_what_was_refused_are_told(store, chat):
    run = store.run_agent(chat, ["sh", "-c", "read line </etc/shadow; exit 7"], isolation="confined")
    assert run.wait(PATIENCE) == "failed"
    assert run.report["code"] == 7 and run.report["isolation"] == "confined"
    assert run.output_path is None and run.report["output"] is None
    program = "import socket; socket.socket()"
    run = store.run_agent(chat, ["/usr/bin/python3", "-c", program])
    assert run.wait(PATIENCE) == "failed"
    if HOST["notify"]:
        assert run.report["denied"]["calls"] == {"socket": 1}
        assert [row["type"] for row in store.audit(run)] == ["start", "denied", "end"]


def test_what_is_allowed_is_given_and_a_deny_beats_it(store, chat, tmp_path):
    (tmp_path / "notes").mkdir()
    for name in ("a", "b"):
        (tmp_path / "notes" / name).write_text(name + "\n")
    (tmp_path / "notes").chmod(0o755)
    command = ["sh", "-c", f"read x <{tmp_path}/notes/a && echo $x; read y <{tmp_path}/notes/b && echo $y"]
    run = store.run_agent(
        chat, command, filter=True, allow={"read": [tmp_path / "notes/a"]}, deny={"read": [tmp_path / "notes/b"]}
    )
    assert run.wait(PATIENCE) == "failed", run.report
    with open(run.output_path, encoding="utf-8") as file:
        assert file.read() == "a\n"
    assert run.report["policy"]


def test_of_the_environment_it_gets_what_is_allowed(store, chat):
    command = ["sh", "-c", "echo \"$GLAZE-$KILN\""]
    run = store.run_agent(
        chat, command, filter=True, allow={"env": ["GLAZE"]}, environment={"GLAZE": "blue", "KILN": "hot"}
    )
    assert run.wait(PATIENCE) == "ok", run.report
    assert output_of(run) == "blue-\n"


def test_something_allowed_that_cannot_be_granted_is_said(store, chat):
    with pytest.raises(kato.Denied):
        store.run_agent(chat, ["true"], allow={"read": ["/proc"]})
    assert store.runs() == []


def test_before_the_end_there_is_no_outcome_and_cancelling_ends_it(store, chat):
    run = store.run_agent(chat, FOR_EVER)
    assert run.wait(0) is None and run.wait(0.001) is None and run.poll() is None
    assert run.outcome is None and run.report == {} and run.output_path is None
    assert "running" in repr(run)
    run.cancel()
    assert run.wait(PATIENCE) == "cancelled"
    run.cancel()
    assert run.outcome == "cancelled" and "cancelled" in repr(run)


def test_leaving_the_block_ends_it(store, chat):
    with store.run_agent(chat, FOR_EVER) as run:
        pass
    assert run.outcome == "cancelled"
    with pytest.raises(ZeroDivisionError):
        with store.run_agent(chat, FOR_EVER) as run:
            1 / 0
    assert run.outcome == "cancelled"


def test_letting_go_of_it_ends_it(store, chat):
    identity = store.run_agent(chat, FOR_EVER).id
    assert store.run(identity)["outcome"] == "cancelled"


def test_it_outlives_the_store(tmp_path):
    store = kato.open(tmp_path / "w")
    run = store.run_agent(store.create_chat("x"), ["wc", "-l"], filter=True)
    store.close()
    assert run.wait(PATIENCE) == "ok"
    with pytest.raises(kato.Error) as caught:
        store.run_agent("x", ["true"])
    assert caught.value.name == "KATO_E_MISUSE"


def test_an_event_loop_hears_of_the_end(store, chat):
    run = store.run_agent(chat, ["sh", "-c", "exit 0"])
    with selectors.DefaultSelector() as selector:
        selector.register(run, selectors.EVENT_READ)
        assert [key.fileobj for key, _ in selector.select(PATIENCE)] == [run]
    assert run.poll() == "ok"


@pytest.mark.parametrize(
    "options, error",
    [
        ({"isolation": "strong"}, kato.Invalid),
        ({"audit": "some"}, kato.Invalid),
        ({"timeout": 0}, kato.Invalid),
        ({"timeout": -1.5}, kato.Invalid),
        ({"timeout": float("nan")}, kato.Invalid),
        ({"memory_bytes": 0}, kato.Invalid),
        ({"open_files": 2**32}, kato.Invalid),
        ({"output_name": ""}, kato.Invalid),
        ({"output_name": "../escape"}, kato.Invalid),
        ({"params": {"x": object()}}, TypeError),
        ({"instructions": 7}, TypeError),
        ({"allow": {"everything": ["x"]}}, kato.Invalid),
        ({"allow": {"read": "x"}}, TypeError),
        ({"allow": {"env": ["a=b"]}}, kato.Invalid),
    ],
)
def test_what_is_wrong_with_a_request_is_said(store, chat, options, error):
    with pytest.raises(error):
        store.run_agent(chat, ["true"], **options)
    assert store.runs() == []


def test_a_command_is_a_list(store, chat):
    for command, error in (
        ("true", TypeError),
        ([], kato.Invalid),
        (["a\0b"], ValueError),
        (["no-such-program-anywhere"], kato.NotFound),
        ([7], TypeError),
    ):
        with pytest.raises(error):
            store.run_agent(chat, command)
    with pytest.raises(kato.NotFound):
        store.run_agent("no such chat", ["true"])


def test_a_name_that_is_taken_is_refused_and_left_alone(store, chat):
    assert store.run_agent(chat, ["wc", "-l"], filter=True, output_name="n").wait(PATIENCE) == "ok"
    with pytest.raises(kato.Exists):
        store.run_agent(chat, ["wc", "-c"], filter=True, output_name="n")


def test_a_read_only_store_runs_nothing(store, chat):
    with kato.open(store.path, read_only=True) as reading:
        with pytest.raises(kato.Denied):
            reading.run_agent(chat, ["true"])


def test_runs_are_listed_and_the_log_is_whole(store, chat):
    other = store.create_chat("another")
    first = store.run_agent(chat, ["true"])
    first.wait()
    second = store.run_agent(other, ["false"])
    second.wait()
    assert [row["id"] for row in store.runs()] == [second.id, first.id]
    assert [row["id"] for row in store.runs(limit=1)] == [second.id]
    assert store.runs(limit=0) == []
    assert [(row["id"], row["outcome"], row["program"]) for row in store.runs(chat)] == [(first.id, "ok", "true")]
    with pytest.raises(kato.NotFound):
        store.run("00000000")
    records = list(store.audit())
    assert [row["seq"] for row in records] == list(range(1, len(records) + 1))
    assert {row["run"] for row in records} == {first.id, second.id}
    assert {row["run"] for row in store.audit(second.id)} == {second.id}
    report = store.verify_audit()
    assert report.ok and report.records == len(records) and report.problems == []
    assert report.last == report.known and report.last["seq"] == len(records)


def test_a_changed_log_is_found(store, chat):
    store.run_agent(chat, ["true"]).wait()
    (file,) = [name for name in os.listdir(store.path + "/audit") if name.endswith(".jsonl")]
    path = os.path.join(store.path, "audit", file)
    with open(path, encoding="utf-8") as log:
        text = log.read()
    with open(path, "w", encoding="utf-8") as log:
        log.write(text.replace('"outcome":"ok"', '"outcome":"no"'))
    report = store.verify_audit()
    assert not report.ok and report.problem_count == 1 and "was changed" in report.problems[0]
    assert "1 problems" in repr(report)
    with open(path, "a", encoding="utf-8") as log:
        log.write("no record\n")
    with pytest.raises(kato.Corrupt):
        list(store.audit())


def test_no_audit_leaves_no_record(store, chat):
    run = store.run_agent(chat, ["true"], audit="none")
    assert run.wait() == "ok"
    assert list(store.audit()) == [] and run.report["audit"] is None


def test_runs_in_many_threads(store, chat):
    lines = len(store.export(chat).splitlines())
    failures = []

    def work():
        try:
            for _ in range(4):
                with store.run_agent(chat, ["grep", "-c", ""], filter=True) as run:
                    assert run.wait(PATIENCE) == "ok", run.report
                    assert int(output_of(run)) == lines
        except BaseException as error:  # to be told of it in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a deadlock"
    assert failures == []
    assert len({row["id"] for row in store.runs(chat)}) == 32
    assert store.verify_audit().ok


def test_other_threads_run_while_one_waits_and_one_of_them_cancels(store, chat):
    run = store.run_agent(chat, FOR_EVER)
    ticks = []

    def tick():
        for _ in range(20):
            ticks.append(1)
            time.sleep(0.001)
        run.cancel()

    thread = threading.Thread(target=tick)
    thread.start()
    assert run.wait(PATIENCE) == "cancelled"
    thread.join()
    assert len(ticks) == 20


def test_several_threads_read_its_messages_and_each_is_given_once(store, chat):
    run = store.run_agent(chat, ["sh", "-c", "i=0; while [ $i -lt 300 ]; do echo $i; i=$((i + 1)); done"])
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.extend(message["body"] for message in run.messages()))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(map(int, seen)) == list(range(300))


@pytest.mark.parametrize("waiting", ["run.wait()", "list(run.messages())"])
def test_ctrl_c_cancels_the_run(tmp_path, waiting):
    program = (
        "import kato, os, signal, sys, threading\n"
        "main = threading.get_ident()\n"
        "def interrupt():\n"  # once the other thread waits
        "    while sys._current_frames()[main].f_code.co_name != '_wait':\n"
        "        pass\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "store = kato.open(sys.argv[1])\n"
        "run = store.run_agent(store.create_chat('x'), ['sh', '-c', 'while :; do :; done'])\n"
        "threading.Thread(target=interrupt).start()\n"
        "try:\n"
        f"    {waiting}\n"
        "except KeyboardInterrupt:\n"
        f"    print(run.wait({PATIENCE}))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "w")], stdout=subprocess.PIPE, text=True
    )
    out, _ = process.communicate(timeout=PATIENCE)
    assert out == "cancelled\n" and process.returncode == 0
