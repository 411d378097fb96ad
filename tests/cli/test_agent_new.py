"""kato agent new: what it makes runs as it stands."""

import json

import pytest


@pytest.mark.parametrize("language, program", [("python", "count-words.py"), ("sh", "count-words.sh")])
def test_a_new_agent_runs_as_it_stands(kato, language, program):
    chat = kato.new_chat("a chat", "hello", "hi")
    path = kato("agent", "new", "count-words", "--language", language).out.strip()
    assert path == f"count-words/{program}"
    assert 'name = "count-words"' in (kato.folder / "count-words" / "kato-agent.toml").read_text()
    rows = kato.rows("agent", "run", chat, "--output-name", "counts", "--", path)
    assert rows[0]["outcome"] == "ok", rows[0]
    written = (kato.home / rows[0]["output"]["path"]).read_text()
    assert ("1 user.message" if language == "python" else "2 events") in written
    said = json.loads(kato("--json", "agent", "show", rows[0]["id"]).out)["said"]
    assert [message["type"] for message in said] == ["progress", "result"]


def test_nothing_is_overwritten_and_names_are_plain(kato):
    kato("agent", "new", "mine")
    kato("agent", "new", "mine", code=1)
    for name in ("Mine", "a b", "a.b", ""):
        kato("agent", "new", name, code=2)
