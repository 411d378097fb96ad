// The canonical reader: what it takes, what it keeps without understanding it, what it refuses.
#include "codec/kato/kato.h"
#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

constexpr std::string_view k_header = "{\"kato\":1}\n";
constexpr std::string_view k_chat =
    "{\"type\":\"chat\",\"id\":\"00000000-0000-8000-8000-000000000001\"}\n";

struct Listener : RecordingSink {
    std::vector<SourceReference> sources{};
    std::vector<std::pair<std::string, Place>> origins{};
    Status source(const Uuid&, SourceReference source) override {
        sources.push_back(std::move(source));
        return done();
    }
    Status origin(const Uuid&, const Uuid&, const Key128&, std::string_view id,
                  const Place& place) override {
        origins.emplace_back(id, place);
        return done();
    }
};

struct Read {
    Listener sink{};
    RecordingValues values{};
    Status status = done();

    explicit Read(const std::string& bytes, std::size_t piece = 0) {
        status = read_all(make_kato_reader, bytes, sink, values, piece);
        if (status) CHECK(sink.accounting_problem(bytes.size()) == "");
    }
    // The fate of the last line.
    Fate fate() const { return sink.accounts.back().fate; }
    std::string reason() const { return sink.accounts.back().reason; }
};

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) out += part;
    return out;
}

// A header, and these lines.
std::string stream(std::initializer_list<std::string_view> parts) {
    return joined({k_header, joined(parts)});
}

Read read_event(std::string_view members) {
    return Read(
        stream({k_chat, "{\"type\":\"event\",\"id\":\"00000000-0000-8000-8000-000000000002\"",
                members, "}\n"}));
}

} // namespace

