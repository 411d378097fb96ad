// Walking over a chat's events, and reading single ones.
#include "store_fixture.h"

#include "store/events.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

using Lines = std::vector<std::string>;

// a - b - c   (older)
//      \- d   (newer: the head)
struct Branches : StoreFixture {
    Uuid chat;
    Uuid c;
    Branches() {
        Import import(*this);
        chat = import.chat("x");
        import.say({.chat = "x", .name = "d", .parent = "b", .text = "d", .time = 40});
        import.say({.chat = "x", .name = "a", .text = "a", .time = 10});
        c = import.say({.chat = "x", .name = "c", .parent = "b", .text = "c", .time = 30});
        import.say({.chat = "x", .name = "b", .parent = "a", .text = "b", .time = 20});
        import.commit();
    }
};

} // namespace

TEST_CASE_FIXTURE(Branches, "the head's path is walked from the root, the tree in pre-order") {
    CHECK(walk(chat, Walk::head_path) == Lines{"0:a", "1:b", "2:d"});
    CHECK(walk(chat, Walk::tree) == Lines{"0:a", "1:b", "2:c", "2:d"});
    must_do(store().set_head(chat, to_string(c)));
    CHECK(walk(chat, Walk::head_path) == Lines{"0:a", "1:b", "2:c"});
}

TEST_CASE_FIXTURE(Branches, "a sequence number is the place in the tree, whatever is walked") {
    std::vector<std::uint64_t> numbers;
    auto events = must(store().walk(chat, Walk::head_path));
    while (const EventView* event = must(events->next())) numbers.push_back(event->sequence);
    CHECK(numbers == std::vector<std::uint64_t>{0, 1, 3});
    CHECK(must(events->next()) == nullptr); // stays at the end
}

TEST_CASE_FIXTURE(Branches, "a walk sees the chat as it was when the walk began") {
    auto events = must(store().walk(chat, Walk::tree));
    REQUIRE(must(events->next()) != nullptr);
    NewEvent more;
    more.body.kind = Kind::user_message;
    more.body.role = Role::user;
    more.body.text = "later";
    (void)must(store().append(chat, std::move(more)));
    int count = 1;
    while (must(events->next()) != nullptr) ++count;
    CHECK(count == 4);
    CHECK(walk(chat, Walk::tree).size() == 5);
}

TEST_CASE_FIXTURE(Branches, "a walk outlives the store") {
    auto events = must(store().walk(chat, Walk::tree));
    close();
    int count = 0;
    while (must(events->next()) != nullptr) ++count;
    CHECK(count == 4);
}

TEST_CASE_FIXTURE(StoreFixture, "revisions that are not shown follow the one that is") {
    Import import(*this);
    const Uuid chat = import.chat("x");
    import.say({.chat = "x", .name = "a", .text = "old", .time = 10, .version = "1"});
    import.say({.chat = "x", .name = "a", .text = "new", .time = 20, .version = "2"});
    import.say({.chat = "x", .name = "b", .parent = "a", .text = "b", .time = 30});
    import.commit();
    CHECK(walk(chat, Walk::tree) == Lines{"0:new", "1:b"});
    CHECK(walk(chat, Walk::tree_and_revisions) == Lines{"0:new", "0:old", "1:b"});
    auto events = must(store().walk(chat, Walk::tree_and_revisions));
    const EventView* event = must(events->next());
    CHECK((event->body.flags & k_not_shown) == 0);
    const Uuid id = event->id;
    event = must(events->next());
    CHECK((event->body.flags & k_not_shown) != 0);
    CHECK(event->id == id);
    CHECK(event->sequence == 0);
    CHECK(must(store().event(to_string(id))).body.text == "new");
}

TEST_CASE_FIXTURE(StoreFixture,
                  "blocks of a longer revision that lost follow the last of the shorter one") {
    Import import(*this);
    const Uuid chat = import.chat("x");
    import.say_blocks({.chat = "x", .name = "a", .time = 10, .version = "1"},
                      {"old 0", "old 1", "old 2"});
    import.say_blocks({.chat = "x", .name = "a", .time = 20, .version = "2"}, {"new 0", "new 1"});
    import.say({.chat = "x", .name = "b", .parent = "a", .text = "b", .time = 30});
    import.commit();
    CHECK(walk(chat, Walk::tree_and_revisions) ==
          Lines{"0:new 0", "0:old 0", "1:new 1", "1:old 1", "1:old 2", "2:b"});
}

