"""Pages in a real browser: nothing of their content runs, and nothing is requested.

Skipped, and said, where there is no Chromium (KATO_CHROMIUM names one); it is never installed for this.
"""

import functools
import os
import re
import shutil
import socket
import subprocess
import threading

import pytest

from conftest import SOURCE_ROOT

CASES = SOURCE_ROOT / "tests" / "golden" / "writers"


@functools.cache
def browser():
    """A Chromium that can be started here, or why there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    program = os.environ.get("KATO_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        return None, "there is no Chromium"
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        return None, f"{program} does not start: {error}"
    return program, None


class Listener:
    """A server that answers nobody and remembers who came."""

    def __enter__(self):
        self.calls = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()
        return self

    def _listen(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            with client:
                client.settimeout(5)
                try:
                    self.calls.append(client.recv(200))
                except OSError:
                    self.calls.append(b"")

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


class Chromium:
    def __init__(self, folder):
        self.program, why = browser()
        if why:
            pytest.skip(why)
        self.folder = folder

    def dump(self, path):
        """The document of a page after it was loaded and whatever it wanted to run was run."""
        command = [
            self.program, "--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-dev-shm-usage", "--no-proxy-server", f"--user-data-dir={self.folder / 'profile'}",
            "--virtual-time-budget=4000", "--dump-dom", path.as_uri(),
        ]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # it refuses to start otherwise
        env = {**os.environ, "HOME": str(self.folder)}
        done = subprocess.run(command, capture_output=True, timeout=180, env=env)
        if done.returncode != 0 or b"<html" not in done.stdout:
            pytest.skip(f"Chromium does not work here: {done.stderr.decode(errors='replace')[-300:]}")
        return done.stdout.decode("utf-8")


@pytest.fixture
def chromium(tmp_path):
    return Chromium(tmp_path)


def bait(port):
    """A page without any care, to know that the browser would run and request things."""
    return (
        f"<!DOCTYPE html><html><head><title>bait</title></head><body><p>before</p>"
        f"<img src='http://127.0.0.1:{port}/bait.png' onerror='document.title=\"ran\"'>"
        f"<script>document.querySelector('p').textContent = 'after'</script></body></html>"
    )


def without_state(dom):
    """A document less what a browser writes differently: white space, the doctype, entities in attributes."""
    return re.sub(r"\s+", "", dom)


def test_a_browser_runs_and_requests_nothing_of_a_hostile_page(kato, chromium, tmp_path):
    with Listener() as listener:
        trap = tmp_path / "bait.html"
        trap.write_text(bait(listener.port))
        assert "<p>after</p>" in chromium.dump(trap), "the test itself is broken: scripts do not run"
        assert any(b"/bait.png" in call for call in listener.calls), "the test itself is broken: no request was seen"
        listener.calls.clear()

        chat = (CASES / "hostile" / "input.jsonl").read_text(encoding="utf-8")
        (tmp_path / "chat.jsonl").write_text(chat.replace("127.0.0.1:9/", f"127.0.0.1:{listener.port}/"), encoding="utf-8")
        kato("import", tmp_path / "chat.jsonl")
        kato("export", "--all", "--format", "html", "--hidden", "-o", tmp_path / "page.html")
        page = (tmp_path / "page.html").read_text(encoding="utf-8")
        assert f"http://127.0.0.1:{listener.port}/pixel.png" in page
        dom = chromium.dump(tmp_path / "page.html")
        assert listener.calls == []

    assert re.findall(r"<(?:script|iframe|svg|object|embed|link|base|form)\b", dom) == []
    tags = lambda text: re.findall(r"<(/?[a-z0-9]+)", text)
    opened = lambda text: [tag for tag in tags(text) if not tag.startswith("/")]
    # The browser's parser sees the very elements that were written: nothing broke out, nothing changed.
    assert [tag for tag in opened(dom) if tag != "tbody"] == [tag for tag in opened(page) if tag != "tbody"]
    assert "<script>alert(1)</script>" not in dom and "&lt;script&gt;alert(1)&lt;/script&gt;" in dom
    title = re.search(r"<title>(.*?)</title>", dom, re.S).group(1)
    assert "&lt;script&gt;alert(1)" in title


def test_a_browser_requests_nothing_of_a_folder_of_pages(kato, chromium, tmp_path):
    kato("import", CASES / "garden" / "input.jsonl")
    kato("export", "--all", "--format", "html", "-o", f"{tmp_path}/pages/")
    dom = chromium.dump(tmp_path / "pages" / "index.html")
    assert "Watering by soil moisture" in dom
    assert "<h1>Chats</h1>" in dom
