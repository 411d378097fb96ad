// Sources come back byte for byte, newest versions only; blobs by their hash.
#include "store_fixture.h"

#include "base/base64.h"

#include <doctest/doctest.h>

#include <random>

using namespace kato;
using namespace kato::test;

namespace {

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(random());
    return out;
}

struct Sources : StoreFixture {
    std::string read(const std::string& id) {
        std::string bytes;
        const bool complete = must(store().read_source(*parse_uuid(id), [&](std::string_view part) {
            bytes += part;
            return done();
        }));
        CHECK(complete);
        return bytes;
    }
    std::vector<SourceView> list(std::vector<Uuid> chats = {}) {
        return must(store().sources(chats));
    }
};

} // namespace

TEST_CASE_FIXTURE(Sources, "a source's bytes come back exactly") {
    const std::string picture = noise(100'000, 1);
    const std::vector<std::string> pieces = {
        "plain text\n",
        noise(3'000'000, 2),                                // several chunks
        "{\"image\":\"" + base64_encode(picture) + "\"}\n", // stored as the blob it decodes to
        base64_encode(noise(6001, 3)) +
            base64_encode(picture),                    // two runs in one, the first with padding
        std::string(200'000, 'A'),                     // base64 that means nothing
        base64_encode(noise(9000, 4)).substr(0, 8191), // cut off
        std::string(1, '\0'),
    };
    std::string whole;
    Import import(*this);
    import.chat("x");
    for (const std::string& piece : pieces) {
        import.bytes(piece, Fate::opaque);
        whole += piece;
    }
    import.commit();
    const std::vector<SourceView> all = list();
    REQUIRE(all.size() == 1);
    CHECK(all[0].retained);
    CHECK(all[0].reference.size_bytes == whole.size());
    CHECK(all[0].reference.sha256 == sha256(whole));
    CHECK(read(all[0].reference.id) == whole);
    // The picture can be read by itself.
    std::string blob;
    must_do(store().read_blob(sha256(picture), [&](std::string_view part) {
        blob += part;
        return done();
    }));
    CHECK(blob == picture);
    CHECK(must(store().blob_size(sha256(picture))) == picture.size());
}

TEST_CASE_FIXTURE(Sources, "an empty source comes back empty") {
    Import(*this).commit();
    REQUIRE(list().size() == 1);
    CHECK(read(list()[0].reference.id).empty());
}

TEST_CASE_FIXTURE(Sources, "sources are listed by name, and of each only the newest version") {
    for (const auto& [name, text] :
         {std::pair{"b.jsonl", "first"}, {"a.jsonl", "other"}, {"b.jsonl", "rewritten"}}) {
        Import import(*this, name);
        import.chat("x");
        import.say({.chat = "x", .name = text, .text = text});
        import.commit();
    }
    const std::vector<SourceView> all = list();
    REQUIRE(all.size() == 2);
    CHECK(all[0].reference.name == "a.jsonl");
    CHECK(all[0].reference.format == "test");
    CHECK(all[1].reference.name == "b.jsonl");
    CHECK(read(all[1].reference.id).find("rewritten") != std::string::npos);
    // What only the older version had speaks of no source any more.
    const EventView vanished =
        must(store().event(to_string(event_id(record_key(chat_id("test", "x"), "first"), 0))));
    CHECK((vanished.body.flags & k_vanished) != 0);
    CHECK(vanished.origins.empty());
}

TEST_CASE_FIXTURE(Sources, "a chat's sources are those its events came from") {
    for (const char* name : {"one", "two", "both"}) {
        Import import(*this, name);
        for (const char* chat : {"one", "two"}) {
            if (std::string_view(name) != "both" && std::string_view(name) != chat) continue;
            import.chat(chat);
            import.say({.chat = chat, .name = "a", .text = "the same in both"});
            import.say({.chat = chat, .name = name, .text = name});
        }
        import.commit();
    }
    const auto names = [&](std::vector<Uuid> chats) {
        std::string out;
        for (const SourceView& source : list(std::move(chats))) out += source.reference.name + " ";
        return out;
    };
    CHECK(names({chat_id("test", "one")}) == "both one ");
    CHECK(names({chat_id("test", "one"), chat_id("test", "two")}) == "both one two ");
    CHECK(names({chat_id("test", "none")}) == "");
}

TEST_CASE_FIXTURE(Sources, "a source that is only known by reference says so") {
    SourceReference reference;
    reference.id = "11111111-2222-8333-8444-555555555555";
    reference.name = "far away.jsonl";
    reference.size_bytes = 12;
    {
        auto session = must(store().begin_import());
        SourceInfo info;
        info.name = "export.jsonl";
        info.format = "kato";
        info.canonical = true;
        must_do(session->begin(info));
        ChatFacts facts;
        facts.id = chat_id("test", "x");
        must_do(session->sink().chat(facts));
        must_do(session->sink().source(facts.id, reference));
        (void)must(session->commit());
    }
    REQUIRE(list().size() == 1);
    CHECK(!list()[0].retained);
    CHECK(list()[0].reference.name == "far away.jsonl");
    auto read =
        store().read_source(*parse_uuid(reference.id), [](std::string_view) { return done(); });
    REQUIRE(!read);
    CHECK(read.error().code == Code::not_found);
    CHECK(!read.error().hint.empty());
}

TEST_CASE_FIXTURE(Sources, "what was purged reads as zero bytes and is said") {
    std::string whole;
    {
        Import import(*this);
        import.chat("keep");
        import.chat("drop");
        import.say({.chat = "keep", .name = "a", .text = "kept"});
        import.say({.chat = "drop", .name = "b", .text = "SECRET"});
        import.commit();
    }
    whole = read(list()[0].reference.id);
    must_do(store().delete_chat(chat_id("test", "drop"), true));
    REQUIRE(list().size() == 1);
    std::string bytes;
    CHECK(
        !must(store().read_source(*parse_uuid(list()[0].reference.id), [&](std::string_view part) {
            bytes += part;
            return done();
        })));
    CHECK(bytes.size() == whole.size());
    CHECK(bytes.find("kept") != std::string::npos);
    CHECK(bytes.find("SECRET") == std::string::npos);
    CHECK(bytes.find('\0') != std::string::npos);
}

TEST_CASE_FIXTURE(Sources, "an output that refuses ends the reading with its error") {
    Import import(*this);
    import.bytes("text", Fate::opaque);
    import.commit();
    auto read =
        store().read_source(*parse_uuid(list()[0].reference.id), [](std::string_view) -> Status {
            return Error{Code::user, "enough"};
        });
    REQUIRE(!read);
    CHECK(read.error().code == Code::user);
    auto blob = store().blob_size(Digest{});
    REQUIRE(!blob);
    CHECK(blob.error().code == Code::not_found);
}
