// Sources that are lines, one text over many lines, or a list: told apart by how they begin.
#include "codec/record/lines_or_list.h"

#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

struct Collector : record::RecordHandler {
    test::RecordingSink sink{};
    test::RecordingValues values{};
    std::string seen{};

    Result<record::Verdict> record(const record::Record& record) override {
        seen += record.root.minified() + ";";
        return record::Verdict{};
    }
};

std::string seen(std::string_view bytes) {
    std::string first;
    for (const std::size_t piece : {bytes.size() + 1, std::size_t{1}, std::size_t{3}}) {
        Collector out;
        record::LinesOrList records(out, out.sink, out.values);
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            REQUIRE(records.feed(bytes.substr(at, piece)));
        REQUIRE(records.finish());
        CHECK(out.sink.accounting_problem(bytes.size()) == "");
        if (first.empty()) first = out.seen;
        CHECK(out.seen == first);
    }
    return first;
}

} // namespace

TEST_CASE("objects on lines are lines, and damage in one of them stays there") {
    CHECK(seen("{\"a\":1}\n{\"b\":{\n{\"c\":3}\n") == R"({"a":1};{"c":3};)");
    CHECK(seen("\xEF\xBB\xBF\n{\"a\":\"}\\\"{\"}\n{\"b\":2") == R"({"a":"}\"{"};)");
    CHECK(seen("oops\n{\"a\":1}") == R"({"a":1};)");
    CHECK(seen("") == "");
    CHECK(seen("{\"a\":1}") == R"({"a":1};)");
}

TEST_CASE("an object over many lines is one record") {
    CHECK(seen("{\n \"a\": 1,\n \"b\": [\n {}]\n}\n") == R"({"a":1,"b":[{}]};)");
    CHECK(seen("{\"a\": [\n1]}\n{\"b\":2}\n") == R"({"a":[1]};{"b":2};)");
}

TEST_CASE("a list's elements are records") {
    CHECK(seen("[{\"a\":1},\n{\"b\":2}]\n") == R"({"a":1};{"b":2};)");
    CHECK(seen("  \n [ {\"a\":1} ]") == R"({"a":1};)");
}
