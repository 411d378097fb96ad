// Verification: a sound store passes, and each kind of damage is found and named.
#include "store_fixture.h"

#include "store/sqlite.h"
#include "store/tokenizer.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <random>

using namespace kato;
using namespace kato::test;

namespace {

struct Sound : StoreFixture {
    Sound() {
        std::mt19937 random(7);
        std::string picture(30'000, '\0');
        for (char& c : picture) c = static_cast<char>(random());
        Import import(*this);
        import.chat("x");
        const Attachment blob = must(import.session().values().blob(picture));
        import.say({.chat = "x", .name = "a", .text = "first words", .time = 1, .attachments = {
                        blob
                    }});
        std::string text(100'000, 'b'); // base64 too: a blob in the source
        text += " long";
        import.say({.chat = "x", .name = "b", .parent = "a", .text = text, .time = 2});
        import.say({.chat = "x",
                    .name = "c",
                    .parent = "b",
                    .text = "third",
                    .kind = Kind::provider_info,
                    .time = 3});
        import.bytes("noise", Fate::opaque);
        import.commit();
        import_again();
    }
    void import_again() {
        Import import(*this, "second");
        import.chat("x");
        import.say(
            {.chat = "x", .name = "a", .text = "first words, revised", .time = 4, .version = "2"});
        import.commit();
    }
    struct Report {
        std::string json;
        bool ok;
    };
    Report verify() {
        auto report = must(store().verify({}, {}));
        return {report.first, report.second};
    }
    // Changes a file of the closed store behind its back.
    void damage(const char* sql, const char* name = "kato.db") {
        close();
        {
            auto db = must(Db::open(file(name), SQLITE_OPEN_READWRITE, 1000));
            must_do(register_tokenizer(*db));
            must_do(db->exec("PRAGMA foreign_keys = 0"));
            must_do(db->exec(sql));
        }
        open(true);
    }
    void fails(const char* check, const char* sql, const char* name = "kato.db") {
        damage(sql, name);
        const Report report = verify();
        CHECK_MESSAGE(!report.ok, sql);
        CHECK_MESSAGE(report.json.starts_with("{\"ok\":false,"), report.json);
        const std::string failed = std::string("{\"name\":\"") + check + "\",\"ok\":false,";
        CHECK_MESSAGE(report.json.find(failed) != std::string::npos, report.json);
    }
};

} // namespace

TEST_CASE_FIXTURE(Sound, "a sound store passes every check") {
    const Report report = verify();
    CHECK_MESSAGE(report.ok, report.json);
    for (const char* check : {"database", "references", "chunks", "blobs", "texts", "sources",
                              "accounting", "places", "trees", "index"})
        CHECK_MESSAGE(report.json.find(std::string("{\"name\":\"") + check + "\",\"ok\":true,") !=
                          std::string::npos,
                      check);
    open(true);
    CHECK(verify().ok); // without writing
}

TEST_CASE_FIXTURE(Sound, "deleted and purged chats leave a sound store") {
    must_do(store().delete_chat(chat_id("test", "x"), false));
    CHECK(verify().ok);
    must_do(store().restore_chat(chat_id("test", "x")));
    CHECK(verify().ok);
    must_do(store().delete_chat(chat_id("test", "x"), true));
    const Report report = verify();
    CHECK_MESSAGE(report.ok, report.json);
}

TEST_CASE_FIXTURE(Sound, "damaged bytes are found by their hashes") {
    SUBCASE("chunk") { fails("chunks", "UPDATE chunk SET key = randomblob(32)"); }
    SUBCASE("frame") { fails("chunks", "UPDATE chunk SET data = x'00'"); }
    SUBCASE("blob") { fails("blobs", "UPDATE blob SET sha256 = randomblob(32)"); }
    SUBCASE("text") { fails("texts", "DELETE FROM body_part"); }
    SUBCASE("source") { fails("sources", "UPDATE source SET sha256 = randomblob(32)"); }
    SUBCASE("piece") { fails("sources", "DELETE FROM source_piece"); }
}

TEST_CASE_FIXTURE(Sound, "damaged rows are found") {
    SUBCASE("reference") { fails("references", "DELETE FROM body"); }
    SUBCASE("attachment") { fails("references", "DELETE FROM blob_part; DELETE FROM blob"); }
    SUBCASE("counts") { fails("accounting", "UPDATE source SET parsed = parsed + 1"); }
    SUBCASE("place") { fails("places", "UPDATE event SET start = 1000000000 WHERE start > 0"); }
    SUBCASE("head") { fails("trees", "UPDATE chat SET head = 12345"); }
    SUBCASE("number of events") { fails("trees", "UPDATE chat SET events = events + 1"); }
    SUBCASE("parent") {
        fails("trees", "UPDATE event SET parent = 12345 WHERE parent IS NOT NULL");
    }
}

TEST_CASE_FIXTURE(Sound, "an index that disagrees with the store is found") {
    SUBCASE("an event is missing") {
        fails("index",
              "INSERT INTO fts (fts, rowid, text) VALUES ('delete', (SELECT max(id) FROM "
              "fts_docsize), "
              "'first words, revised')",
              "index.db");
    }
    SUBCASE("an event is too much") {
        fails("index", "INSERT INTO fts (rowid, text) VALUES (99999, 'made up')", "index.db");
    }
    SUBCASE("a text differs") {
        fails("index",
              "INSERT INTO fts (fts, rowid, text) VALUES ('delete', (SELECT max(id) FROM "
              "fts_docsize), "
              "'first words, revised'); INSERT INTO fts (rowid, text) VALUES "
              "((SELECT max(id) + 1 FROM fts_docsize), 'other')",
              "index.db");
    }
}

TEST_CASE_FIXTURE(Sound, "an index that cannot be read is a finding, a missing one is not") {
    close();
    for (const char* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(file("index.db") + suffix);
    bool good = true;
    SUBCASE("missing") {}
    SUBCASE("not an index") {
        write_file(file("index.db"), "something else");
        good = false;
    }
    open(true);
    const Report report = verify();
    CHECK(report.ok == good);
    CHECK(report.json.find(good ? "{\"name\":\"index\",\"ok\":true,"
                                : "{\"name\":\"index\",\"ok\":false,") != std::string::npos);
}

TEST_CASE_FIXTURE(Sound, "a file with damaged pages gives a report, not an error") {
    close(); // empties the log into the database
    std::filesystem::remove(file("kato.db-wal"));
    std::filesystem::remove(file("kato.db-shm"));
    std::string bytes = read_file(file("kato.db"));
    constexpr std::size_t k_page = 16384;
    for (std::size_t at = 8 * k_page; at + 64 < bytes.size(); at += 2 * k_page)
        bytes.replace(at, 64, std::string(64, 'Z'));
    write_file(file("kato.db"), bytes);
    open(true);
    auto report = store().verify({}, {});
    REQUIRE(report);
    CHECK(!report->second);
}

TEST_CASE_FIXTURE(Sound,
                  "verification can be stopped, says how far it is, and ends with its total") {
    auto stopped = store().verify([] { return true; }, {});
    REQUIRE(!stopped);
    CHECK(stopped.error().code == Code::cancelled);
    std::uint64_t last = 0;
    std::uint64_t all = 0;
    bool falling = false;
    (void)must(
        store().verify({}, [&](std::uint64_t done_bytes, std::uint64_t total, const std::string&) {
            falling = falling || done_bytes < last;
            last = done_bytes;
            all = total;
            return done();
        }));
    CHECK(!falling);
    CHECK(all > 100'000);
    CHECK(last == all);
    auto refused =
        store().verify({}, [](std::uint64_t, std::uint64_t, const std::string&) -> Status {
            return Error{Code::user, "no"};
        });
    REQUIRE(!refused);
    CHECK(refused.error().code == Code::user);
}
