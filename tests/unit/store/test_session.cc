// What an import does to the store: new, unchanged, grown and rewritten sources, revisions, merging.
#include "unit/store/scene.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kato;
using namespace kato::test;

namespace {

const Told k_log = {
    .records = {
        {.name = "a", .text = "ask", .time = 10},
        {.name = "b", .text = "answer", .parent = "a", .time = 20, .kind = Kind::assistant_message},
    }};

std::string original(const Scene& scene, const std::string& name) {
    std::string out;
    for (const SourceView& source : value_of(scene.store->sources({})))
        if (source.reference.name == name)
            CHECK(value_of(scene.store->read_source(*parse_uuid(source.reference.id),
                                                    [&](std::string_view bytes) {
                                                        out += bytes;
                                                        return done();
                                                    })));
    return out;
}

} // namespace

TEST_CASE("a new source gives its chats, events and bytes") {
    Scene scene;
    const ImportCounts counts = scene.import(k_log);
    CHECK(counts.changed);
    CHECK(!counts.source_known);
    CHECK(counts.chats == 1);
    CHECK(counts.events == 2);
    CHECK(counts.conversation_events == 2);
    CHECK(counts.events_new == 2);
    CHECK(counts.parsed_bytes == k_log.bytes().size());
    CHECK(scene.texts("c") == std::vector<std::string>{"ask", "answer"});
    CHECK(original(scene, k_log.name) == k_log.bytes());
    CHECK(scene.verified());
}

TEST_CASE("the same source again changes nothing") {
    Scene scene;
    scene.import(k_log);
    const std::string before = scene.everything();
    for (int i = 0; i < 2; ++i) {
        const ImportCounts counts = scene.import(k_log);
        CHECK(!counts.changed);
        CHECK(counts.source_known);
        CHECK(counts.events_new + counts.events_updated + counts.events_vanished == 0);
        CHECK(scene.everything() == before);
    }
    CHECK(scene.count("SELECT count(*) FROM source") == 1);
    CHECK(scene.count("SELECT count(*) FROM source_piece") == 1);
    CHECK(scene.verified());
}

TEST_CASE("a source that has grown adds just what is new, and is still one source") {
    Scene scene;
    scene.import(k_log);
    Told grown = k_log;
    grown.records.push_back({.name = "d", .text = "more", .parent = "b", .time = 30});
    const ImportCounts counts = scene.import(grown);
    CHECK(counts.changed);
    CHECK(counts.source_known);
    CHECK(counts.events_new == 1);
    CHECK(counts.events_vanished == 0);
    CHECK(scene.texts("c") == std::vector<std::string>{"ask", "answer", "more"});
    CHECK(scene.count("SELECT count(*) FROM source") == 1);
    CHECK(original(scene, grown.name) == grown.bytes());
    Scene at_once;
    at_once.import(grown);
    CHECK(scene.everything() == at_once.everything());
    CHECK(scene.verified());
}

TEST_CASE("what a rewritten source no longer has is marked as vanished, and kept") {
    Scene scene;
    scene.import(k_log);
    Told rewritten = k_log;
    rewritten.records.erase(rewritten.records.begin());
    rewritten.records.push_back({.name = "d", .text = "new", .parent = "b", .time = 30});
    const ImportCounts counts = scene.import(rewritten);
    CHECK(counts.events_new == 1);
    CHECK(counts.events_vanished == 1);
    const auto events = scene.events(chat_of("c"));
    REQUIRE(events.size() == 3);
    CHECK((events[0].body.flags & k_vanished) != 0);
    CHECK((events[1].body.flags & k_vanished) == 0);
    CHECK(original(scene, rewritten.name) == rewritten.bytes());

    SUBCASE("an event's place is the one in the newest version") {
        REQUIRE(!events[1].origins.empty());
        const Place place = events[1].origins.front().place;
        CHECK(rewritten.bytes().substr(place.offset, place.length).starts_with("c b a"));
    }
    SUBCASE("what comes back is no longer vanished") {
        const ImportCounts again = scene.import(k_log);
        CHECK(again.changed);
        CHECK(again.events_vanished == 1); // "d"
        for (const EventView& event : scene.events(chat_of("c")))
            CHECK(((event.body.flags & k_vanished) != 0) == (event.body.text == "new"));
        CHECK(original(scene, k_log.name) == k_log.bytes());
    }
    CHECK(scene.verified());
}