TEST_CASE_FIXTURE(StoreFixture, "an event comes back as it was said") {
    Import import(*this);
    const Uuid chat = import.chat("x");
    const Attachment blob = must(import.session().values().blob("picture"));
    Attachment attachment = blob;
    attachment.media_type = "image/png";
    attachment.name = "p.png";
    Attachment elsewhere;
    elsewhere.uri = "https://example.org/q.png";
    const std::string text =
        "lone \xED\xA0\x80, " + std::string(20'000, 'x') + std::string(1, '\0');
    const std::string data = "{\"k\":\"" + std::string(9'000, 'd') + "\"}";
    import.say({.chat = "x",
                .name = "call",
                .text = "calling",
                .kind = Kind::assistant_tool_call,
                .time = 1,
                .call_id = "t1"});
    const Uuid id = import.say({.chat = "x",
                                .name = "result",
                                .parent = "call",
                                .text = text,
                                .kind = Kind::assistant_tool_result,
                                .time = -5,
                                .model = "m",
                                .data = data,
                                .tool = "Bash",
                                .flags = k_sidechain,
                                .call_id = "t1",
                                .attachments = {attachment, elsewhere}});
    import.commit();
    const EventView event = must(store().event(to_string(id).substr(0, 13)));
    CHECK(event.id == id);
    CHECK(event.chat == chat);
    CHECK(event.body.text == text);
    CHECK(event.body.data == data);
    CHECK(event.body.kind == Kind::assistant_tool_result);
    CHECK(event.body.role == Role::assistant);
    CHECK(event.body.time == Time(-5));
    CHECK(event.body.model == "m");
    CHECK(event.body.name == "Bash");
    CHECK(event.body.call_id == "t1");
    CHECK(event.body.flags == k_sidechain);
    CHECK(event.record == "result");
    CHECK(event.parent == event_id(record_key(chat, "call"), 0));
    CHECK(event.refers == event_id(record_key(chat, "call"), 0));
    REQUIRE(event.body.attachments.size() == 2);
    CHECK(event.body.attachments[0].blob == blob.blob);
    CHECK(event.body.attachments[0].size_bytes == 7);
    CHECK(event.body.attachments[0].media_type == "image/png");
    CHECK(!event.body.attachments[1].blob);
    CHECK(event.body.attachments[1].uri == "https://example.org/q.png");
    REQUIRE(event.origins.size() == 1);
    CHECK(event.origins[0].place.line == 2);
}

TEST_CASE_FIXTURE(StoreFixture, "an event that two sources hold has both places") {
    for (const char* name : {"one.jsonl", "two.jsonl"}) {
        Import import(*this, name);
        import.chat("x");
        if (std::string_view(name) == "two.jsonl") import.bytes("something else\n", Fate::opaque);
        import.say({.chat = "x", .name = "a", .text = "a"});
        import.commit();
    }
    const EventView event =
        must(store().event(to_string(event_id(record_key(chat_id("test", "x"), "a"), 0))));
    REQUIRE(event.origins.size() == 2);
    CHECK(event.origins[0].source_id < event.origins[1].source_id);
    CHECK(event.origins[0].place.offset + event.origins[1].place.offset == 15);
}

TEST_CASE_FIXTURE(Branches,
                  "events are refused by what is no id, and not found once their chat is deleted") {
    const auto code = [&](std::string_view reference) {
        auto event = store().event(reference);
        REQUIRE(!event);
        return event.error().code;
    };
    CHECK(code("abc") == Code::invalid);
    CHECK(code("00000000") == Code::not_found);
    CHECK(must(store().event(to_string(c))).body.text == "c");
    must_do(store().delete_chat(chat, false));
    CHECK(code(to_string(c)) == Code::not_found);
}

TEST_CASE_FIXTURE(StoreFixture,
                  "a chat without events has an empty walk, an unknown one is an error") {
    const Uuid chat = must(store().create_chat("empty", "")).id;
    CHECK(walk(chat, Walk::head_path).empty());
    CHECK(walk(chat, Walk::tree_and_revisions).empty());
    auto events = store().walk(Uuid{}, Walk::tree);
    REQUIRE(!events);
    CHECK(events.error().code == Code::not_found);
}

TEST_CASE_FIXTURE(StoreFixture, "usage is listed by response, the greatest figures of each") {
    Import import(*this);
    const Uuid chat = import.chat("x");
    import.say({.chat = "x", .name = "a", .text = "a"});
    Usage usage;
    usage.response = "r2";
    usage.input = 5;
    usage.output = 7;
    must_do(import.session().sink().usage(chat, usage));
    usage.output = 3;
    usage.input = 6;
    must_do(import.session().sink().usage(chat, usage));
    usage.response = "r1";
    must_do(import.session().sink().usage(chat, usage));
    import.commit();
    const std::vector<Usage> all = must(store().usage(chat));
    REQUIRE(all.size() == 2);
    CHECK(all[0].response == "r1");
    CHECK(all[1].input == 6);
    CHECK(all[1].output == 7);
}
