"""A terminal for the program: a pseudo-terminal whose screen is kept as bytes."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import conftest

DEADLINE_S = 60


class Screen:
    """Runs the program with standard input, output and error on a terminal of this size."""

    def __init__(self, kato, *args, rows=24, columns=80, env=None, out=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [conftest.PROGRAM, *map(os.fspath, args)],
            stdin=slave, stdout=slave if out is None else out, stderr=slave,
            env={**kato.env, **(env or {})}, cwd=kato.folder, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.bytes = b""

    def _read(self, until):
        left = until - time.monotonic()
        assert left > 0, f"the program did not get on; so far: {self.bytes!r}"
        if not select.select([self.master], [], [], left)[0]:
            return True
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # Linux says so when the last writer has gone
            piece = b""
        self.bytes += piece
        return bool(piece)

    def wait_for(self, text):
        until = time.monotonic() + DEADLINE_S
        while text not in self.bytes:
            assert self._read(until), f"{text!r} never came; the screen: {self.bytes!r}"

    def type(self, data):
        os.write(self.master, data)

    def finish(self, code=0):
        """Everything on the screen, lines ended by LF, when the program has ended."""
        until = time.monotonic() + DEADLINE_S
        while self._read(until):
            pass
        os.close(self.master)
        assert self.process.wait(DEADLINE_S) == code, self.bytes
        return self.bytes.replace(b"\r\n", b"\n")
