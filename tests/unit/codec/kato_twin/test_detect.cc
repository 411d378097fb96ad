// The original Kato's files are recognised by what they hold; names never matter here.
#include "codec/kato_twin/kato_twin.h"
#include "codec/registry.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

int score(std::string_view bytes, bool complete = true) {
    return detect_kato_twin(bytes, complete).score;
}

} // namespace

TEST_CASE("twins, recordings, metadata and the index are recognised") {
    CHECK(
        score(
            R"({"schemaVersion":1,"session":{"provider":"p","providerSessionId":"s"},"kind":"k","payload":{}})") >=
        90);
    CHECK(
        score(
            R"({"eventId":"e","provider":"p","sessionId":"s","timestamp":"t","kind":"message.user","source":{}})") >=
        90);
    CHECK(score("{\n  \"schemaVersion\": 1,\n  \"sessionKey\": \"p:s\",\n  \"provider\": \"p\",\n"
                "  \"providerSessionId\": \"s\"\n}") >= 90);
    CHECK(score(R"({"schemaVersion":1,"sessions":[{"sessionKey":"p:s"}]})") >= 80);
    CHECK(score("oops\n{\"eventId\":\"e\",\"provider\":\"p\",\"sessionId\":\"s\",\"kind\":\"k\","
                "\"source\":{}}\n") >= 90);
}

TEST_CASE("a line that does not end within the prefix is recognised") {
    const std::string start =
        R"({"schemaVersion":1,"session":{"provider":"p","providerSessionId":"s"},"kind":"k","payload":{"text":")";
    CHECK(score(start + std::string(k_detection_bytes, 'x'), false) >= 90);
}

TEST_CASE("a twin with other names still is one, so that it is loud") {
    CHECK(
        score(
            R"({"schemaVersion":2,"session":{"provider":"p","providerSessionId":"s"},"type":"k"})") >=
        50);
}

TEST_CASE("what tells of sessions is told apart from what they said") {
    const std::string about =
        R"({"schemaVersion":1,"sessionKey":"p:s","provider":"p","providerSessionId":"s"})";
    const std::string twin =
        R"({"schemaVersion":1,"session":{"provider":"p","providerSessionId":"s"},"kind":"k","payload":{}})";
    CHECK(detect_kato_twin(about, true).about);
    CHECK(!detect_kato_twin(twin, true).about);
    CHECK(!detect_kato_twin(about + "\n" + twin + "\n", true).about);
    CHECK(!detect_kato_twin("text", true).about);
}

TEST_CASE("other formats are not taken for it") {
    for (
        const char* bytes : {
            "",
            "[]",
            "{}",
            "text",
            R"({"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"x"}})",
            R"({"type":"session_meta","payload":{"id":"x"}})",
            R"({"session":{"id":"a"},"items":[{"role":"user"}]})",
            R"({"kato":1})",
            R"([{"uuid":"u","name":"n","chat_messages":[]}])",
            R"({"sessionId":"s","projectHash":"p","kind":"main"})",
            R"({"messages":[{"role":"user","content":"x"}]})",
            R"({"schemaVersion":1,"sessions":[]})",
        }) {
        CAPTURE(bytes);
        CHECK(score(bytes) == 0);
        CHECK(score(bytes, false) == 0);
    }
}
