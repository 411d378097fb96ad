"""The package is typed: mypy --strict passes over it, over a typed program, and finds mistakes."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

import kato

HERE = pathlib.Path(__file__).parent
PACKAGE = pathlib.Path(kato.__file__).parent


def mypy(tmp_path, *arguments):
    program = shutil.which("mypy", path="/usr/bin:" + os.environ.get("PATH", ""))
    if program is None:
        pytest.skip("no mypy")
    environment = dict(os.environ, MYPYPATH=str(PACKAGE.parent))
    environment.pop("PYTHONPATH", None)
    result = subprocess.run(
        [program, "--strict", "--cache-dir", str(tmp_path / "cache"), "--config-file", os.devnull, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    return result.returncode, result.stdout + result.stderr


def test_the_package_says_that_it_is_typed():
    assert (PACKAGE / "py.typed").is_file()


def test_the_package_is_strictly_typed(tmp_path):
    status, output = mypy(tmp_path, "-p", "kato")
    assert status == 0, output


def test_a_typed_program_is_fine(tmp_path):
    status, output = mypy(tmp_path, str(HERE / "typed_sample.py"))
    assert status == 0, output


def test_mistakes_are_found(tmp_path):
    path = HERE / "wrong_sample.py"
    wanted = {n for n, line in enumerate(path.read_text().splitlines(), 1) if line.endswith("# E")}
    _, output = mypy(tmp_path, str(path))
    found = {int(n) for n in re.findall(r"wrong_sample\.py:(\d+): error", output)}
    assert found == wanted, output


def test_the_stubs_have_what_the_extension_has():
    text = (PACKAGE / "_kato.pyi").read_text()
    native = kato._kato
    for name in dir(native):
        if not name.startswith("__"):
            assert re.search(rf"\b(def|class) {name}\b", text), f"{name} is not in _kato.pyi"
    for name in ("AgentRun", "Event", "ChatRow", "Store", "Report", "Cancel"):
        body = re.search(rf"^class {name}:\n((?:    .*\n|\n)*)", text, re.MULTILINE).group(1)
        for member in vars(getattr(native, name)):
            if not member.startswith("_"):
                assert f"def {member}(" in body, f"{name}.{member} is not in _kato.pyi"
