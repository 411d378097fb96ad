"""kato agent run inside of bubblewrap: the right level and the right report, or a clear refusal."""

import shutil
import subprocess

import pytest

import conftest

BWRAP = shutil.which("bwrap")
WHOLE = [BWRAP, "--dev-bind", "/", "/"]
# As somebody who is not root in there; as root who has nobody to become; and with no more namespaces to be had.
OTHER_USER = ["--unshare-user", "--uid", "1000", "--gid", "1000"]
ONLY_ROOT = ["--unshare-user", "--uid", "0", "--gid", "0"]
NO_MORE = [*OTHER_USER, "--disable-userns"]


@pytest.fixture(autouse=True)
def needs_bwrap():
    if BWRAP is None:
        pytest.skip("bubblewrap is not installed")


@pytest.fixture
def chat(kato):
    return kato.new_chat("a chat", "a question")


class Inside:
    """The command within bubblewrap."""

    def __init__(self, kato, *options):
        self.kato, self.options = kato, options
        done = subprocess.run([*WHOLE, *options, "true"], capture_output=True, check=False, timeout=60)
        if done.returncode != 0:
            pytest.skip(f"bubblewrap does not work here: {done.stderr.decode(errors='replace')[:200]}")

    def __call__(self, *args, code=0):
        done = subprocess.run(
            [*WHOLE, *self.options, conftest.PROGRAM, *map(str, args)], capture_output=True, env=self.kato.env, timeout=120,
            stdin=subprocess.DEVNULL, check=False,
        )
        result = conftest.Result(done.returncode, done.stdout, done.stderr)
        assert result.code == code, (result.code, result.out, result.err)
        return result

    def run(self, chat, *options, code=0):
        (row,) = self("--json", "agent", "run", chat, *options, "--filter", "--", "wc", "-c", code=code).rows
        return row


def ran(kato, chat, row, level):
    assert (row["outcome"], row["isolation"], row["enforced"]["level"]) == ("ok", level, level), row
    for name in ("fs_read", "fs_write", "fs_exec", "net_tcp", "net_unix", "signals", "limits.wall"):
        assert row["enforced"][name] is True, name
    isolated = level == "isolated"
    assert row["enforced"]["pid_ns"] is isolated and row["enforced"]["fs_metadata_hidden"] is isolated
    assert row["enforced"]["kill_tree"] == ("exact" if isolated else "pgrp")
    assert row["enforced"]["host_death"] == ("tree" if isolated else "child")
    assert (kato.home / row["output"]["path"]).read_text().strip() == str(len(kato("export", chat).raw))


@pytest.mark.parametrize("options", [
    [], ["--unshare-pid", "--proc", "/proc"], OTHER_USER, ["--unshare-all", "--proc", "/proc", "--uid", "1000", "--gid", "1000"],
])
def test_inside_bubblewrap_it_is_isolated_where_it_is_outside(kato, chat, level, options):
    ran(kato, chat, Inside(kato, *options).run(chat, "--isolation", level), level)


@pytest.mark.parametrize("options", [ONLY_ROOT, NO_MORE])
def test_where_nothing_more_can_be_had_it_is_confined_and_says_why(kato, chat, options):
    inside = Inside(kato, *options)
    host = inside("--json", "agent", "host").rows[0]
    if host["best"] == "isolated":
        pytest.skip("who runs the tests is root, and has a place of its own in there")
    (missing,) = host["missing"]
    assert host["best"] == "confined" and missing["layer"] == "namespaces" and missing["fix"]
    ran(kato, chat, inside.run(chat), "confined")
    row = inside.run(chat, "--isolation", "isolated", code=4)
    assert (row["outcome"], row["layer"], row["isolation"]) == ("unavailable", "namespaces", "none")
    assert row["hint"] == missing["fix"] and row["message"] == missing["reason"]
    assert row["output"] is None


@pytest.mark.parametrize("options", [["--unshare-pid"], ["--unshare-pid", *OTHER_USER]])
def test_where_proc_shows_other_processes_nothing_is_read_of_them(kato, chat, options):
    inside = Inside(kato, *options)
    row = inside.run(chat)
    ran(kato, chat, row, "confined")
    assert row["enforced"]["limits.mem"] == "mem_per_process" and not row.get("memory_bytes")
    row = inside.run(chat, "--isolation", "isolated", code=4)
    assert row["outcome"] == "unavailable" and "/proc is not" in row["message"] and "--proc /proc" in row["hint"]


def test_a_run_inside_leaves_a_whole_log(kato, chat):
    inside = Inside(kato)
    inside.run(chat)
    inside.run(chat)
    kato("audit", "verify")
    assert len(kato.rows("agent", "list")) == 2
