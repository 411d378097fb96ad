// Migrations: all steps or none, and never with a database that is not ours or too new.
#include "store/schema.h"

#include "store/copies.h"
#include "unit/store/scene.h"

#include <doctest/doctest.h>

#include <array>

using namespace kato;
using namespace kato::test;

namespace {

std::unique_ptr<Db> fresh(const TempDir& folder) {
    auto db = value_of(
        Db::open((folder / "a.db").string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 100));
    require_ok(db->exec(
        "CREATE TABLE t (a TEXT) STRICT; INSERT INTO t VALUES ('kept'); PRAGMA user_version = 1"));
    return db;
}

// The tables of version 1, with what they hold.
constexpr const char* k_to_version_1 = R"sql(
    CREATE TABLE piece_1 (
      source INTEGER NOT NULL REFERENCES source (n),
      seq    INTEGER NOT NULL,
      size   INTEGER NOT NULL,
      chunk  INTEGER REFERENCES chunk (n),
      blob   INTEGER REFERENCES blob (n),
      PRIMARY KEY (source, seq)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO piece_1 SELECT source, row_number() OVER (ORDER BY start) - 1, size, chunk, blob
      FROM source_piece;
    DROP TABLE source_piece;
    ALTER TABLE piece_1 RENAME TO source_piece;
    CREATE INDEX source_piece_by_chunk ON source_piece (chunk) WHERE chunk IS NOT NULL;
    CREATE INDEX source_piece_by_blob ON source_piece (blob) WHERE blob IS NOT NULL;
    DROP INDEX event_facts;
    DROP INDEX event_by_id;
    CREATE UNIQUE INDEX event_by_id ON event (id, revision);
    DROP INDEX body_by_source;
    DROP INDEX event_by_text_body;
    DROP INDEX event_by_data_body;
    DROP INDEX event_by_extra_body;
    ALTER TABLE body DROP COLUMN source;
    ALTER TABLE body DROP COLUMN start;
    ALTER TABLE body DROP COLUMN length;
    ALTER TABLE body DROP COLUMN escaped;
    DROP TABLE run_message;
    DROP TABLE run;
    DROP TABLE container;
    ALTER TABLE chat DROP COLUMN head_record;
    ALTER TABLE chat DROP COLUMN head_time;
    ALTER TABLE source DROP COLUMN as_of;
    PRAGMA user_version = 1)sql";

} // namespace

TEST_CASE("migrations run in order, from any version, and keep what is there") {
    constexpr std::array<Migration, 2> k_steps = {
        Migration{1, "ALTER TABLE t ADD COLUMN b TEXT"},
        Migration{2, "UPDATE t SET b = a || '!'"},
    };
    const TempDir folder;
    const auto db = fresh(folder);
    require_ok(migrate(*db, 3, k_steps.data(), k_steps.size()));
    CHECK(value_of(db->integer("PRAGMA user_version")) == 3);
    CHECK(value_of(db->text("SELECT b FROM t")) == "kept!");
    require_ok(db->exec("UPDATE t SET b = NULL; PRAGMA user_version = 2"));
    require_ok(migrate(*db, 3, k_steps.data(), k_steps.size()));
    CHECK(value_of(db->text("SELECT b FROM t")) == "kept!");
    require_ok(migrate(*db, 3, k_steps.data(), k_steps.size())); // another process was first
}

TEST_CASE("a migration that cannot be completed changes nothing") {
    constexpr std::array<Migration, 2> k_steps = {
        Migration{1, "ALTER TABLE t ADD COLUMN b TEXT"},
        Migration{2, "UPDATE absent SET b = a"},
    };
    const TempDir folder;
    const auto db = fresh(folder);
    CHECK(!migrate(*db, 3, k_steps.data(), k_steps.size()));
    const Status no_way = migrate(*db, 4, k_steps.data(), 1);
    REQUIRE(!no_way);
    CHECK(no_way.error().code == Code::version);
    CHECK(value_of(db->integer("PRAGMA user_version")) == 1);
    CHECK(value_of(db->integer("SELECT count(*) FROM pragma_table_info('t')")) == 1);
}

