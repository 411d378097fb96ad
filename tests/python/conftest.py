"""What the tests of the Python package start from: a workspace, and made-up sessions."""

import os
import pathlib

import pytest

import kato

ROOT = pathlib.Path(os.environ["KATO_SOURCE_ROOT"])


@pytest.fixture
def store(tmp_path):
    with kato.open(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture
def kiln():
    """A Claude Code session: a tool call with its result, two branches, an image."""
    return ROOT / "tests/capi/data/kiln.jsonl"


@pytest.fixture
def glaze():
    """A short one: a question and an answer."""
    return ROOT / "tests/capi/data/glaze.jsonl"
