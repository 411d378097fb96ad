// Appending events: where they go, and that they are a layer of their own.
#include "store/append.h"

#include "unit/store/scene.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

NewEvent say(const std::string& text, const std::string& parent = {}) {
    NewEvent event;
    event.body.kind = Kind::user_message;
    event.body.role = Role::user;
    event.body.text = text;
    event.parent = parent;
    return event;
}

using Texts = std::vector<std::string>;

const Told k_log = {.records = {{.name = "a", .text = "ask", .time = 10},
                                {.name = "b",
                                 .text = "answer",
                                 .parent = "a",
                                 .time = 20,
                                 .kind = Kind::assistant_message}}};

} // namespace

TEST_CASE("events are appended one after the other, found at once, and have ids of version 7") {
    Scene scene;
    const ChatView chat = value_of(scene.store->create_chat("notes", "/p"));
    CHECK(chat.provider == "kato");
    CHECK(chat.shown_title() == "notes");
    CHECK(chat.id.bytes[6] / 16 == 7);
    const EventView first = value_of(scene.store->append(chat.id, say("one")));
    const EventView second = value_of(scene.store->append(chat.id, say("two")));
    CHECK(first.id.bytes[6] / 16 == 7);
    CHECK(!first.parent);
    CHECK(second.parent == first.id);
    const ChatView after = value_of(scene.store->chat(chat.id));
    CHECK(after.head == second.id);
    CHECK(after.events == 2);
    CHECK(after.updated == second.body.time);
    CHECK(scene.found("two") == Texts{"two"});
    CHECK(scene.events(chat.id, Walk::head_path).size() == 2);
    CHECK(scene.verified());
}

TEST_CASE("an event goes where it is told, and the path to it is shown") {
    Scene scene;
    const ChatView chat = value_of(scene.store->create_chat("", ""));
    const EventView one = value_of(scene.store->append(chat.id, say("one")));
    value_of(scene.store->append(chat.id, say("two")));
    const EventView other = value_of(scene.store->append(chat.id, say("other", to_string(one.id))));
    CHECK(other.parent == one.id);
    CHECK(value_of(scene.store->chat(chat.id)).head == other.id);
    value_of(scene.store->append(chat.id, say("further")));
    Texts path;
    for (const EventView& event : scene.events(chat.id, Walk::head_path))
        path.push_back(event.body.text);
    CHECK(path == Texts{"one", "other", "further"});
    CHECK(scene.events(chat.id).size() == 4);
    const auto absent =
        scene.store->append(chat.id, say("x", "00000000-0000-7000-8000-000000000000"));
    REQUIRE(!absent);
    CHECK(absent.error().code == Code::not_found);
    CHECK(scene.events(chat.id).size() == 4);
}

TEST_CASE("after an answer that comes from the future the next event still follows the last one") {
    Scene scene;
    Told told = k_log;
    told.records[1].time = scene.now_us + 1'000'000'000;
    scene.import(told);
    const Uuid chat = chat_of("c");
    value_of(scene.store->append(chat, say("three")));
    value_of(scene.store->append(chat, say("four")));
    Texts path;
    for (const EventView& event : scene.events(chat, Walk::head_path))
        path.push_back(event.body.text);
    CHECK(path == Texts{"ask", "answer", "three", "four"});
}

TEST_CASE("what was appended survives a re-import, and grown logs do not take the head away") {
    Scene scene;
    scene.import(k_log);
    const Uuid chat = chat_of("c");
    const EventView mine = value_of(scene.store->append(chat, say("mine")));
    CHECK(!scene.import(k_log).changed);
    Told grown = k_log;
    grown.records.push_back({.name = "d", .text = "late", .parent = "b", .time = 30});
    scene.import(grown);
    CHECK(value_of(scene.store->chat(chat)).head == mine.id);
    CHECK(scene.texts("c").size() == 4);
    CHECK(scene.verified());
}

TEST_CASE("what is appended one by one is linked as if it had come at once") {
    Scene scene;
    const ChatView chat = value_of(scene.store->create_chat("", ""));
    value_of(scene.store->append(chat.id, say("one")));
    NewEvent call = say("");
    call.body.kind = Kind::assistant_tool_call;
    call.body.call_id = "x";
    call.body.name = "tool";
    call.body.model = "model-1";
    const EventView called = value_of(scene.store->append(chat.id, call));
    NewEvent result = say("done");
    result.body.kind = Kind::assistant_tool_result;
    result.body.call_id = "x";
    CHECK(value_of(scene.store->append(chat.id, result)).refers == called.id);
    NewEvent earlier = say("earlier", to_string(called.id));
    earlier.body.time = 5;
    value_of(scene.store->append(chat.id, earlier));
    const std::string before = scene.everything();
    CHECK(value_of(scene.store->chat(chat.id)).model == "model-1");
    {
        const auto db = scene.database();
        require_ok(db->exec("UPDATE event SET parent = NULL, refers = NULL, shown = 1; "
                            "UPDATE chat SET model = NULL, events = 0, head = NULL, first_time = "
                            "NULL, last_time = NULL"));
        Ripples ripples;
        require_ok(relink_chat(*db, value_of(db->integer("SELECT n FROM chat")), ripples));
    }
    CHECK(scene.everything() == before);
}

TEST_CASE("long and strange texts come back as they are") {
    Scene scene;
    const ChatView chat = value_of(scene.store->create_chat("", ""));
    for (const std::string& text :
         {std::string(100'000, 'x') + "end", std::string("\0a\xED\xA0\x80", 5), std::string()}) {
        const EventView event = value_of(scene.store->append(chat.id, say(text)));
        CHECK(event.body.text == text);
        CHECK(value_of(scene.store->event(to_string(event.id))).body.text == text);
    }
    CHECK(scene.verified());
}

TEST_CASE("a deleted or unknown chat takes no events") {
    Scene scene;
    const ChatView chat = value_of(scene.store->create_chat("", ""));
    require_ok(scene.store->delete_chat(chat.id, false));
    for (const Uuid& id : {chat.id, Uuid()}) {
        const auto event = scene.store->append(id, say("x"));
        REQUIRE(!event);
        CHECK(event.error().code == Code::not_found);
    }
}
