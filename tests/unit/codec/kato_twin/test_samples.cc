// A real home of the original Kato, where it is: every file is read whole, every text is there.
#include "codec/json/json.h"
#include "support/files.h"
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

using namespace kato;
using test::FormatRead;

namespace {

struct Sample {
    std::string_view file;
    std::string_view kinds;
};

// Metadata is one fact a file.
constexpr std::array k_samples = {
    Sample{"claude:claude-session-ask-user-question.twin.jsonl",
           "assistant.message 1, assistant.tool.call 1, assistant.tool.result 1, "
           "assistant.decision.prompt 1, user.decision.response 1"},
    Sample{"claude:claude-session-user-string-content.twin.jsonl",
           "user.message 1, assistant.message 1, provider.info 1"},
    Sample{"claude:claude-session.twin.jsonl",
           "user.message 2, assistant.message 3, assistant.thinking 1, "
           "assistant.tool.call 2, assistant.tool.result 2"},
    Sample{"codex:aborted-001.twin.jsonl", "user.message 1"},
    Sample{"codex:sess-cli-001.twin.jsonl",
           "user.message 1, assistant.message 1, assistant.thinking 1, "
           "assistant.tool.call 1, assistant.tool.result 1"},
    Sample{"codex:sess-rui-001.twin.jsonl",
           "user.message 2, assistant.message 1, assistant.tool.call 5, "
           "assistant.tool.result 5, assistant.decision.prompt 5, user.decision.response 4"},
    Sample{"codex:sess-vscode-001.twin.jsonl",
           "user.message 2, assistant.message 5, assistant.thinking 1, "
           "assistant.tool.call 1, assistant.tool.result 1, provider.info 1"},
    Sample{"gemini:gemini-fixture-assistant-mismatch.twin.jsonl",
           "user.message 1, assistant.message 1"},
    Sample{"gemini:gemini-fixture-session-1.twin.jsonl",
           "user.message 2, assistant.message 2, assistant.thinking 1, "
           "assistant.tool.call 2, assistant.tool.result 2"},
    Sample{"gemini:gemini-fixture-session-cmd.twin.jsonl",
           "user.message 1, assistant.message 1, provider.info 1"},
    Sample{"daemon-control.json", "provider.info 10"},
};

} // namespace

TEST_CASE("a real home is read as the table says and loses nothing that was said") {
    const auto root = test::samples();
    if (!root) {
        MESSAGE("skipped: no sample files");
        return;
    }
    std::set<Uuid> chats;
    for (const auto& file : test::sample_files(*root / "original-kato-home", "")) {
        const std::string name = file.filename().string();
        if (!name.ends_with(".json") && !name.ends_with(".jsonl")) continue;
        CAPTURE(name);
        const std::string bytes = test::read_file(file);
        const Detected detected = detect_format(bytes, true);
        REQUIRE(detected.format != nullptr);
        CHECK(detected.format->id == "kato-twin");
        const FormatRead read("kato-twin", bytes);
        CHECK(read.sink.accounted(Fate::parsed) == bytes.size());
        CHECK(read.sink.dump() == FormatRead("kato-twin", bytes, 61).sink.dump());
        for (const ChatFacts& facts : read.sink.chats) chats.insert(facts.id);
        const auto sample =
            std::find_if(k_samples.begin(), k_samples.end(),
                         [&](const Sample& candidate) { return candidate.file == name; });
        CHECK(test::count_kinds(read.sink) ==
              (sample == k_samples.end() ? std::string_view("provider.info 1") : sample->kinds));
        if (!name.ends_with(".twin.jsonl")) continue;
        std::set<std::string> texts;
        for (const EventBody& body : read.sink.events()) texts.insert(body.text);
        std::istringstream lines(bytes);
        json::Document document;
        for (std::string line; std::getline(lines, line);) {
            REQUIRE(document.parse(line).ok());
            const json::Value payload = document.root().member("payload");
            for (const std::string_view member : {"text", "result", "prompt", "selection"})
                if (payload.member(member).is_string())
                    CHECK(texts.contains(payload.member(member).text()));
        }
    }
    CHECK(chats.size() == 10);
}

TEST_CASE("a session's files meet in one chat") {
    const FormatRead twin("kato-twin", test::case_input("kato-twin", "twin"));
    const FormatRead metadata("kato-twin", test::case_input("kato-twin", "metadata"));
    const FormatRead index("kato-twin", test::case_input("kato-twin", "index"));
    CHECK(twin.sink.chats.at(0).id == metadata.sink.chats.at(0).id);
    CHECK(twin.sink.chats.at(0).id == index.sink.chats.at(0).id);
}

TEST_CASE("the events of a twin follow their numbers, wherever a file begins") {
    const std::string input = test::case_input("kato-twin", "twin");
    const FormatRead whole("kato-twin", input);
    const FormatRead rest("kato-twin", std::string_view(input).substr(input.find('\n') + 1));
    REQUIRE(rest.sink.records.size() + 1 == whole.sink.records.size());
    for (std::size_t i = 0; i != rest.sink.records.size(); ++i) {
        CHECK(rest.sink.records[i].name == whole.sink.records[i + 1].name);
        CHECK(rest.sink.records[i].parent_key == whole.sink.records[i + 1].parent_key);
        CHECK(rest.sink.records[i].revision == whole.sink.records[i + 1].revision);
    }
}

TEST_CASE("an answer names its question, and a missing time stays missing") {
    const FormatRead read("kato-twin", test::case_input("kato-twin", "twin"));
    const auto prompts = read.sink.events(Kind::assistant_decision_prompt);
    const auto answers = read.sink.events(Kind::user_decision_response);
    REQUIRE((prompts.size() == 1 && answers.size() == 1));
    CHECK(prompts[0].call_id == answers[0].call_id);
    CHECK_FALSE(read.sink.events(Kind::assistant_message).at(0).time.has_value());
}
