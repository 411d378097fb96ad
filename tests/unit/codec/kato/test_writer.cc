// The canonical writer: the exact bytes, and that the reader gets back what was written.
#include "codec/kato/kato.h"
#include "codec/kato/names.h"
#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

Uuid id(std::uint8_t last) {
    Uuid out;
    out.bytes[15] = last;
    return out;
}

// What the writer says of one chat and its parts.
std::string written(const ChatView& chat, const std::vector<EventView>& events,
                    const std::vector<SourceReference>& sources = {}) {
    std::string out;
    const auto writer = make_kato_writer(
        [&](std::string_view bytes) {
            out += bytes;
            return done();
        },
        {});
    REQUIRE(writer->begin());
    REQUIRE(writer->chat(chat, sources));
    for (const EventView& event : events) REQUIRE(writer->event(event));
    REQUIRE(writer->end());
    return out;
}

std::string line(const std::string& text, std::size_t n) {
    std::size_t start = 0;
    for (; n > 0; --n) start = text.find('\n', start) + 1;
    return text.substr(start, text.find('\n', start) - start);
}

EventView event_with(std::string_view text) {
    EventView event;
    event.id = id(2);
    event.body.kind = Kind::user_message;
    event.body.text = text;
    return event;
}

} // namespace

TEST_CASE("what does not apply is left out") {
    ChatView chat;
    chat.id = id(1);
    const std::string out = written(chat, {event_with("")});
    CHECK(line(out, 0) == "{\"kato\":1}");
    CHECK(line(out, 1) == "{\"type\":\"chat\",\"id\":\"00000000-0000-0000-0000-000000000001\"}");
    CHECK(line(out, 2) == "{\"type\":\"event\",\"id\":\"00000000-0000-0000-0000-000000000002\","
                          "\"kind\":\"user.message\"}");
}

TEST_CASE("members come in the documented order") {
    ChatView chat;
    chat.id = id(1);
    chat.provider = "p";
    chat.provider_id = "i";
    chat.title = "t";
    chat.project = "/w";
    chat.model = "m";
    chat.created = 0;
    chat.updated = 1;
    chat.created_here = true;
    chat.parent_chat = id(3);
    chat.parent_event = id(4);
    chat.forked_from = id(5);
    chat.head = id(6);
    chat.user_title = "u";
    chat.user_head = id(7);
    chat.tags = {"a", "b"};
    chat.extra = "{\"q\":1}";
    SourceReference source{"s", "f", "n", 0, {}};
    EventView event = event_with("x");
    event.parent = id(8);
    event.body.role = Role::user;
    event.body.time = -1;
    event.body.model = "m";
    event.record = "r";
    event.block = 1;
    event.revision = Key128{};
    event.body.data = "[1]";
    event.body.name = "n";
    event.body.call_id = "c";
    event.refers = id(9);
    event.body.outcome = Outcome::success;
    event.body.flags = k_lossy | k_hidden | k_vanished | k_not_shown;
    event.body.response = "z";
    event.body.attachments.push_back({Digest{}, 4, "text/plain", "a.txt", "file:a"});
    event.origins.push_back({"s", {0, 10, 1}});
    event.copy_of = id(10);
    event.body.extra = "{\"k\":null}";
    const std::string out = written(chat, {event}, {source});
    const std::string zeros = std::string(64, '0');
    CHECK(line(out, 1) ==
          "{\"type\":\"chat\",\"id\":\"00000000-0000-0000-0000-000000000001\",\"provider\":\"p\","
          "\"provider_id\":\"i\","
          "\"title\":\"t\",\"project\":\"/w\",\"model\":\"m\",\"made_here\":true,"
          "\"created_at\":\"1970-01-01T00:00:00.000000Z\",\"updated_at\":\"1970-01-01T00:00:00."
          "000001Z\","
          "\"parent_chat\":\"00000000-0000-0000-0000-000000000003\","
          "\"parent_event\":\"00000000-0000-0000-0000-000000000004\","
          "\"forked_from\":\"00000000-0000-0000-0000-000000000005\",\"head\":\"00000000-0000-0000-"
          "0000-000000000006\","
          "\"user\":{\"title\":\"u\",\"head\":\"00000000-0000-0000-0000-000000000007\",\"tags\":["
          "\"a\",\"b\"]},"
          "\"sources\":[{\"id\":\"s\",\"format\":\"f\",\"name\":\"n\",\"size\":0,\"sha256\":\"" +
              zeros + "\"}],\"x\":{\"q\":1}}");
    CHECK(line(out, 2) ==
          "{\"type\":\"event\",\"id\":\"00000000-0000-0000-0000-000000000002\","
          "\"parent\":\"00000000-0000-0000-0000-000000000008\",\"kind\":\"user.message\",\"role\":"
          "\"user\","
          "\"time\":\"1969-12-31T23:59:59.999999Z\",\"model\":\"m\",\"record\":\"r\",\"block\":1,"
          "\"rev\":\"00000000000000000000000000000000\",\"shown\":false,\"text\":\"x\",\"data\":[1]"
          ",\"name\":\"n\","
          "\"call_id\":\"c\",\"refers\":\"00000000-0000-0000-0000-000000000009\",\"outcome\":"
          "\"success\","
          "\"flags\":[\"hidden\",\"vanished\",\"lossy\"],\"response\":\"z\",\"attachments\":[{"
          "\"media_type\":"
          "\"text/plain\",\"name\":\"a.txt\",\"uri\":\"file:a\",\"size\":4,\"sha256\":\"" +
              zeros +
              "\"}],\"from\":[{\"source\":\"s\",\"offset\":0,\"length\":10,\"line\":1}],"
              "\"copy_of\":\"00000000-0000-0000-0000-00000000000a\",\"x\":{\"k\":null}}");
}