TEST_CASE("a store written by a newer version is refused and left as it is") {
    Scene scene;
    scene.import({.records = {{.name = "a", .text = "hello"}}});
    scene.close();
    const std::string newer = "PRAGMA user_version = " + std::to_string(k_schema_version + 1);
    require_ok(scene.database()->exec(newer.c_str()));
    for (const bool read_only : {true, false}) {
        StoreOptions options;
        options.read_only = read_only;
        const auto store = open_store(scene.path(), options, system_environment());
        REQUIRE(!store);
        CHECK(store.error().code == Code::version);
        CHECK(!store.error().hint.empty());
    }
    CHECK(scene.count("SELECT count(*) FROM event") == 1);
    CHECK(scene.count("PRAGMA user_version") == k_schema_version + 1);
}

TEST_CASE("the store's file says what it is") {
    const Scene scene;
    CHECK(scene.count("PRAGMA application_id") == k_application_id);
    CHECK(scene.count("PRAGMA user_version") == k_schema_version);
    CHECK(scene.count(
              "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
              "AND strict = 0 AND name NOT LIKE 'sqlite_%'") == 0);
}

TEST_CASE("what is missing from the schema is a problem") {
    Scene scene;
    scene.import({.records = {{.name = "a", .text = "hello"}}});
    CHECK(scene.verified());
    CHECK(schema_names().size() > 20);
    require_ok(scene.database()->exec("DROP INDEX event_facts"));
    CHECK(!scene.verified());
}

TEST_CASE("a store of version 1 is brought up to date with all that it holds") {
    Scene scene;
    std::string rest;
    for (int i = 0; rest.size() < 900'000; ++i) rest += std::to_string(i * 7919) + "\n";
    scene.import({.records = {{.name = "a", .text = std::string(9000, 'x')}}, .rest = rest});
    const std::string before = scene.everything();
    scene.close();
    require_ok(scene.database()->exec(k_to_version_1));
    scene.open();
    CHECK(value_of(scene.database()->integer("PRAGMA user_version")) == k_schema_version);
    CHECK(scene.everything() == before);
    CHECK(scene.verified());
}

TEST_CASE("copies of what version 1 kept are found") {
    const Said said{.chat = "c",
                    .name = "r",
                    .text = "run",
                    .kind = Kind::assistant_tool_call,
                    .tool = "shell",
                    .data = "{\"command\":\"" + std::string(1000, 'x') + "\"}"};
    Said again = said;
    again.chat = "d";
    Scene scene;
    scene.import({.records = {said}});
    scene.close();
    EventBody body;
    body.kind = said.kind;
    body.name = said.tool;
    body.text = said.text;
    body.data = said.data;
    {
        const auto db = scene.database();
        Query set(*db, "UPDATE event SET data = ?, data_body = NULL, likeness = ?");
        set.bind_text(1, said.data).bind(2, likeness_of(body, said.name, 0, {}, {}));
        require_ok(set.run());
        require_ok(db->exec("DELETE FROM body_part; DELETE FROM body"));
        require_ok(db->exec(k_to_version_1));
    }
    scene.open();
    CHECK(scene.verified());
    CHECK(scene.count("SELECT count(*) FROM event WHERE data IS NULL") == 1);
    scene.import({.name = "d", .location = "/logs/d", .records = {again}});
    CHECK(scene.count("SELECT count(*) FROM event WHERE copy_of IS NOT NULL") == 1);
    for (const EventView& event : scene.events(chat_of("c"))) CHECK(event.body.data == said.data);
    CHECK(scene.verified());
}

TEST_CASE("an index finds who refers to a text: else to remove texts takes quadratic time") {
    const Scene scene;
    CHECK(scene.count("SELECT count(*) FROM pragma_foreign_key_list('event') k WHERE k.\"table\" = "
                      "'body' AND NOT EXISTS (SELECT 1 FROM pragma_index_list('event') l JOIN "
                      "pragma_index_info(l.name) i WHERE i.seqno = 0 AND i.name = k.\"from\")") ==
          0);
}