TEST_CASE("a source elsewhere makes nothing vanish") {
    Scene scene;
    scene.import(k_log);
    Told other = k_log;
    other.location = "/logs/other.jsonl";
    other.name = "other.jsonl";
    other.records.pop_back();
    CHECK(scene.import(other).events_vanished == 0);
    for (const EventView& event : scene.events(chat_of("c")))
        CHECK((event.body.flags & k_vanished) == 0);
}

TEST_CASE("of two contents under one name both are kept, and the newer is shown") {
    Told one = {
        .name = "1", .location = "/1", .records = {{.name = "a", .text = "old", .time = 10}}};
    Told two = {
        .name = "2", .location = "/2", .records = {{.name = "a", .text = "young", .time = 20}}};
    Scene scene;
    scene.import(one);
    const ImportCounts counts = scene.import(two);
    CHECK(counts.events_updated == 1);
    CHECK(counts.events_new == 0);
    CHECK(scene.texts("c") == std::vector<std::string>{"young"});
    CHECK(scene.texts("c", Walk::tree_and_revisions) == std::vector<std::string>{"young", "old"});
    CHECK(scene.found("young").size() == 1);
    CHECK(scene.found("old").empty());
    Scene reversed;
    reversed.import(two);
    reversed.import(one);
    CHECK(reversed.everything() == scene.everything());
    CHECK(reversed.found("old").empty());
    CHECK(scene.verified());
    CHECK(reversed.verified());
}

