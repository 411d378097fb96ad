// Lines: cutting at any piece size, long strings set aside, limits, places, hashes.
#include "codec/json/lines.h"

#include "recording_sink.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

struct Seen {
    std::string text{};
    std::string hash{};
    Place place{};
    bool terminated = true;
    bool too_long = false;
    std::vector<std::string> long_strings{}; // decoded
    bool operator==(const Seen& other) const {
        return text == other.text && hash == other.hash && place.offset == other.place.offset &&
               place.length == other.place.length && place.line == other.place.line &&
               terminated == other.terminated && too_long == other.too_long &&
               long_strings == other.long_strings;
    }
};

struct Collector : json::LineHandler {
    std::vector<Seen> seen{};
    json::Lines* lines = nullptr;
    Status line(const json::Line& line) override {
        Seen s{std::string(line.text), to_hex(line.hash), line.place,
               line.terminated,        line.too_long,     {}};
        for (const json::Spill& spill : line.spills) {
            std::string text;
            KATO_CHECK(lines->spills().decode(spill, text, SIZE_MAX / 2));
            s.long_strings.push_back(std::move(text));
        }
        seen.push_back(std::move(s));
        return done();
    }
};

std::vector<Seen> cut(std::string_view bytes, std::size_t piece = 0) {
    test::RecordingValues values;
    Collector collector;
    json::Lines lines(collector, values);
    collector.lines = &lines;
    if (piece == 0) piece = bytes.size() + 1;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        REQUIRE(lines.feed(bytes.substr(at, piece)));
    REQUIRE(lines.finish());
    std::uint64_t end = 0;
    for (const Seen& s : collector.seen) {
        CHECK(s.place.offset == end);
        end += s.place.length;
    }
    CHECK(end == bytes.size());
    return collector.seen;
}

std::string hash_of(std::string_view bytes) { return to_hex(blake128(bytes)); }

} // namespace

TEST_CASE("lines end with LF or CRLF, the last one also without") {
    const auto seen = cut("{}\n\r\n[1]\r\n \nlast");
    REQUIRE(seen.size() == 5);
    CHECK(seen[0].text == "{}");
    CHECK(seen[1].text.empty());
    CHECK(seen[1].place.length == 2);
    CHECK(seen[2].text == "[1]");
    CHECK(seen[2].hash == hash_of("[1]"));
    CHECK(seen[2].place.line == 3);
    CHECK(seen[3].text == " ");
    CHECK(seen[4].text == "last");
    CHECK(seen[3].terminated);
    CHECK_FALSE(seen[4].terminated);
}

TEST_CASE("nothing gives no line") {
    CHECK(cut("").empty());
    CHECK(cut("\n").size() == 1);
}

TEST_CASE("a byte order mark belongs to the first place only") {
    for (const std::size_t piece : {0, 1, 2}) {
        const auto seen = cut("\xEF\xBB\xBF{}\n\xEF\xBB\xBFx\n", piece);
        REQUIRE(seen.size() == 2);
        CHECK(seen[0].text == "{}");
        CHECK(seen[0].hash == hash_of("{}"));
        CHECK(seen[0].place.length == 6);
        CHECK(seen[1].text == "\xEF\xBB\xBFx");
    }
}

TEST_CASE("a long string is set aside and the rest of the line stays") {
    const std::string big(json::k_long_string_bytes + 10, 'x');
    const std::string line = "{\"a\":\"" + big + "\\n\\ud83d\\ude00\",\"b\":\"short \\\" one\"}";
    const auto seen = cut(line + "\r\n{}\n");
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].text == R"({"a":"","b":"short \" one"})");
    REQUIRE(seen[0].long_strings.size() == 1);
    CHECK(seen[0].long_strings[0] == big + "\n\xF0\x9F\x98\x80");
    CHECK(seen[0].hash == hash_of(line));
    CHECK(seen[0].place.length == line.size() + 2);
    CHECK(seen[1].place.line == 2);
}

TEST_CASE("a string of exactly the limit stays, one byte more goes") {
    for (const std::size_t more : {0, 1}) {
        const auto seen = cut("\"" + std::string(json::k_long_string_bytes + more, 'y') + "\"\n");
        REQUIRE(seen.size() == 1);
        CHECK(seen[0].long_strings.size() == more);
    }
}

