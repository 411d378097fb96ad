// The figures of a store.
#include "store/schema.h"
#include "store_fixture.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

struct Figures : StoreFixture {
    std::string text;
    void read() { text = must(store().stats("")); }
    // The number that follows "name":
    std::int64_t number(std::string_view name) {
        const std::string key = "\"" + std::string(name) + "\":";
        const std::size_t at = text.find(key);
        REQUIRE_MESSAGE(at != std::string::npos, name);
        return std::stoll(text.substr(at + key.size()));
    }
};

} // namespace

TEST_CASE_FIXTURE(Figures, "an empty store has figures of zero") {
    read();
    CHECK(number("schema") == k_schema_version);
    CHECK(number("chats") == 0);
    CHECK(number("events") == 0);
    CHECK(number("source_bytes") == 0);
    CHECK(number("database_bytes") > 0);
    CHECK(text.find("content_hash") == std::string::npos);
    CHECK(must(store().stats("abc")).find("\"content_hash\":\"abc\"") != std::string::npos);
}

TEST_CASE_FIXTURE(Figures, "chats, events, sources, blobs and usage are counted") {
    Import import(*this);
    const Uuid chat = import.chat("x");
    import.chat("y");
    const Attachment blob = must(import.session().values().blob("12345"));
    import.say({.chat = "x", .name = "a", .text = "a", .time = 1, .attachments = { blob }});
    import.say({.chat = "x", .name = "a", .text = "b", .time = 2, .version = "2", .attachments = {
                    blob
                }});
    import.say({.chat = "y",
                .name = "c",
                .text = std::string(50'000, '.'),
                .kind = Kind::assistant_message});
    import.bytes("???", Fate::quarantined);
    Usage usage;
    usage.response = "r";
    usage.input = 10;
    usage.output = 20;
    must_do(import.session().sink().usage(chat, usage));
    must_do(
        import.session().sink().usage(chat_id("test", "y"), usage)); // the same response in a fork
    import.commit();
    read();
    CHECK(number("chats") == 2);
    CHECK(number("events") == 2);
    CHECK(number("revisions_not_shown") == 1);
    CHECK(number("user.message") == 1);
    CHECK(number("assistant.message") == 1);
    CHECK(number("sources") == 1);
    CHECK(number("source_bytes") > 50'000);
    CHECK(number("stored_bytes") > 0);
    CHECK(number("stored_bytes") < 50'000);
    CHECK(number("quarantined_bytes") == 3);
    CHECK(number("blobs") == 1);
    CHECK(number("blob_bytes") == 5);
    CHECK(number("input") == 10); // paid for once
    CHECK(number("responses") == 1);
    CHECK(number("index_bytes") > 0);
    must_do(store().delete_chat(chat, false));
    read();
    CHECK(number("chats") == 1);
    CHECK(number("chats_deleted") == 1);
    CHECK(number("events") == 1);
}

TEST_CASE_FIXTURE(Figures, "the figures are valid JSON whatever providers are called") {
    Import import(*this, "x", "a \"quoted\" \\ provider\n");
    import.chat("x");
    import.say({.chat = "x", .name = "a", .text = "a"});
    import.commit();
    read();
    CHECK(text.find(R"("a \"quoted\" \\ provider\n":1)") != std::string::npos);
}