TEST_CASE("text is escaped minimally") {
    ChatView chat;
    const std::string text("\" \\ / \b\t\n\f\r \0 \x1F \x7F \xC3\xA9 \xED\xA0\xBD \xF0\x9F\x98\x80",
                           29);
    const std::string out = written(chat, {event_with(text)});
    CHECK(line(out, 2).find(
              "\"text\":\"\\\" \\\\ / \\b\\t\\n\\f\\r \\u0000 \\u001f \x7F \xC3\xA9 \\ud83d "
              "\xF0\x9F\x98\x80\"") != std::string::npos);
}

TEST_CASE("texts beyond every buffer come out whole") {
    ChatView chat;
    std::string text;
    for (int i = 0; text.size() < (5 << 20); ++i) text += "\xE2\x82\xAC" + std::to_string(i) + "\n";
    const std::string out = written(chat, {event_with(text)});
    RecordingSink sink;
    RecordingValues values;
    REQUIRE(read_all(make_kato_reader, out, sink, values));
    REQUIRE(values.texts.size() == 1);
    CHECK((values.texts.begin()->second == text));
}

TEST_CASE("times at either end of the range are written as what they are") {
    ChatView chat;
    EventView event = event_with("x");
    for (const std::int64_t time : {INT64_MIN, INT64_MAX, std::int64_t{253'402'300'799'999'999}}) {
        event.body.time = time;
        const std::string text = line(written(chat, {event}), 2);
        CHECK(text.find("\"time\":\"" + format_time(time) + "\"") != std::string::npos);
    }
}

TEST_CASE("an event made here needs neither record nor revision") {
    ChatView chat;
    EventView event = event_with("x");
    const std::string before = line(written(chat, {event}), 2);
    event.record = to_string(event.id);
    event.revision = default_revision(to_string(event.id));
    CHECK(line(written(chat, {event}), 2) == before);
}

TEST_CASE("a stored JSON value with a line feed is damage, not a second line") {
    ChatView chat;
    EventView event = event_with("x");
    event.body.data = "[1,\n2]";
    const auto writer = make_kato_writer([](std::string_view) { return done(); }, {});
    REQUIRE(writer->begin());
    REQUIRE(writer->chat(chat, {}));
    const Status status = writer->event(event);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::corrupt);
}

TEST_CASE("blobs are base64, whatever the pieces, or left out") {
    for (std::size_t size = 0; size < 8; ++size) {
        for (std::size_t piece = 1; piece < 5; ++piece) {
            const std::string bytes = std::string("\x00\xFFhello", 7).substr(0, size);
            BlobView blob;
            blob.sha256 = sha256(bytes);
            blob.size_bytes = bytes.size();
            blob.read = [&](const std::function<Status(std::string_view)>& take) -> Status {
                for (std::size_t at = 0; at < bytes.size(); at += piece)
                    KATO_CHECK(take(std::string_view(bytes).substr(at, piece)));
                return done();
            };
            std::string out;
            const Output output = [&](std::string_view part) {
                out += part;
                return done();
            };
            const auto writer = make_kato_writer(output, {});
            REQUIRE(writer->begin());
            REQUIRE(writer->blob(blob));
            REQUIRE(writer->end());
            RecordingSink sink;
            RecordingValues values;
            REQUIRE(read_all(make_kato_reader, out, sink, values));
            CHECK(sink.accounted(Fate::parsed) == out.size());
            REQUIRE(values.blobs.size() == 1);
            CHECK(values.blobs.begin()->second == bytes);
            out.clear();
            WriterOptions none;
            none.blobs = false;
            const auto without = make_kato_writer(output, none);
            REQUIRE(without->blob(blob));
            REQUIRE(without->end());
            CHECK(out == "");
        }
    }
}

TEST_CASE("an output that fails ends the writing with its error") {
    const auto writer = make_kato_writer(
        [](std::string_view) -> Status {
            return Error{Code::user, "full"};
        },
        {});
    REQUIRE(writer->begin());
    const Status status = writer->end();
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::user);
}
