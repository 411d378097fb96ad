// Titles, tags, heads and deletion are the user's: no import changes them.
#include "store/edit.h"

#include "unit/store/scene.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

const Uuid k_chat = chat_of("c");

Told log(const std::string& title) {
    Told told = {.records = {{.name = "a", .text = "ask", .time = 10},
                             {.name = "b", .text = "left", .parent = "a", .time = 20},
                             {.name = "d", .text = "right", .parent = "a", .time = 30}}};
    ChatFacts facts;
    facts.id = k_chat;
    facts.title = Ranked{title, 1, Time(static_cast<std::int64_t>(title.size()))};
    told.facts.push_back(facts);
    return told;
}

} // namespace

TEST_CASE("what the user changed survives a re-import") {
    Scene scene;
    scene.import(log("theirs"));
    require_ok(scene.store->rename_chat(k_chat, "mine"));
    require_ok(scene.store->tag_chat(k_chat, "good", false));
    require_ok(scene.store->set_head(k_chat, to_string(event_of("c", "b"))));
    Told changed = log("theirs, longer");
    changed.records.push_back({.name = "e", .text = "more", .parent = "d", .time = 40});
    scene.import(changed);
    ChatView chat = value_of(scene.store->chat(k_chat));
    CHECK(chat.shown_title() == "mine");
    CHECK(chat.title == "theirs, longer");
    CHECK(chat.tags == std::vector<std::string>{"good"});
    CHECK(chat.head == event_of("c", "b"));

    require_ok(scene.store->rename_chat(k_chat, ""));
    require_ok(scene.store->tag_chat(k_chat, "good", true));
    require_ok(scene.store->set_head(k_chat, ""));
    chat = value_of(scene.store->chat(k_chat));
    CHECK(chat.shown_title() == "theirs, longer");
    CHECK(chat.tags.empty());
    CHECK(chat.head == event_of("c", "e"));
}

TEST_CASE("a deleted chat stays away when it is imported again, and comes back whole") {
    Scene scene;
    scene.import(log("title"));
    const std::string before = scene.everything();
    require_ok(scene.store->delete_chat(k_chat, false));
    require_ok(scene.store->delete_chat(k_chat, false));
    CHECK(scene.found("left").empty());
    CHECK(value_of(scene.store->list_chats({})).empty());
    Told grown = log("title");
    grown.records.push_back({.name = "e", .text = "more", .parent = "d", .time = 40});
    scene.import(grown);
    CHECK(scene.found("more").empty());
    CHECK(value_of(scene.store->list_chats({})).empty());
    CHECK(scene.verified());
    require_ok(scene.store->restore_chat(k_chat));
    CHECK(scene.found("left").size() == 1);
    CHECK(scene.found("more").size() == 1);
    CHECK(scene.texts("c").size() == 4);
    CHECK(scene.verified());
}

TEST_CASE("a tag is one word of at most 200 bytes, given once") {
    Scene scene;
    scene.import(log("title"));
    for (const std::string& tag :
         {std::string(), std::string(201, 'x'), std::string("a b"), std::string("a\tb"),
          std::string("a\xC2\xA0"
                      "b"),
          std::string("a\x7F")}) {
        const Status status = scene.store->tag_chat(k_chat, tag, false);
        REQUIRE(!status);
        CHECK(status.error().code == Code::invalid);
    }
    for (const std::string& tag : {std::string(200, 'x'), std::string("\xE6\x97\xA5\xE6\x9C\xAC"),
                                   std::string("b"), std::string("b")})
        require_ok(scene.store->tag_chat(k_chat, tag, false));
    CHECK(value_of(scene.store->chat(k_chat)).tags.size() == 3);
    require_ok(scene.store->tag_chat(k_chat, "absent", true));
}

TEST_CASE("what is not there cannot be changed") {
    Scene scene;
    scene.import(log("title"));
    const Uuid absent = chat_of("absent");
    const auto not_found = [](const Status& status) {
        return !status && status.error().code == Code::not_found;
    };
    CHECK(not_found(scene.store->rename_chat(absent, "x")));
    CHECK(not_found(scene.store->tag_chat(absent, "x", false)));
    CHECK(not_found(scene.store->set_head(absent, "")));
    CHECK(not_found(scene.store->delete_chat(absent, false)));
    CHECK(not_found(scene.store->delete_chat(absent, true)));
    CHECK(not_found(scene.store->restore_chat(absent)));
    CHECK(not_found(scene.store->set_head(k_chat, to_string(absent))));
    require_ok(scene.store->delete_chat(k_chat, false));
    CHECK(not_found(scene.store->rename_chat(k_chat, "x")));
}
