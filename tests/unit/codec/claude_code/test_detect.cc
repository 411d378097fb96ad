// Session logs are recognised by what they hold; names never matter here.
#include "codec/claude_code/claude_code.h"
#include "codec/registry.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

int score(std::string_view bytes, bool complete = true) {
    return detect_claude_code(bytes, complete).score;
}

std::string_view format_of(std::string_view bytes) {
    const Detected found = detect_format(bytes, true);
    return found.format == nullptr ? std::string_view() : found.format->id;
}

} // namespace

TEST_CASE("a line with session and uuid is a session log") {
    CHECK(
        score(
            R"({"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"x"}})") >=
        90);
    CHECK(
        format_of(
            R"({"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"x"}})") ==
        "claude-code");
}

TEST_CASE("older lines, without any id, are recognised by their messages") {
    CHECK(
        score(
            R"({"type":"user","message":{"role":"user","content":"x"},"timestamp":"2025-01-01T00:00:00Z"})") >=
        60);
}

TEST_CASE("files that hold only facts are recognised") {
    CHECK(score(R"({"type":"summary","summary":"x","leafUuid":"u"})") >= 60);
    CHECK(score(R"({"type":"file-history-snapshot","messageId":"m","snapshot":{}})") >= 60);
    CHECK(score(R"({"type":"custom-title","customTitle":"x","sessionId":"s"})") >= 60);
    CHECK(score(R"({"type":"queue-operation","operation":"enqueue","sessionId":"s"})") >= 60);
}

TEST_CASE("a damaged beginning does not hide the rest") {
    CHECK(
        score("oops\n\n{\"type\":\"user\",\"uuid\":\"u\",\"sessionId\":\"s\",\"message\":{}}\n") >=
        90);
    CHECK(score("\xEF\xBB\xBF{\"type\":\"user\",\"uuid\":\"u\",\"sessionId\":\"s\",\"message\":{}}"
                "\r\n") >= 90);
    CHECK(score("{\"type\":\"user\",\"uuid\":\"u\",\"sessionId\":\"s\"}{\"type\":\"x\"}\n") >= 90);
}

TEST_CASE("a first line that does not end within the prefix is known by its members") {
    const std::string start =
        R"({"parentUuid":null,"isSidechain":false,"type":"user","message":{"role":"user",)"
        R"("content":[{"type":"image","source":{"type":"base64","data":")";
    CHECK(score(start + std::string(60'000, 'A'), false) >= 60);
    CHECK(score(start + std::string(60'000, 'A'), true) == 0); // that is all: a torn line
}

TEST_CASE("a name inside of a string or deeper down tells nothing") {
    const std::string filler(1'000, 'A');
    CHECK(score(R"({"a":"\"parentUuid\":1,\"isSidechain\":2","b":")" + filler, false) == 0);
    CHECK(score(R"({"a":{"parentUuid":1,"isSidechain":2,"sessionId":3},"b":")" + filler, false) ==
          0);
    CHECK(score(R"([{"parentUuid":1,"isSidechain":2,"type":")" + filler, false) == 0);
}

TEST_CASE("other formats are not taken for session logs") {
    CHECK(
        score(
            R"({"timestamp":"2025-01-01T00:00:00Z","type":"response_item","payload":{"type":"message"}})") ==
        0);
    CHECK(
        score(
            R"({"timestamp":"2025-01-01T00:00:00Z","type":"session_meta","payload":{"id":"x"}})") ==
        0);
    CHECK(score(R"({"kato":1})") == 0);
    CHECK(score(R"({"type":"session","version":3,"id":"x","timestamp":"t","cwd":"/"})") == 0);
    CHECK(
        score(
            R"({"type":"message","id":"1","parentId":null,"message":{"role":"user","content":[]}})") ==
        0);
    CHECK(score(R"({"messages":[{"role":"user","content":"x"}]})") == 0);
    CHECK(
        score(
            R"({"display":"x","pastedContents":{},"timestamp":1,"project":"/p","sessionId":"s"})") ==
        0);
    CHECK(
        score(
            R"({"uuid":"u","parentUuid":null,"sessionId":"s","type":"user","message":{"role":"user","parts":[]}})") ==
        0);
    CHECK(score(R"([{"mapping":{},"title":"x"}])") == 0);
    CHECK(score("") == 0);
    CHECK(score("\n") == 0);
    CHECK(score("# a heading\n\ntext\n") == 0);
}
