// Elements: what is a record and what a gap, at any piece size; long strings, damage, places.
#include "codec/json/elements.h"

#include "recording_sink.h"

#include <doctest/doctest.h>

#include <array>

#include <fmt/format.h>

using namespace kato;

namespace {

constexpr std::array<std::string_view, 1> k_lists = {"conversations"};

// Everything that was said, one line each, in order; its places are without gaps.
struct Collector : json::LineHandler {
    std::vector<std::string> said{};
    std::vector<std::string> long_strings{};
    json::Elements* elements = nullptr;
    std::uint64_t end = 0;

    void place(const Place& place) {
        CHECK(place.offset == end);
        end += place.length;
    }
    Status line(const json::Line& line) override {
        place(line.place);
        said.push_back(fmt::format("{}:{}", line.place.line,
                                   line.too_long ? std::string_view("too long") : line.text));
        for (const json::Spill& spill : line.spills) {
            std::string text;
            KATO_CHECK(elements->spills().decode(spill, text, SIZE_MAX / 2));
            long_strings.push_back(std::move(text));
        }
        if (line.spills.empty() && !line.too_long) CHECK(line.hash == blake128(line.text));
        return done();
    }
    Status gap(Fate fate, const Place& at, std::string_view reason) override {
        place(at);
        if (fate != Fate::parsed) said.push_back(fmt::format("{} bytes: {}", at.length, reason));
        CHECK((fate == Fate::parsed) == reason.empty());
        return done();
    }
};

using Said = std::vector<std::string>;

Collector cut(std::string_view bytes, std::size_t piece) {
    test::RecordingValues values;
    Collector collector;
    json::Elements elements(collector, values, k_lists);
    collector.elements = &elements;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        REQUIRE(elements.feed(bytes.substr(at, piece)));
    REQUIRE(elements.finish());
    CHECK(collector.end == bytes.size());
    return collector;
}

Said cut(std::string_view bytes) {
    const Said whole = cut(bytes, bytes.size() + 1).said;
    for (const std::size_t piece : {1, 2, 3, 7}) CHECK(cut(bytes, piece).said == whole);
    return whole;
}

} // namespace

TEST_CASE("the elements of an array are records") {
    CHECK(cut("[]").empty());
    CHECK(cut(" [ ] \n").empty());
    CHECK(cut("[{\"a\":1},{\"b\":[2,{}]}]") == Said{"1:{\"a\":1}", "1:{\"b\":[2,{}]}"});
    CHECK(cut("\xEF\xBB\xBF[\n  {},\n  {\"x\":\n1}\n]\n") == Said{"2:{}", "3:{\"x\":\n1}"});
    CHECK(cut("[1,\"two\",null,[3],-4.5e6]") ==
          Said{"1:1", "1:\"two\"", "1:null", "1:[3]", "1:-4.5e6"});
}

TEST_CASE("brackets and quotes inside strings mean nothing") {
    CHECK(cut(R"([{"a":"]}\"[{\\"},{"b":"\\\""}])") ==
          Said{R"(1:{"a":"]}\"[{\\"})", R"(1:{"b":"\\\""})"});
}

TEST_CASE("an object is a record, unless it holds a list of a known name") {
    CHECK(cut(R"({"title":"a","mapping":{"conversations":[1]}})") ==
          Said{R"(1:{"title":"a","mapping":{"conversations":[1]}})"});
    CHECK(cut(R"({"conversations":[{"a":1},{"b":2}]})") == Said{R"(1:{"a":1})", R"(1:{"b":2})"});
    CHECK(cut(R"({"conversations":{"a":1}})") == Said{R"(1:{"conversations":{"a":1}})"});
    CHECK(cut(R"({"conversations":[{}],"more":{"conversations":[7]}})") ==
          Said{"1:{}", "31 bytes: members beside the list of chats"});
    CHECK(cut(R"({"v":1,"conversations":[{}]})") ==
          Said{"24 bytes: members beside the list of chats", "1:{}"});
    CHECK(cut(R"({"conversations":[{}],"conversations":[{"second":1}]})") ==
          Said{"1:{}", R"(1:{"second":1})"});
}

TEST_CASE("several texts may follow one another") {
    CHECK(cut("{\"a\":1}\n{\"b\":2}\n[3]{\"conversations\":[4]}") ==
          Said{"1:{\"a\":1}", "2:{\"b\":2}", "3:3", "3:4"});
}

TEST_CASE("what is no JSON text is said to be damaged, to its end") {
    CHECK(cut("hello [1]") == Said{"9 bytes: no JSON text"});
    CHECK(cut("[1] x") == Said{"1:1", "1 bytes: no JSON text"});
    CHECK(cut("[1},2]") == Said{"1:1", "1:}", "1:2"}); // its parser says what is wrong
    CHECK(cut("[1}xy,2]") == Said{"1:1", "1:}", "1:xy", "1:2"});
}

TEST_CASE("a text that is cut off says so, wherever it is cut") {
    const std::string_view text = R"({"conversations":[{"a":"b"},{"c":2}]})";
    for (std::size_t length = 1; length < text.size(); ++length) {
        const Said said = cut(text.substr(0, length));
        REQUIRE(!said.empty());
        const bool record = length < 18; // the object itself, which is not complete
        if (record)
            CHECK(said.back() == fmt::format("1:{}", text.substr(0, length)));
        else
            CHECK(said.back().ends_with("the file ends before its JSON text does"));
    }
    CHECK(cut("[").back() == "1 bytes: the file ends before its JSON text does");
}

TEST_CASE("long strings of an element are set aside") {
    const std::string big(json::k_long_string_bytes + 10, 'x');
    const std::string text = fmt::format(R"([{{"a":"{}","b":1}},{{"c":"{}"}},3])", big, big);
    for (const std::size_t piece : {std::size_t{1} << 16, text.size() + 1}) {
        const Collector seen = cut(text, piece);
        CHECK(seen.said == Said{R"(1:{"a":"","b":1})", R"(1:{"c":""})", "1:3"});
        CHECK(seen.long_strings == std::vector<std::string>{big, big});
    }
}

TEST_CASE("an element that is too long without its long strings is refused whole") {
    std::string text = "[{\"a\":[";
    while (text.size() < json::k_max_skeleton_bytes + 4 * json::k_long_string_bytes)
        text += "\"0123456789abcdef0123456789abcdef\",";
    text += "0]},1]";
    const Collector seen = cut(text, 1 << 20);
    CHECK(seen.said == Said{"1:too long", "1:1"});
}