TEST_CASE("the order of imports does not matter") {
    std::vector<Told> all;
    for (int i = 0; i < 4; ++i) {
        Told told = {.name = std::to_string(i), .location = "/" + std::to_string(i)};
        for (int j = 0; j < 6; ++j) {
            const std::string name = "r" + std::to_string((i * 3 + j) % 9);
            const int version = (i + j) % 3;
            told.records.push_back(
                {.chat = j % 2 == 0 ? "c" : "d",
                 .name = name,
                 .text = name + " v" + std::to_string(version),
                 .parent = j == 0 ? "" : told.records.back().name,
                 .time = 100 + version * 10 + j % 2,
                 .kind = j % 3 == 0 ? Kind::assistant_tool_call : Kind::assistant_tool_result,
                 .call = "call" + std::to_string(j / 2)});
        }
        ChatFacts facts;
        facts.id = chat_of("c");
        facts.title = Ranked{"title " + std::to_string(i), i % 2, Time(i)};
        if (i == 2) facts.forked_from = chat_of("d");
        told.facts.push_back(facts);
        told.usage.push_back({"c", Usage{.response = "r", .input = 10 * (4 - i), .output = i}});
        all.push_back(std::move(told));
    }
    std::vector<int> order = {0, 1, 2, 3};
    std::string first;
    do {
        Scene scene;
        for (const int i : order) scene.import(all[static_cast<std::size_t>(i)]);
        if (first.empty()) first = scene.everything();
        CHECK(scene.everything() == first);
        CHECK(scene.found("v2").size() + scene.found("v1").size() + scene.found("v0").size() ==
              static_cast<std::size_t>(
                  scene.count("SELECT count(*) FROM event WHERE shown = 1 AND copy_of IS NULL")));
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("token usage is the maximum of what was said of a response") {
    Scene scene;
    Told told = k_log;
    told.usage = {{"c", {.response = "r1", .input = 10, .output = 1}},
                  {"c", {.response = "r1", .input = 10, .output = 7}},
                  {"c", {.response = "r1", .input = 3, .output = 5}},
                  {"c", {.response = "r2", .input = 1, .output = 1}}};
    scene.import(told);
    const std::vector<Usage> usage = value_of(scene.store->usage(chat_of("c")));
    REQUIRE(usage.size() == 2);
    CHECK(usage[0].input == 10);
    CHECK(usage[0].output == 7);
    CHECK(usage[1].input == 1);
    CHECK(!scene.import(told).changed);
}

TEST_CASE("a mark adds its flags to a record, and only once") {
    Scene scene;
    Told told = k_log;
    told.marks = {{"c", "b", k_superseded}, {"c", "absent", k_hidden}};
    scene.import(told);
    const auto events = scene.events(chat_of("c"));
    CHECK(events[0].body.flags == 0);
    CHECK(events[1].body.flags == k_superseded);
    CHECK(!scene.import(told).changed);
}

TEST_CASE("an import that is not committed leaves nothing") {
    Scene scene;
    const std::string before = scene.everything();
    {
        const auto session = value_of(scene.store->begin_import());
        require_ok(session->begin({.name = "x", .location = "/x", .format = "test"}));
        ChatFacts facts;
        facts.id = chat_of("c");
        require_ok(session->sink().chat(facts));
        require_ok(session->retain("bytes"));
        value_of(session->values().blob("picture"));
    }
    CHECK(scene.everything() == before);
    for (const char* sql : {"SELECT count(*) FROM source", "SELECT count(*) FROM chunk",
                            "SELECT count(*) FROM blob", "SELECT count(*) FROM chat"})
        CHECK(scene.count(sql) == 0);
    CHECK(scene.import(k_log).events_new == 2); // the lock is free again
}

TEST_CASE("values that no event uses disappear with the import") {
    Scene scene;
    const auto session = value_of(scene.store->begin_import());
    require_ok(session->begin({.name = "x", .location = "/x", .format = "test"}));
    const Attachment used = value_of(session->values().blob("used"));
    value_of(session->values().blob("unused"));
    require_ok(session->values().begin_text());
    require_ok(session->values().append_text("a text without an event"));
    value_of(session->values().finish_text());
    require_ok(session->values().begin_text());
    require_ok(session->values().append_text("a text with one"));
    const StoredText text = value_of(session->values().finish_text());
    ParsedRecord record;
    record.chat = chat_of("c");
    record.name = "a";
    record.place = {0, 4, 1};
    record.events.resize(1);
    record.events[0].body.kind = Kind::user_message;
    record.events[0].body.stored_text = text;
    record.events[0].body.attachments.push_back(used);
    require_ok(session->sink().record(record));
    require_ok(session->sink().account(Fate::parsed, record.place, {}));
    require_ok(session->retain("line"));
    value_of(session->commit());
    CHECK(scene.count("SELECT count(*) FROM blob") == 1);
    CHECK(scene.count("SELECT count(*) FROM body") == 1);
    CHECK(scene.texts("c") == std::vector<std::string>{"a text with one"});
    CHECK(scene.verified());
}

TEST_CASE("a reader that leaves out bytes is found out") {
    Scene scene;
    const auto session = value_of(scene.store->begin_import());
    require_ok(session->begin({.name = "x", .location = "/x", .format = "test"}));
    require_ok(session->sink().account(Fate::parsed, {0, 5, 1}, {}));
    CHECK(!session->sink().account(Fate::parsed, {6, 5, 2}, {}));
}

TEST_CASE("of a canonical stream only what was not understood is kept") {
    Scene scene;
    const auto import = [&](std::string_view unknown) {
        const auto session = value_of(scene.store->begin_import());
        require_ok(session->begin({.name = "-", .format = "kato", .canonical = true}));
        require_ok(session->sink().account(Fate::parsed, {0, 6, 1}, {}));
        if (!unknown.empty())
            require_ok(session->sink().account(Fate::opaque, {6, unknown.size(), 2}, "unknown"));
        require_ok(session->retain("known\n"));
        require_ok(session->retain(unknown));
        return value_of(session->commit());
    };
    CHECK(!import("").changed);
    CHECK(scene.count("SELECT count(*) FROM source") == 0);
    CHECK(import("what is this\n").changed);
    CHECK(scene.count("SELECT count(*) FROM source WHERE state = 3 AND size = 13") == 1);
    CHECK(!import("what is this\n").changed);
    CHECK(scene.count("SELECT count(*) FROM source") == 1);
    CHECK(value_of(scene.store->sources({})).empty()); // no source of its own
}