TEST_CASE("the size of the pieces changes nothing") {
    const std::string escapes = [] {
        std::string out;
        for (int i = 0; i < 200'000; ++i) out += "\\n\\\"\xC3\xA9\\ud83d\\ude00";
        return out;
    }();
    const std::string text = "\xEF\xBB\xBF{\"k\":\"" + escapes + "\",\"l\":[\"a\\\\\",\"" +
                             escapes + "\"]}\r\n{\"short\":1}\r\n\n{\"torn\":\"" + escapes;
    const auto whole = cut(text);
    REQUIRE(whole.size() == 4);
    CHECK(whole[0].long_strings.size() == 2);
    CHECK_FALSE(whole[3].terminated);
    for (const std::size_t piece : {7, 4096, 65536, 1'000'003}) {
        CAPTURE(piece);
        CHECK(cut(text, piece) == whole);
    }
    const std::string small = "{\"a\":1}\r\n\r\n{\"b\":2}\n{\"c\"";
    CHECK(cut(small, 1) == cut(small));
}

TEST_CASE("a record beyond the limit is skipped with its place, and reading goes on") {
    std::string numbers = "[1";
    while (numbers.size() <= json::k_max_skeleton_bytes) numbers += ",1234567";
    const auto seen = cut(numbers + "]\n{}\n", 1 << 20);
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].too_long);
    CHECK(seen[0].text.empty());
    CHECK(seen[0].hash == hash_of(numbers + "]"));
    CHECK(seen[0].place.length == numbers.size() + 2);
    CHECK(seen[1].text == "{}");
    CHECK_FALSE(seen[1].too_long);
}

TEST_CASE("bytes that are not UTF-8 inside a long string are repaired, and it is said") {
    test::RecordingValues values;
    struct Handler : json::LineHandler {
        json::Lines* lines = nullptr;
        int calls = 0;
        Status line(const json::Line& line) override {
            ++calls;
            REQUIRE(line.spills.size() == 1);
            CHECK_FALSE(line.spills[0].valid_utf8);
            CHECK(line.spills[0].well_formed);
            std::string text;
            REQUIRE(lines->spills().decode(line.spills[0], text, SIZE_MAX / 2));
            CHECK(text.substr(0, 9) == "a\xEF\xBF\xBD"
                                       "bxxxx");
            const auto repaired = json::repair_utf8(line);
            REQUIRE(repaired);
            CHECK(repaired->text == "[\"\xEF\xBF\xBD\",\"\"]");
            CHECK(repaired->spills[0].token == 7);
            return done();
        }
    } handler;
    json::Lines lines(handler, values);
    handler.lines = &lines;
    REQUIRE(lines.feed("[\"\xFF\",\"a\xFF"
                       "b" +
                       std::string(json::k_long_string_bytes, 'x') + "\"]\n"));
    REQUIRE(lines.finish());
    CHECK(handler.calls == 1);
}

TEST_CASE("a long string is stored as text, as decoded base64, or raw") {
    test::RecordingValues values;
    struct Handler : json::LineHandler {
        json::Lines* lines = nullptr;
        test::RecordingValues* values = nullptr;
        Status line(const json::Line& line) override {
            REQUIRE(line.spills.size() == 3);
            const auto text = lines->spills().to_text(line.spills[0]);
            REQUIRE(text);
            CHECK(values->texts.at(text->key) == std::string(1'500'000, 'A') + "\n");
            CHECK(text->size_bytes == 1'500'001);
            auto blob = lines->spills().to_blob_from_base64(line.spills[1]);
            REQUIRE(blob);
            REQUIRE(blob->has_value());
            CHECK((*blob)->media_type == "image/png");
            CHECK((*blob)->size_bytes == 1'125'000 - 1);
            CHECK(values->blobs.at(*(*blob)->blob) == std::string(1'125'000 - 1, '\0'));
            auto not_base64 = lines->spills().to_blob_from_base64(line.spills[2]);
            REQUIRE(not_base64);
            CHECK_FALSE(not_base64->has_value());
            const auto raw = lines->spills().to_raw_blob(line.spills[2]);
            REQUIRE(raw);
            CHECK(raw->size_bytes == 1'500'002);
            return done();
        }
    } handler;
    json::Lines lines(handler, values);
    handler.lines = &lines;
    handler.values = &values;
    const std::string run(1'500'000, 'A');
    REQUIRE(lines.feed("[\"" + run + "\\n\",\"data:image\\/png;base64," + run.substr(1) + "=\",\"" +
                       run + "\\n\"]\n"));
    REQUIRE(lines.finish());
}

TEST_CASE(
    "an unfinished escape or a control character in a long string makes the record unreadable") {
    for (const std::string tail : {"\\x", "\\u12g4", "\t"}) {
        test::RecordingValues values;
        struct Handler : json::LineHandler {
            Status line(const json::Line& line) override {
                json::Document d;
                CHECK_FALSE(d.parse(line.text, line.spills));
                return done();
            }
        } handler;
        json::Lines lines(handler, values);
        REQUIRE(lines.feed("\"" + std::string(json::k_long_string_bytes + 1, 'x') + tail + "\"\n"));
        REQUIRE(lines.finish());
    }
}
