// Exports are recognised by what they hold; names never matter here.
#include "codec/claude_ai/claude_ai.h"
#include "codec/registry.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

int score(std::string_view bytes, bool complete = true) {
    return detect_claude_ai(bytes, complete).score;
}

} // namespace

TEST_CASE("conversations are recognised by their messages") {
    CHECK(score(R"([{"uuid":"u","name":"","chat_messages":[{"sender":"human"}]}])") >= 90);
    CHECK(score(R"({"uuid":"u","chat_messages":[]})") >= 90);
    CHECK(score(R"({"conversations":[{"uuid":"u","chat_messages":[]}]})") >= 90);
    CHECK(score("\xEF\xBB\xBF\n[\n{\"chat_messages\": [{\"sender\": \"human\"}]}") >= 80);
    CHECK(score(R"([7,{"uuid":"u","chat_messages":[]}])") >= 90);
}

TEST_CASE("a conversation that does not end within the prefix is recognised") {
    const std::string start =
        R"([{"uuid":"u","name":"n","summary":"","chat_messages":[{"uuid":"m","text":")";
    CHECK(score(start + std::string(k_detection_bytes, 'x'), false) >= 80);
    const std::string summary =
        R"([{"uuid":"u","name":"n","created_at":"t","updated_at":"t","account":{"uuid":"a"},"summary":")";
    CHECK(score(summary + std::string(k_detection_bytes, 'x'), false) >= 50);
}

TEST_CASE("what lies beside the conversations is recognised") {
    CHECK(score(R"([{"uuid":"u","name":"n","prompt_template":"","docs":[]}])") >= 80);
    CHECK(score(R"({"uuid":"u","name":"n","is_starter_project":false})") >= 80);
    CHECK(score(R"([{"uuid":"u","full_name":"n","email_address":"e"}])") >= 80);
    CHECK(score(R"([{"conversations_memory":"m","account_uuid":"a"}])") >= 80);
}

TEST_CASE("messages under another name still are an export, so that it is loud") {
    const std::string_view drifted =
        R"([{"uuid":"u","name":"n","created_at":"t","updated_at":"t","account":{"uuid":"a"},"turns":[]}])";
    CHECK(score(drifted) >= 50);
}

TEST_CASE("other formats are not taken for exports") {
    for (const char* bytes : {
             "",
             "[]",
             "{}",
             "null",
             "[[[",
             "text",
             R"([{"mapping":{},"title":"t","conversation_id":"c"}])",
             R"({"uuid":"u","sessionId":"s","type":"user","message":{"content":[]}})",
             R"({"sessionId":"s","projectHash":"p","messages":[]})",
             R"({"messages":[{"role":"user","content":"x"}]})",
             R"({"kato":1})",
             R"({"invalid":"no conversation"})",
             R"([{"id":"u","title":"t","chat":{"messages":[]}}])",
         }) {
        CAPTURE(bytes);
        CHECK(score(bytes) == 0);
        CHECK(score(bytes, false) == 0);
    }
}
