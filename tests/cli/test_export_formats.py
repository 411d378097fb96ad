"""kato export: pages, JSON, OpenAI's messages, choices of chats and events, what is not carried."""

import html.parser
import json
import os
import re

import pytest

from conftest import SOURCE_ROOT

CASES = SOURCE_ROOT / "tests" / "golden" / "writers"
FORMATS = ["html", "json", "kato", "markdown", "openai-messages"]


@pytest.fixture
def garden(kato):
    kato("import", CASES / "garden" / "input.jsonl")
    return kato


class Page(html.parser.HTMLParser):
    """What a page holds, as another reader of HTML sees it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.sources, self.ids, self.texts = [], [], [], [], []
        self.handlers = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            if name == "href":
                self.links.append(value)
            elif name == "src":
                self.sources.append(value)
            elif name == "id":
                self.ids.append(value)
            elif name.startswith("on") or name == "style":
                self.handlers.append((tag, name))

    def handle_data(self, data):
        self.texts.append(data)


def test_a_page_is_one_file_with_everything_in_it(garden):
    page = Page(garden("export", "Watering", "--format", "html").out)
    text = "".join(page.texts)
    for part in ("Watering by soil moisture", "Watering the beds", "hysteresis", "readings.csv", "Version 2", "sonnet-sample", "ten minutes"):
        assert part in text or part == "Watering the beds", part
    assert not {"script", "iframe", "link", "object", "embed", "form", "base", "svg"} & set(page.tags)
    assert page.handlers == []
    assert [source[:22] for source in page.sources] == ["data:image/png;base64,"]
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert inside and set(inside) <= set(page.ids) and len(page.ids) == len(set(page.ids))
    assert {link.split(":")[0] for link in page.links if not link.startswith("#")} == {"https"}


def test_pages_go_into_a_folder_with_an_index(garden, tmp_path):
    rows = garden.rows("export", "--all", "--format", "html", "-o", f"{tmp_path}/pages/")
    names = sorted(os.listdir(tmp_path / "pages"))
    assert names == sorted(os.path.basename(row["path"]) for row in rows)
    assert rows[-1]["chat"] is None and rows[-1]["path"].endswith("/index.html")
    index = Page((tmp_path / "pages" / "index.html").read_text(encoding="utf-8"))
    assert sorted(link[2:] for link in index.links if link.startswith("./")) == [name for name in names if name != "index.html"]
    for name in names:
        if name != "index.html":
            assert "./index.html" in Page((tmp_path / "pages" / name).read_text(encoding="utf-8")).links


def test_json_is_an_object_for_each_chat(garden):
    rows = garden("export", "--all", "--format", "json").rows
    assert [row["kato_chat"] for row in rows] == [1, 1]
    chat = rows[0]
    assert chat["user"]["title"] == "Watering by soil moisture" and chat["x"] == {"mood": "sunny", "n": 1.5}
    assert {"usage", "events", "blobs"} <= set(chat) and len(chat["blobs"]) == 2
    parents = [event.get("parent") for event in chat["events"]]
    assert any(parents.count(parent) > 1 for parent in parents)
    path = garden("export", "Watering", "--format", "json", "--head-only").rows[0]
    parents = [event.get("parent") for event in path["events"]]
    assert len(set(parents)) == len(parents) < len(chat["events"])


def test_messages_pair_calls_with_their_results(garden):
    first, empty = garden("export", "--all", "--format", "openai-messages").rows
    assert empty == {"messages": []}
    messages = first["messages"]
    assert [message["role"] for message in messages[:3]] == ["system", "user", "assistant"]
    assert messages[1]["content"][0]["type"] == "text"
    assert messages[1]["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")
    called = [call["id"] for message in messages for call in message.get("tool_calls", [])]
    answered = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
    assert called and set(answered) <= set(called)
    for message in messages:
        for call in message.get("tool_calls", []):
            assert call["type"] == "function" and isinstance(json.loads(call["function"]["arguments"]), dict)


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_not_carried_is_said(garden, tmp_path, format):
    report = tmp_path / "loss.json"
    quiet = garden("export", "--all", "--format", format)
    done = garden("export", "--all", "--format", format, "--loss-report", report)
    assert done.raw == quiet.raw and done.err == ""
    loss = json.loads(report.read_text())
    assert list(loss) == ["type", "format", "chats", "dropped", "left_out"]
    assert loss["type"] == "loss" and loss["format"] == format and loss["chats"] == 2
    assert (loss["dropped"] == {}) == (format in ("kato", "json"))
    said = garden("--json", "export", "--all", "--format", format, "--loss-report", "-")
    assert said.raw == quiet.raw and json.loads(said.err) == loss
    people = garden("export", "--all", "--format", format, "--loss-report", "-").err
    assert ("nothing was left out" in people) == (format in ("kato", "json"))


def test_a_canonical_export_that_reports_no_loss_imports_without_one(garden, elsewhere, tmp_path):
    whole = garden("export", "--all", "--loss-report", tmp_path / "loss").raw
    loss = json.loads((tmp_path / "loss").read_text())
    assert loss["dropped"] == loss["left_out"] == {}
    (tmp_path / "whole").write_bytes(whole)
    elsewhere("import", tmp_path / "whole")
    assert elsewhere("export", "--all").raw == whole


def test_what_the_options_leave_out_is_counted_apart(garden, tmp_path):
    garden("export", "--all", "--format", "json", "--no-tools", "--no-thinking", "--no-blobs", "--loss-report", tmp_path / "loss")
    loss = json.loads((tmp_path / "loss").read_text())
    assert loss["dropped"] == {}
    assert loss["left_out"] == {"assistant.thinking": 1, "assistant.tool.call": 3, "assistant.tool.result": 3, "attachments": 2}


@pytest.mark.parametrize("format", ["html", "json", "markdown", "openai-messages"])
def test_kinds_can_be_chosen(garden, format):
    whole = garden("export", "Watering", "--format", format).out
    assert "pytest -q" in whole
    assert "pytest -q" not in garden("export", "Watering", "--format", format, "--no-tools").out
    few = garden("export", "Watering", "--format", format, "--kinds", "user.message,assistant.message").out
    assert "pytest -q" not in few and "hysteresis is safer" not in few and "fallback" in few
    garden("export", "Watering", "--format", format, "--kinds", "user.shout", code=2)
    garden("export", "Watering", "--format", format, "--kinds", ",", code=2)


def test_chats_can_be_chosen_without_all(garden):
    count = lambda *args: garden("export", *args).out.count('{"type":"chat"')
    assert count("--all") == 2
    assert count("--provider", "codex") == 1
    assert count("--project", "garden") == 1
    assert count("--project", "garden", "--provider", "codex") == 0
    assert count("--after", "2026-04-01", "--before", "2026-05-01") == 1
    assert count("Watering", "--provider", "codex") == 0
    garden("export", "--after", "yesterday", code=2)


def test_originals_can_be_chosen_too(imported, examples, tmp_path):
    (original,) = (examples / "codex").rglob("*.jsonl")
    assert imported("export", "--provider", "codex", "--format", "original").raw == original.read_bytes()
    imported("export", "--provider", "nobody", "--format", "original", code=3)


@pytest.mark.parametrize("title", ["CON", "nul.txt", "com1", "LPT9.tar.gz"])
def test_no_file_has_the_name_of_a_device(kato, examples, tmp_path, title):
    (original,) = (examples / "codex").rglob("*.jsonl")
    kato("import", "--name", title, stdin=original.read_bytes())
    for format in ("original", "markdown"):
        kato("export", "--all", "--format", format, "-o", f"{tmp_path}/{format}/", "--force")
        (name,) = os.listdir(tmp_path / format)
        assert not re.match(r"(?i)(con|prn|aux|nul|(com|lpt)\d)(\.|$)", name)
    kato("chat", "new", title)
    kato("export", title, "--format", "html", "-o", f"{tmp_path}/html/")
    assert all(not re.match(r"(?i)(con|prn|aux|nul|(com|lpt)\d)(\.|$)", name) for name in os.listdir(tmp_path / "html"))


def test_a_folder_is_not_left_through_a_link(garden, tmp_path):
    folder = tmp_path / "pages"
    rows = garden.rows("export", "Watering", "--format", "html", "-o", f"{folder}/")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for row in rows:
        os.unlink(row["path"])
        os.symlink(victim, row["path"])
    garden("export", "Watering", "--format", "html", "-o", folder, code=1)
    garden("export", "Watering", "--format", "html", "-o", folder, "--force")
    assert victim.read_text() == "precious" and not any(path.is_symlink() for path in folder.iterdir())


def test_hostile_content_stays_text(kato):
    kato("import", CASES / "hostile" / "input.jsonl")
    for more in ([], ["--hidden"]):
        text = kato("export", "--all", "--format", "html", *more).out
        page = Page(text)
        assert not {"script", "iframe", "svg", "object", "base", "link"} & set(page.tags)
        assert page.handlers == []
        assert all(link.startswith(("http://", "https://", "mailto:", "#")) for link in page.links)
        assert all(re.match(r"data:image/(png|gif|jpeg|webp);base64,[A-Za-z0-9+/=]+$", source) for source in page.sources)
        seen = "".join(page.texts)
        assert "<script>alert(1)</script>" in seen and "javascript:alert(1)" in seen and "(U+202E)" in seen
        assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", text) is None


def test_a_line_of_a_megabyte_is_a_page(kato, tmp_path):
    line = "x<b>&\u202e" * 150_000
    chat = kato.new_chat("Long", line, line)
    text = kato("export", chat, "--format", "html").out
    assert "".join(Page(text).texts).count("x<b>&(U+202E)") >= 300_000
