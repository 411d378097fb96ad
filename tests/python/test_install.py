"""Tests of `pip install .`, into a fresh environment, without the network: Debian's packages build it."""

import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(os.environ["KATO_SOURCE_ROOT"])

PROGRAM = """
import kato, pathlib, sys
assert pathlib.Path(kato.__file__).is_relative_to(sys.prefix), kato.__file__
with kato.open(sys.argv[1]) as store:
    assert store.import_path(sys.argv[2]).chats == 1
    assert store.search("thermocouple")
    assert store.export(format="original") == pathlib.Path(sys.argv[2]).read_bytes()
print(kato.version)
"""


def clean_copy(folder):
    """The tracked and new files of the project, without anybody's build directories."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def install_and_use(tmp_path, *options):
    source = clean_copy(tmp_path / "source")
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", str(environment)], check=True)
    python = str(environment / "bin" / "python")
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        [python, "-m", "pip", "install", "--disable-pip-version-check", *options, str(source)],
        check=True,
        env=clean,
    )
    done = subprocess.run(
        [python, "-c", PROGRAM, str(tmp_path / "w"), str(ROOT / "tests/capi/data/kiln.jsonl")],
        check=True,
        capture_output=True,
        text=True,
        env=clean,
        cwd=tmp_path,
    )
    assert done.stdout.strip()


def test_pip_install_works_offline(tmp_path):
    if importlib.util.find_spec("mesonpy") is None:
        pytest.skip("no meson-python")
    if shutil.which("patchelf") is None:
        pytest.skip("no patchelf, which meson-python wants")
    install_and_use(tmp_path, "--no-index", "--no-build-isolation", "--no-deps")


@pytest.mark.skipif(os.environ.get("KATO_TEST_NETWORK") != "1", reason="KATO_TEST_NETWORK=1 allows the network")
def test_pip_install_works_with_the_newest_build_tools(tmp_path):
    install_and_use(tmp_path)
