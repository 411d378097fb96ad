// Names of kinds and roles, and the recipe of ids: both are stored, neither may change.
#include "model/event.h"
#include "model/identity.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("every kind has a name that reads back") {
    for (int i = 1; i <= k_kind_count; ++i) {
        const Kind kind = static_cast<Kind>(i);
        CHECK(parse_kind(kind_name(kind)) == kind);
    }
    CHECK_FALSE(parse_kind(""));
    CHECK_FALSE(parse_kind("user.Message"));
    CHECK(kind_name(Kind::assistant_tool_call) == "assistant.tool.call");
}

TEST_CASE("every role has a name that reads back") {
    for (const Role role : {Role::user, Role::assistant, Role::system, Role::tool})
        CHECK(parse_role(role_name(role)) == role);
    CHECK(role_name(Role::none).empty());
    CHECK_FALSE(parse_role("human"));
}

TEST_CASE("notes of the provider are no conversation") {
    CHECK(is_conversation(Kind::user_message));
    CHECK(is_conversation(Kind::assistant_tool_result));
    CHECK_FALSE(is_conversation(Kind::provider_info));
    CHECK_FALSE(is_conversation(Kind::provider_raw));
}

TEST_CASE("imported ids differ by format, chat, record and block") {
    const Uuid chat = chat_id("claude-code", "s1");
    CHECK(chat != chat_id("codex", "s1"));
    const Uuid record = record_key(chat, "r1");
    CHECK(record != record_key(chat_id("claude-code", "s2"), "r1"));
    CHECK(event_id(record, 0) != event_id(record, 1));
    CHECK(record_name(Key128{}, 2) == "#00000000000000000000000000000000.2");
}
