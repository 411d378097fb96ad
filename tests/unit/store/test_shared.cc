// Sources that share a transaction: all of them are there when it is committed, and none before.
#include "unit/store/scene.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

Told source(const std::string& name, std::string text) {
    return {.name = name,
            .location = "/" + name,
            .records = {{.chat = name, .name = "r", .text = std::move(text), .time = 1}}};
}

// More than the index hands to its thread at once, in few words.
std::string padded(std::string word) {
    word.resize(3 << 20, ' ');
    return word;
}

std::size_t chats(Scene& scene) { return value_of(scene.store->list_chats({})).size(); }

void give_up(Scene& scene, const Told& told) {
    const auto session = value_of(scene.store->begin_shared_import(scene.share));
    begin_source(*session, told);
}

} // namespace

TEST_CASE("what is shared is there when it is committed, and not before") {
    Scene scene;
    value_of(scene.import_shared(source("a", "common a")));
    value_of(scene.import_shared(source("b", "common b")));
    CHECK(chats(scene) == 0);
    require_ok(scene.store->commit_imports(scene.share));
    CHECK(chats(scene) == 2);
    require_ok(scene.store->commit_imports(scene.share)); // there is nothing to commit
    require_ok(scene.store->end_import());
    CHECK(scene.found("common").size() == 2);
    CHECK(scene.verified());
}

TEST_CASE("a source that is given up takes nothing of those with it that it shares with") {
    Scene scene;
    std::string text = "wrong";
    bool first = false;
    SUBCASE("short") {}
    SUBCASE("long") { text = padded("wrong"); }
    SUBCASE("the first of all") { first = true; }
    if (first) give_up(scene, source("b", text));
    value_of(scene.import_shared(source("a", "common a")));
    give_up(scene, source("b", text));
    value_of(scene.import_shared(source("c", "common c")));
    require_ok(scene.store->commit_imports(scene.share));
    value_of(scene.import_shared(source("d", "common d")));
    require_ok(scene.store->commit_imports(scene.share));
    require_ok(scene.store->end_import());
    CHECK(chats(scene) == 3);
    CHECK(scene.found("common").size() == 3);
    CHECK(scene.found("wrong").empty());
    CHECK(scene.verified());
}

TEST_CASE("what is left in a store that is closed is rolled back, and its numbers are used anew") {
    for (const std::string& text : {std::string("lost"), padded("lost")}) {
        Scene scene;
        value_of(scene.import_shared(source("before", "common before")));
        require_ok(scene.store->commit_imports(scene.share));
        value_of(scene.import_shared(source("a", text)));
        scene.close();
        scene.open();
        CHECK(chats(scene) == 1);
        scene.share = {};
        value_of(scene.import_shared(source("b", "common b")));
        require_ok(scene.store->commit_imports(scene.share));
        require_ok(scene.store->end_import());
        CHECK(scene.found("lost").empty());
        CHECK(scene.found("common").size() == 2);
        CHECK(scene.verified());
    }
}

TEST_CASE("imports that share a transaction hear of their own sources only") {
    Scene scene;
    ImportShare other;
    value_of(scene.import_shared(source("a", "common a")));
    {
        const auto session = value_of(scene.store->begin_shared_import(other));
        require_ok(session->begin({.name = "x", .location = "/x", .format = "test"}));
    }                                               // given up
    require_ok(scene.store->commit_imports(other)); // nothing of its own
    CHECK(chats(scene) == 0);
    require_ok(scene.store->end_import()); // of the other one
    CHECK(chats(scene) == 1);
    require_ok(scene.store->commit_imports(scene.share)); // which has happened
    CHECK(scene.found("common").size() == 1);
    CHECK(scene.verified());
}

TEST_CASE("another change of the same store commits what is shared first") {
    Scene scene;
    value_of(scene.import_shared(source("a", "common a")));
    SUBCASE("an event is appended") {
        NewEvent event;
        event.body.kind = Kind::user_message;
        event.body.text = "appended";
        value_of(scene.store->append(chat_of("a"), std::move(event)));
        CHECK(scene.found("appended").size() == 1);
    }
    SUBCASE("a source of its own") { value_of(scene.import_one(source("b", "other b"))); }
    SUBCASE("a source is confirmed") {
        const auto session = value_of(scene.store->begin_shared_import(scene.share));
        const SourceInfo info{.name = "a", .location = "/a", .format = "test"};
        const auto known = value_of(session->known(info));
        REQUIRE(known.has_value());
        require_ok(session->confirm(info, *known));
    }
    SUBCASE("a chat is purged") { require_ok(scene.store->delete_chat(chat_of("a"), true)); }
    SUBCASE("the index is built anew") { require_ok(scene.store->reindex({}, {})); }
    const std::size_t there = chats(scene);
    value_of(scene.import_shared(source("c", "common c")));
    require_ok(scene.store->commit_imports(scene.share));
    require_ok(scene.store->end_import());
    CHECK(chats(scene) == there + 1);
    CHECK(scene.found("common c").size() == 1);
    CHECK(scene.verified());
}

TEST_CASE("other processes wait for what is shared, and then see all of it") {
    Scene scene;
    value_of(scene.import_shared(source("a", "common a")));
    StoreOptions options;
    options.busy_timeout_ms = 50;
    const auto other = value_of(open_store(scene.path(), options, system_environment()));
    CHECK(value_of(other->list_chats({})).empty());
    const auto refused = other->create_chat("mine", "");
    REQUIRE(!refused);
    CHECK(refused.error().code == Code::busy);
    require_ok(scene.store->commit_imports(scene.share));
    CHECK(value_of(other->list_chats({})).size() == 1);
    value_of(other->create_chat("mine", ""));
    value_of(scene.import_shared(source("b", "common b")));
    require_ok(scene.store->commit_imports(scene.share));
    require_ok(scene.store->end_import());
    CHECK(scene.found("common").size() == 2);
    CHECK(scene.verified());
}

TEST_CASE("a new version of a source that shares the transaction with the old one") {
    Scene scene;
    Told told = source("a", "common a");
    value_of(scene.import_shared(told));
    const ImportCounts again = value_of(scene.import_shared(told));
    CHECK(!again.changed);
    told.records.push_back({.chat = "a", .name = "s", .text = "common more", .time = 2});
    const ImportCounts grown = value_of(scene.import_shared(told));
    CHECK(grown.source_known);
    CHECK(grown.events_new == 1);
    require_ok(scene.store->commit_imports(scene.share));
    require_ok(scene.store->end_import());
    CHECK(scene.found("common").size() == 2);
    CHECK(scene.count("SELECT count(*) FROM source WHERE state = 0") == 1);
    CHECK(scene.verified());
}
