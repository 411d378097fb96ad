// Chat messages are recognised by what they hold; names never matter here.
#include "codec/openai_messages/openai_messages.h"
#include "codec/registry.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

int score(std::string_view bytes, bool complete = true) {
    return detect_openai_messages(bytes, complete).score;
}

} // namespace

TEST_CASE("chats, pairs, requests and responses are recognised") {
    CHECK(score(R"({"messages":[{"role":"system","content":"x"}]})") >= 70);
    CHECK(score("[\n {\"messages\": [\n  {\"role\": \"user\", \"content\": \"x\"}]}]") >= 70);
    CHECK(
        score(R"({"input":{"messages":[{"role":"user","content":"x"}]},"preferred_output":[]})") >=
        90);
    CHECK(score(R"({"custom_id":"a","body":{"messages":[{"role":"user","content":"x"}]}})") >= 90);
    CHECK(score(R"({"custom_id":"a","response":{"body":{"choices":[]}},"error":null})") >= 80);
    CHECK(score("oops\n{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}\n") >= 70);
}

TEST_CASE("a line that does not end within the prefix is recognised") {
    const std::string start = R"({"messages":[{"role":"user","content":")";
    CHECK(score(start + std::string(k_detection_bytes, 'x'), false) >= 70);
}

TEST_CASE("a batch of another kind still is one, so that it is loud") {
    CHECK(score(R"({"custom_id":"a","method":"POST","body":{"input":"x"}})") >= 50);
}

TEST_CASE("other formats are not taken for chat messages") {
    for (
        const char* bytes : {
            "",
            "[]",
            "{}",
            "text",
            R"({"messages":[]})",
            R"({"messages":[{"role":"user","parts":[]}]})",
            R"({"messages":[{"messageId":"m","sender":"User","text":"x"}],"conversationId":"c"})",
            R"({"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"x"}})",
            R"({"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]})",
            R"({"sessionId":"s","projectHash":"p","messages":[{"id":"a","type":"user","content":"x"}]})",
            R"([{"mapping":{},"title":"t"}])",
            R"([{"uuid":"u","name":"n","chat_messages":[]}])",
            R"({"kato":1})",
            R"({"conversations":[{"from":"human","value":"x"}]})",
        }) {
        CAPTURE(bytes);
        CHECK(score(bytes) == 0);
        CHECK(score(bytes, false) == 0);
    }
}
