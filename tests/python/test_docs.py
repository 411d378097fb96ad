"""The programs in docs/python.md: they run, from top to bottom."""

import os
import re
import shutil

import pytest

import kato

from conftest import ROOT

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_programs_of_the_page_run(tmp_path, monkeypatch, kiln):
    if kato.agent_host()["best"] is None:
        pytest.skip("nothing is enforced here")
    shutil.copy(kiln, tmp_path / "kiln.jsonl")
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs/python.md"
    text = page.read_text()
    blocks = list(_BLOCK.finditer(text))
    assert len(blocks) > 5
    names = {"__name__": "page"}
    umask = os.umask(0o022)
    try:
        for block in blocks:
            line = text[: block.start(1)].count("\n")
            exec(compile("\n" * line + block.group(1), str(page), "exec"), names)  # errors name the page's line
    finally:
        os.umask(umask)
