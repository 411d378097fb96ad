// The beginning of a source, cut off anywhere: what can be read of it can be parsed.
#include "codec/record/beginning.h"

#include <doctest/doctest.h>

using namespace kato;
using record::first_json;

TEST_CASE("a text that is whole stays as it is, without what follows or stands before it") {
    CHECK(first_json(R"({"a":[1,"x"]})") == R"({"a":[1,"x"]})");
    CHECK(first_json("\xEF\xBB\xBF \n[{}]\n[{}]") == "[{}]");
    CHECK(first_json("") == "");
}

TEST_CASE("a text that is cut off is closed behind its last whole value") {
    CHECK(first_json(R"([{"a":1,"b":tr)") == R"([{"a":1}])");
    CHECK(first_json(R"([{"a":{"b":[1,2)") == R"([{"a":{"b":[1]}}])");
    CHECK(first_json(R"({"a":1,"na)") == R"({"a":1})");
    CHECK(first_json(R"({"a":1,"name":)") == R"({"a":1})");
    CHECK(first_json("[") == "[]");
}

TEST_CASE("a string that is cut off keeps what is there of it") {
    CHECK(first_json(R"({"a":"some te)") == R"({"a":"some te"})");
    CHECK(first_json(R"({"a":"x\)") == R"({"a":"x"})");
    CHECK(first_json(R"({"a":"x\u00)") == R"({"a":"x"})");
    CHECK(first_json(R"({"a":"x\\)") == R"({"a":"x\\"})");
    CHECK(first_json("{\"a\":\"x\xE4\xB8") == R"({"a":"x"})");
}

TEST_CASE("a text cut off at any byte can be parsed") {
    const std::string text =
        R"( {"a":"\\\"\u00e4x","b":[{"c":-1.5e3,"d":null},[],"\\"],"e":{"f":{"g":true}}} )";
    json::Document document;
    for (std::size_t size = 2; size <= text.size(); ++size) {
        CAPTURE(size);
        CHECK(document.parse(first_json(std::string_view(text).substr(0, size))).ok());
    }
}

TEST_CASE("lines are looked at one by one, damaged ones passed over") {
    std::string seen;
    const auto note = [&](const json::Value& root) {
        seen += root.minified() + ";";
        return seen.size() > 40;
    };
    record::first_lines("{\"a\":1}\nno\n\n{\"b\":2}{\"c\":3}\n{\"d\":[4,5", false, note);
    CHECK(seen == R"({"a":1};{"b":2};{"d":[4]};)");
    seen.clear();
    record::first_lines("{\"a\":1}\n{\"d\":[4,5", true, note);
    CHECK(seen == R"({"a":1};)");
}
