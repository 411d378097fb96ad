// The published recipes: docs/format.md names an example of each id that it explains.
#include "model/identity.h"
#include "support/files.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("ids are what docs/format.md says they are") {
    const std::string page = test::read_file(test::source_root() / "docs/format.md");
    const std::string session = "7c0f4a52-3d9e-4b1c-9a67-5e2d81f0b364";
    const std::string record = "9a3da7df-91da-45ae-b5c4-9bf92ffb04e0";
    CHECK(page.find(session) != std::string::npos);
    CHECK(page.find(record) != std::string::npos);
    const Uuid chat = chat_id("claude-code", session);
    CHECK(page.find(to_string(chat)) != std::string::npos);
    CHECK(page.find(to_string(event_id(record_key(chat, record), 0))) != std::string::npos);
}

TEST_CASE("a record without an id is named by its bytes and which of several equal ones it is") {
    Key128 hash{};
    hash[0] = 0xAB;
    CHECK(record_name(hash, 2) == "#ab000000000000000000000000000000.2");
}

TEST_CASE("a chat without an id is told apart by its first record and by that record's number") {
    CHECK(chat_id_from_record("f", "a", 0) != chat_id_from_record("f", "a", 1));
    CHECK(chat_id_from_record("f", "a", 0) != chat_id_from_record("f", "b", 0));
    CHECK(chat_id_from_record("f", "a", 0) != chat_id_from_record("g", "a", 0));
    CHECK(chat_id_from_record("f", "a", 0) == chat_id_from_record("f", "a", 0));
}
