// Which bytes the codex format recognises as its own.
#include "codec/codex/codex.h"
#include "codec/registry.h"

#include <doctest/doctest.h>

#include <string>

using namespace kato;

namespace {

int score(std::string_view bytes, bool complete = true) {
    return detect_codex(bytes, complete).score;
}

} // namespace

TEST_CASE("each generation is recognised by its first line") {
    CHECK(
        score(
            R"({"timestamp":"2026-04-02T09:00:00Z","type":"session_meta","payload":{"id":"a"}})") >
        90);
    CHECK(score(R"({ "payload" : { "type" : "user_message" } , "type" : "event_msg" })") >= 90);
    CHECK(score(R"({"id":"a","timestamp":"2025-06-20T18:00:00Z","instructions":null,"git":{}})") >=
          80);
    CHECK(
        score(R"({"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]})") >=
        80);
    CHECK(score("{\"record_type\":\"state\"}\n") >= 80);
    CHECK(score("{\n  \"session\": {\n    \"id\": \"a\"\n  },\n  \"items\": []\n}\n") >= 80);
    CHECK(score(R"({"session":{"id":"a"},"items":[{"role":"user"}]})") >= 80);
}

TEST_CASE("a first line that is longer than what is looked at is recognised by its beginning") {
    const std::string head =
        R"({"timestamp":"2026-04-02T09:00:00Z","type":"session_meta","payload":{"id":"a",)"
        R"("base_instructions":{"text":")";
    CHECK(score(head + std::string(k_detection_bytes, 'x'), false) > 90);
    CHECK(score(head + "a \\\" quote, {a brace", false) > 90);
}

TEST_CASE("a damaged or strange beginning does not hide what follows") {
    const std::string line = R"({"type":"response_item","payload":{"type":"message"}})"
                             "\n";
    CHECK(score("\xEF\xBB\xBF" + line) >= 90);
    CHECK(score("\r\n\n" + line) >= 90);
    CHECK(score("{\"timestamp\":\"20\n" + line) >= 90);
    CHECK(score("no json\n[1,2\n" + line) >= 90);
}

TEST_CASE("other programs' files are not recognised") {
    for (
        const char* bytes : {
            "",
            "\n\n",
            "{}",
            "[]",
            "null",
            "plain text\n",
            R"({"type":"user","uuid":"u","parentUuid":null,"sessionId":"s","message":{"role":"user","content":"hi"}})",
            R"({"type":"summary","summary":"s","leafUuid":"u"})",
            R"({"kato":1})",
            R"({"session_id":"a","ts":1750000000,"text":"history"})",
            R"({"id":"a","thread_name":"n","updated_at":"2026-01-01T00:00:00Z"})",
            R"({"type":"session","version":3,"id":"a","timestamp":"2026-01-01T00:00:00Z","cwd":"/"})",
            R"({"type":"message","id":"a","parentId":"b","message":{"role":"user","content":[{"type":"text"}]}})",
            R"({"sessionId":"a","projectHash":"b","startTime":"c","messages":[]})",
            R"([{"mapping":{},"conversation_id":"a","title":"t"}])",
            R"({"messages":[{"role":"user","content":"hi"}]})",
            R"({"schemaVersion":1,"session":{"provider":"codex"},"kind":"user.message","payload":{"text":"a"}})",
            R"({"type":"event_msg"})",
            R"({"type":"session_meta","payload":"text"})",
        }) {
        CAPTURE(bytes);
        CHECK(score(bytes) == 0);
        CHECK(score(bytes, false) == 0);
    }
}

TEST_CASE("the registry knows the format") {
    const Format* format = find_format("codex");
    REQUIRE(format != nullptr);
    CHECK((format->make_reader != nullptr && format->make_writer == nullptr));
    CHECK_FALSE(format->canonical);
    const Detected detected =
        detect_format(R"({"type":"session_meta","payload":{"id":"a"}})", true);
    CHECK(detected.format == format);
}
