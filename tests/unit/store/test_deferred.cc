// Sources that are imported together: what is left for later is there in the end, whatever happens.
#include "unit/store/scene.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kato;
using namespace kato::test;

namespace {

Told source(const std::string& name, const std::string& text) {
    return {.name = name,
            .location = "/" + name,
            .records = {{.chat = name, .name = "r", .text = text, .time = 1}}};
}

// More than the index hands to its thread at once, in few words.
std::string long_text(const std::string& word, std::size_t size) {
    std::string text = word;
    text.resize(size, ' ');
    return text;
}

void give_up(Scene& scene, const Told& told) {
    const auto session = value_of(scene.store->begin_import());
    begin_source(*session, told);
}

} // namespace

TEST_CASE("several sources are found when the import has ended") {
    Scene scene;
    for (const char* name : {"a", "b", "c"})
        value_of(scene.import_one(source(name, std::string("common ") + name)));
    require_ok(scene.store->end_import());
    CHECK(scene.found("common").size() == 3);
    require_ok(scene.store->end_import()); // nothing is left
    CHECK(scene.found("common").size() == 3);
    CHECK(scene.verified());
}

TEST_CASE("an import that never ended is made up for by the next change, or the next to open") {
    Scene scene;
    value_of(scene.import_one(source("a", "common a")));
    SUBCASE("closed") {
        scene.close();
        scene.open();
    }
    SUBCASE("an event is appended") {
        NewEvent event;
        event.body.kind = Kind::user_message;
        event.body.text = "uncommon";
        value_of(scene.store->append(chat_of("a"), std::move(event)));
    }
    CHECK(scene.found("common").size() == 1);
    CHECK(scene.verified());
}

TEST_CASE("a source that is given up takes nothing of the others with it") {
    Scene scene;
    std::string text = "wrong";
    SUBCASE("short") {}
    SUBCASE("long") { text = long_text("wrong", 3 << 20); }
    value_of(scene.import_one(source("a", "common a")));
    give_up(scene, source("b", text));
    value_of(scene.import_one(source("c", "common c")));
    require_ok(scene.store->end_import());
    CHECK(scene.found("common").size() == 2);
    CHECK(scene.found("wrong").empty());
    CHECK(scene.verified());
}

TEST_CASE("a long import is committed to the index on its way") {
    Scene scene;
    for (int i = 0; i < 12; ++i)
        value_of(scene.import_one(
            source("s" + std::to_string(i), long_text("common" + std::to_string(i), 6 << 20))));
    CHECK(scene.database("index.db")->integer("SELECT count(*) FROM fts_docsize").ok());
    scene.close(); // without an end: the last ones are found missing
    scene.open();
    for (int i = 0; i < 12; ++i) CHECK(scene.found("common" + std::to_string(i)).size() == 1);
    CHECK(scene.verified());
}

TEST_CASE("another writer is not held up by an import that goes on, and is found in the end") {
    Scene scene;
    value_of(scene.import_one(source("a", "common a")));
    StoreOptions options;
    options.busy_timeout_ms = 100;
    {
        const auto other = value_of(open_store(scene.path(), options, system_environment()));
        NewEvent event;
        event.body.kind = Kind::user_message;
        event.body.text = "common other";
        value_of(other->append(chat_of("a"), std::move(event)));
        // Only what must leave no trace in the index waits for it.
        const Status purged = other->delete_chat(chat_of("a"), true);
        REQUIRE(!purged);
        CHECK(purged.error().code == Code::busy);
    }
    value_of(scene.import_one(source("b", "common b")));
    require_ok(scene.store->end_import());
    CHECK(scene.found("common").size() == 3);
    CHECK(scene.verified());
}