TEST_CASE("every member of an event is read") {
    const Read read = read_event(
        ",\"parent\":\"00000000-0000-8000-8000-000000000003\",\"kind\":\"assistant.tool.result\","
        "\"role\":\"tool\","
        "\"time\":\"2026-03-14T09:02:41.000001Z\",\"model\":\"m\",\"record\":\"r\",\"block\":2,"
        "\"rev\":\"000102030405060708090a0b0c0d0e0f\",\"shown\":false,\"text\":\"t\",\"data\":{"
        "\"a\": 1.0},"
        "\"name\":\"n\",\"call_id\":\"c\",\"refers\":\"00000000-0000-8000-8000-000000000004\","
        "\"outcome\":\"failure\",\"flags\":[\"hidden\",\"lossy\"],\"response\":\"p\","
        "\"attachments\":[{\"media_type\":\"image/png\",\"name\":\"a\",\"uri\":\"u\",\"size\":3}],"
        "\"from\":[{\"source\":\"s\",\"offset\":10,\"length\":20,\"line\":3}],\"x\":{\"y\":[ ]}");
    REQUIRE(read.status);
    CHECK(read.fate() == Fate::parsed);
    REQUIRE(read.sink.records.size() == 1);
    const ParsedRecord& record = read.sink.records[0];
    CHECK(record.name == "r");
    CHECK(record.revision[15] == 15);
    const ParsedEvent& event = record.events.at(0);
    CHECK(event.block == 2U);
    CHECK(event.parent->bytes[15] == 3);
    CHECK(event.refers->bytes[15] == 4);
    CHECK(event.body.kind == Kind::assistant_tool_result);
    CHECK(event.body.role == Role::tool);
    CHECK(event.body.time == 1'773'478'961'000'001);
    CHECK(event.body.model == "m");
    CHECK(event.body.text == "t");
    CHECK(event.body.data == "{\"a\":1.0}");
    CHECK(event.body.name == "n");
    CHECK(event.body.call_id == "c");
    CHECK(event.body.response == "p");
    CHECK(event.body.outcome == Outcome::failure);
    CHECK(event.body.flags == (k_hidden | k_lossy));
    CHECK(event.body.extra == "{\"y\":[]}");
    CHECK(event.body.attachments.at(0).size_bytes == 3);
    REQUIRE(read.sink.origins.size() == 1);
    CHECK(read.sink.origins[0].second.line == 3);
}

TEST_CASE("what the owner said, and the sources of a chat, are read") {
    const Read read(stream(
        {"{\"type\":\"chat\",\"id\":\"00000000-0000-8000-8000-000000000001\",\"provider\":"
         "\"codex\","
         "\"title\":\"T\",\"made_here\":true,\"created_at\":\"2026-01-01T00:00:00Z\","
         "\"user\":{\"title\":\"U\",\"tags\":[\"a\",\"b\"]},\"sources\":[{\"id\":\"s\",\"size\":0,"
         "\"sha256\":\"",
         std::string(64, 'a'), "\"}]}\n"}));
    REQUIRE(read.status);
    const ChatFacts& facts = read.sink.chats.at(0);
    CHECK(facts.provider == "codex");
    CHECK(facts.title->value == "T");
    CHECK(facts.created.has_value());
    CHECK(*facts.user_title == "U");
    CHECK(facts.tags == std::vector<std::string>{"a", "b"});
    CHECK(read.sink.sources.at(0).id == "s");
}

TEST_CASE("unknown members go behind what is in x, as they are written") {
    const Read read =
        read_event(",\"kind\":\"user.message\",\"new\":{\"n\": 1e2, \"n\": 2},\"x\":{\"old\":1}");
    CHECK(read.fate() == Fate::parsed);
    CHECK(read.sink.records.at(0).events[0].body.extra ==
          "{\"old\":1,\"new\":{\"n\":1e2,\"n\":2}}");
}

TEST_CASE("an unknown member that x has too leaves the record as it is") {
    const Read read = read_event(",\"kind\":\"user.message\",\"old\":2,\"x\":{\"old\":1}");
    CHECK(read.fate() == Fate::opaque);
}

TEST_CASE("what a later version may add is kept, not understood") {
    for (const char* members :
         {",\"kind\":\"user.dream\"", ",\"kind\":\"user.message\",\"role\":\"ghost\"",
          ",\"kind\":\"user.message\",\"flags\":[\"odd\"]",
          ",\"kind\":\"user.message\",\"outcome\":\"maybe\"",
          ",\"kind\":\"user.message\",\"attachments\":[{\"size\":1,\"colour\":2}]"}) {
        CAPTURE(members);
        CHECK(read_event(members).fate() == Fate::opaque);
    }
    CHECK(read_event(",\"kind\":\"user.dream\"").sink.records.empty());
    CHECK(Read(stream({"{\"type\":\"hologram\"}\n"})).fate() == Fate::opaque);
}

TEST_CASE("a record that is wrong is quarantined, and says why") {
    for (const char* members :
         {"", ",\"kind\":7", ",\"kind\":\"user.message\",\"time\":\"yesterday\"",
          ",\"kind\":\"user.message\",\"block\":-1", ",\"kind\":\"user.message\",\"rev\":\"12\"",
          ",\"kind\":\"user.message\",\"kind\":\"user.message\"",
          ",\"kind\":\"user.message\",\"parent\":\"x\"",
          ",\"kind\":\"user.message\",\"from\":[{\"source\":\"s\"}]"}) {
        CAPTURE(members);
        const Read read = read_event(members);
        REQUIRE(read.status);
        CHECK(read.fate() == Fate::quarantined);
        CHECK(read.reason() != "");
        CHECK(read.sink.records.empty());
    }
    for (const char* line : {"[]\n", "{}\n", "{\"type\":1}\n", "{\"type\":\"chat\"\n", "nonsense\n",
                             "{\"kato\":0}\n"}) {
        CAPTURE(line);
        CHECK(Read(stream({line})).fate() == Fate::quarantined);
    }
}

TEST_CASE("events after a damaged chat do not end up in the chat before it") {
    const Read read(
        stream({k_chat, "{\"type\":\"chat\",\"id\":7}\n",
                "{\"type\":\"event\",\"id\":\"00000000-0000-8000-8000-000000000002\",\"kind\":"
                "\"user.message\"}\n"}));
    CHECK(read.fate() == Fate::quarantined);
    CHECK(read.sink.records.empty());
}

TEST_CASE("a later version is refused with its place") {
    const Read read(stream({"{\"kato\":2}\n"}));
    REQUIRE_FALSE(read.status);
    CHECK(read.status.error().code == Code::version);
    CHECK(read.status.error().line == 2U);
}

TEST_CASE("exports can be joined") {
    const Read read(stream({k_chat, k_header, k_chat}));
    REQUIRE(read.status);
    CHECK(read.sink.chats.size() == 2);
}

TEST_CASE("a blob is stored, and must be what it says") {
    const std::string hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    const auto blob = [&](std::string_view sha256, std::string_view size, std::string_view data) {
        return Read(stream({"{\"type\":\"blob\",\"sha256\":\"", sha256, "\",\"size\":", size,
                            ",\"data\":\"", data, "\"}\n"}));
    };
    const Read good = blob(hash, "5", "aGVsbG8=");
    CHECK(good.fate() == Fate::parsed);
    CHECK(good.values.blobs.size() == 1);
    CHECK(blob(hash, "6", "aGVsbG8=").fate() == Fate::quarantined);
    CHECK(blob(std::string(64, '0'), "5", "aGVsbG8=").fate() == Fate::quarantined);
    CHECK(blob(hash, "5", "hello!").fate() == Fate::quarantined);
    CHECK(
        blob("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "0", "").fate() ==
        Fate::parsed);
}

TEST_CASE("texts of megabytes are set aside, in a text, in x and in a blob") {
    const std::string large(3 << 20, 'q');
    const Read text = read_event(joined({",\"kind\":\"user.message\",\"text\":\"", large, "\""}));
    CHECK(text.fate() == Fate::parsed);
    REQUIRE(text.sink.records.size() == 1);
    CHECK(text.sink.records[0].events[0].body.stored_text.has_value());
    const Read extra =
        read_event(joined({",\"kind\":\"user.message\",\"x\":{\"a\":\"", large, "\",\"b\": 1}"}));
    REQUIRE(extra.sink.records.size() == 1);
    CHECK(extra.sink.records[0].events[0].body.extra.size() == large.size() + 14);
    CHECK(extra.sink.records[0].events[0].body.extra.ends_with("\",\"b\":1}"));
}

TEST_CASE("pieces of any size give the same") {
    const std::string bytes = stream(
        {k_chat, "{\"type\":\"usage\",\"response\":\"r\",\"input\":3}\n"
                 "{\"type\":\"event\",\"id\":\"00000000-0000-8000-8000-000000000002\",\"kind\":"
                 "\"user.message\",\"text\":\"\\ud83d \\u0000\"}\n"});
    const Read whole(bytes);
    REQUIRE(whole.status);
    CHECK(whole.sink.records.at(0).events[0].body.text == std::string("\xED\xA0\xBD \0", 5));
    for (const std::size_t piece : {1U, 3U, 50U}) {
        const Read pieces(bytes, piece);
        CHECK(pieces.sink.dump() == whole.sink.dump());
    }
}

TEST_CASE("a cut at every byte is accounted for") {
    const std::string bytes = stream(
        {k_chat, "{\"type\":\"event\",\"id\":\"00000000-0000-8000-8000-000000000002\",\"kind\":"
                 "\"user.message\",\"text\":\"\\u00e9\xC3\xA9\"}\n"});
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        CAPTURE(size);
        const Read read(bytes.substr(0, size));
        CHECK(read.status);
        CHECK(read.sink.accounted(Fate::quarantined) == 0);
    }
}

TEST_CASE("the form is recognised by its first line") {
    CHECK(detect_kato("{\"kato\":1}\n", true).score == 100);
    CHECK(detect_kato("\xEF\xBB\xBF \n{\"kato\":1,\"x\":2}\r\n{", false).score == 100);
    CHECK(detect_kato(k_chat, false).score > 0);
    CHECK(detect_kato("{\"kato\":\"yes\"}\n", true).score == 0);
    CHECK(detect_kato("{\"kato\":1", false).score == 0);
    CHECK(detect_kato("{\"type\":\"chat\",\"id\":\"mine\"}\n", true).score == 0);
    CHECK(detect_kato("", true).score == 0);
}
