// Files are recognised by what they hold; names never matter here.
#include "codec/gemini_cli/gemini_cli.h"
#include "codec/registry.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

int score(std::string_view bytes, bool complete = true) {
    return detect_gemini_cli(bytes, complete).score;
}

} // namespace

TEST_CASE("sessions are recognised as logs and as documents") {
    CHECK(score("{\"sessionId\":\"s\",\"projectHash\":\"p\",\"startTime\":\"t\"}\n{\"id\":") >= 90);
    CHECK(score(R"({"sessionId":"s","kind":"subagent"})") >= 80);
    CHECK(score("{\n \"sessionId\": \"s\",\n \"startTime\": \"t\",\n \"messages\": [\n") >= 90);
    CHECK(score("{\n \"sessionId\": \"s\",\n \"messages\": [{\"id\":\"a\",\"type\":\"user\","
                "\"content\":[]}]}") >= 90);
    CHECK(score("oops\n{\"id\":\"a\",\"timestamp\":\"t\",\"type\":\"user\",\"content\":\"x\"}\n") >=
          60);
    CHECK(score("{\"$rewindTo\":\"a\"}\n") >= 60);
}

TEST_CASE("checkpoints and prompt logs are recognised") {
    CHECK(score(R"([{"role":"user","parts":[{"text":"x"}]}])") >= 40);
    CHECK(score(R"({"history":[{"role":"user","parts":[]}]})") >= 60);
    CHECK(score(R"([{"sessionId":"s","messageId":0,"type":"user","message":"x"}])") >= 70);
}

TEST_CASE("a document that does not end within the prefix is recognised") {
    const std::string start = "{\n\"sessionId\": \"s\", \"projectHash\": \"p\", \"messages\": [{"
                              "\"id\": \"a\", \"type\": \"user\", \"content\": \"";
    CHECK(score(start + std::string(k_detection_bytes, 'x'), false) >= 90);
}

TEST_CASE("other formats are not taken for sessions") {
    for (
        const char* bytes : {
            "",
            "[]",
            "{}",
            "null",
            "text",
            R"({"type":"user","uuid":"u","parentUuid":null,"sessionId":"s","message":{"role":"user","content":"x"}})",
            R"({"uuid":"u","parentUuid":null,"sessionId":"s","type":"user","message":{"role":"user","parts":[]}})",
            R"({"type":"session_meta","payload":{"id":"x"}})",
            R"({"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]})",
            R"({"kato":1})",
            R"([{"mapping":{},"title":"t"}])",
            R"([{"uuid":"u","name":"n","chat_messages":[]}])",
            R"({"messages":[{"role":"user","content":"x"}]})",
            R"({"schemaVersion":1,"session":{"provider":"gemini"},"kind":"user.message","payload":{}})",
            R"({"sessionId":"s","messages":[]})",
            R"({"display":"x","timestamp":1,"project":"/p","sessionId":"s"})",
        }) {
        CAPTURE(bytes);
        CHECK(score(bytes) == 0);
        CHECK(score(bytes, false) == 0);
    }
}
