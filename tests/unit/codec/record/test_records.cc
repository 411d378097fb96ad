// Records: what is one, what is none, where each lies, and that every byte is accounted for once.
#include "codec/record/records.h"

#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

#include <array>

using namespace kato;

namespace {

struct Seen {
    std::string json{};
    std::string hash{};
    Place place{};
    std::uint64_t occurrence = 0;
    bool lossy = false;
};

struct Read : record::RecordHandler {
    test::RecordingSink sink{};
    test::RecordingValues values{};
    std::vector<Seen> seen{};
    record::Verdict verdict{};

    Result<record::Verdict> record(const record::Record& record) override {
        seen.push_back({record.root.minified(), to_hex(record.hash), record.place,
                        record.occurrence, record.lossy});
        return verdict;
    }
};

Read read(std::string_view bytes, std::size_t piece = 0) {
    Read out;
    record::Records records(out, out.sink, out.values);
    if (piece == 0) piece = bytes.size() + 1;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        REQUIRE(records.feed(bytes.substr(at, piece)));
    REQUIRE(records.finish());
    CHECK(out.sink.accounting_problem(bytes.size()) == "");
    return out;
}

std::string hash_of(std::string_view bytes) { return to_hex(blake128(bytes)); }

std::string fates(const Read& read) {
    std::string out;
    for (const test::Accounted& a : read.sink.accounts) {
        if (!out.empty()) out += ' ';
        out += std::array{"parsed", "opaque", "pending",
                          "quarantined"}[static_cast<std::size_t>(a.fate)];
        out += '@' + std::to_string(a.place.offset) + '+' + std::to_string(a.place.length);
    }
    return out;
}

} // namespace

TEST_CASE("a line is a record, a blank line is none") {
    const Read r = read("{\"a\":1}\n\n \t\r\n{\"b\":2}\r\n");
    REQUIRE(r.seen.size() == 2);
    CHECK(r.seen[1].json == R"({"b":2})");
    CHECK(r.seen[1].place.line == 4);
    CHECK(r.seen[1].hash == hash_of(R"({"b":2})"));
    CHECK(fates(r) == "parsed@0+8 parsed@8+1 parsed@9+4 parsed@13+9");
}

TEST_CASE("a value that is no object is a record too") {
    CHECK(read("[1]\n12\n\"x\"\n").seen.size() == 3);
}

TEST_CASE("a bad line is quarantined with its reason, the others are kept") {
    const Read r = read("{\"a\":1}\nnot json\n{\"b\":tru}\n{\"c\":3}\n");
    CHECK(r.seen.size() == 2);
    CHECK(fates(r) == "parsed@0+8 quarantined@8+9 quarantined@17+10 parsed@27+8");
    CHECK(r.sink.accounts[2].reason == "unknown literal (byte 8 of the line)");
    CHECK(r.sink.accounts[2].place.line == 3);
}

TEST_CASE("a line without end that is no JSON is pending, one that is JSON is a record") {
    CHECK(fates(read("{}\n{\"a\":\"b")) == "parsed@0+3 pending@3+7");
    CHECK(fates(read("{}\n{\"a\":1}")) == "parsed@0+3 parsed@3+7");
    CHECK(fates(read("{}\n{\"a\":\"\xE4\xB8")) == "parsed@0+3 pending@3+8");
}

TEST_CASE("nesting beyond the limit is damage, whether or not the line ends") {
    const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
    const Read r = read(deep + "\n{}\n" + deep);
    CHECK(fates(r) == "quarantined@0+20001 parsed@20001+3 quarantined@20004+20000");
    CHECK(r.sink.accounts[0].reason == "nested too deeply (byte 512 of the line)");
}

TEST_CASE("objects glued together are records of their own") {
    const std::string line = "{\"a\":1}{\"b\":2}  {\"c\":\"x\"}\n";
    for (const std::size_t piece : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
        const Read r = read(line + line, piece);
        REQUIRE(r.seen.size() == 6);
        CHECK(r.seen[1].json == R"({"b":2})");
        CHECK(r.seen[1].hash == hash_of(R"({"b":2})"));
        CHECK(r.seen[2].hash == hash_of(R"({"c":"x"})"));
        CHECK(r.seen[4].place.line == 2);
        CHECK(r.seen[4].occurrence == 1);
        CHECK(fates(r) ==
              "parsed@0+7 parsed@7+9 parsed@16+10 parsed@26+7 parsed@33+9 parsed@42+10");
    }
}

TEST_CASE("what follows an object and is none is damage or pending, the object is kept") {
    CHECK(fates(read("{\"a\":1} oops\n{}\n")) == "parsed@0+8 quarantined@8+5 parsed@13+3");
    CHECK(fates(read("{\"a\":1}{\"b\":")) == "parsed@0+7 pending@7+5");
    CHECK(fates(read("2026-01-01 started\n")) == "quarantined@0+19"); // not the number 2026
}

TEST_CASE("the objects on one line are limited in number") {
    std::string line;
    for (std::size_t i = 0; i != record::k_max_glued + 50; ++i) line += "{}";
    const Read r = read(line + "\n");
    CHECK(r.seen.size() == record::k_max_glued);
    CHECK(r.sink.accounts.back().reason == "too many records on one line (byte 512 of the line)");
    CHECK(r.sink.accounted(Fate::quarantined) == 101);
}

TEST_CASE("bytes that are not UTF-8 are replaced and the record says so") {
    const Read r = read("{\"a\":\"x\xFFy\"}\n{\"b\":1}\n");
    REQUIRE(r.seen.size() == 2);
    CHECK(r.seen[0].json == "{\"a\":\"x\xEF\xBF\xBDy\"}");
    CHECK(r.seen[0].hash == hash_of("{\"a\":\"x\xFFy\"}"));
    CHECK(r.seen[0].lossy);
    CHECK_FALSE(r.seen[1].lossy);
}

TEST_CASE("glued objects that are not UTF-8 keep their places and hashes") {
    const Read r = read("{\"a\":\"\xFF\xFE\"}{\"b\":\"\xC3\"} {\"c\":\"\xC3\xA4\"}\nx");
    REQUIRE(r.seen.size() == 3);
    CHECK(r.seen[0].hash == hash_of("{\"a\":\"\xFF\xFE\"}"));
    CHECK(r.seen[1].hash == hash_of("{\"b\":\"\xC3\"}"));
    CHECK(r.seen[2].json == "{\"c\":\"\xC3\xA4\"}");
    CHECK(fates(r) == "parsed@0+10 parsed@10+10 parsed@20+11 pending@31+1");
}

TEST_CASE("a byte order mark belongs to the first record's place only") {
    const Read r = read("\xEF\xBB\xBF{\"a\":1}{\"b\":2}\n{}\n");
    REQUIRE(r.seen.size() == 3);
    CHECK(r.seen[0].hash == hash_of(R"({"a":1})"));
    CHECK(fates(r) == "parsed@0+10 parsed@10+8 parsed@18+3");
    CHECK(read("\xEF\xBB\xBF{\"a\":x}\n").sink.accounts[0].reason ==
          "a value must stand here (byte 8 of the line)");
}

TEST_CASE("long strings are part of the places around them") {
    const std::string text(json::k_long_string_bytes + 100, 'x');
    const std::string first = "{\"a\":\"" + text + "\"}";
    const std::string bytes = first + "{\"b\":\"" + text + "\"}{\"c\":1}\n{}\n";
    for (const std::size_t piece : {std::size_t{0}, std::size_t{65'537}}) {
        const Read r = read(bytes, piece);
        REQUIRE(r.seen.size() == 4);
        CHECK(r.seen[0].json == R"({"a":""})");
        CHECK(r.seen[0].hash != r.seen[1].hash);
        CHECK(r.seen[0].place.length == first.size());
        CHECK(r.seen[2].place.offset == 2 * first.size());
        CHECK(r.seen[2].hash == hash_of(R"({"c":1})"));
    }
}

TEST_CASE("a long string that is not UTF-8 makes its record lossy, not its neighbour") {
    const Read r =
        read("{\"a\":\"" + std::string(json::k_long_string_bytes + 1, '\xFF') + "\"}{\"b\":1}\n");
    REQUIRE(r.seen.size() == 2);
    CHECK(r.seen[0].lossy);
    CHECK_FALSE(r.seen[1].lossy);
}

TEST_CASE("a record that is too long for memory is quarantined") {
    std::string bytes = "{\"a\":[";
    while (bytes.size() < json::k_max_skeleton_bytes + 2'000'000) bytes += "\"0123456789\",";
    const Read r = read(bytes + "0]}\n{}\n", 1 << 16);
    REQUIRE(r.seen.size() == 1);
    CHECK(r.sink.accounts[0].reason == "the record is too long");
}

TEST_CASE("equal records are numbered in order") {
    const Read r = read("{\"a\":1}\n{\"b\":1}\n{\"a\":1}\r\n{\"a\":1}\n");
    REQUIRE(r.seen.size() == 4);
    CHECK(r.seen[0].occurrence == 0);
    CHECK(r.seen[1].occurrence == 0);
    CHECK(r.seen[2].occurrence == 1);
    CHECK(r.seen[3].occurrence == 2);
}

TEST_CASE("the verdict of a format is what is accounted") {
    Read out;
    out.verdict = {Fate::opaque, "an unknown record"};
    record::Records records(out, out.sink, out.values);
    REQUIRE(records.feed("{}\n"));
    REQUIRE(records.finish());
    CHECK(out.sink.accounts.at(0).fate == Fate::opaque);
    CHECK(out.sink.accounts.at(0).reason == "an unknown record");
}

namespace {

// What a record's opaque parts make of the accounting, and the parts' own places.
struct Parts : record::RecordHandler {
    Read out{};
    record::Records* records = nullptr;
    std::vector<record::Part> parts{};

    Result<record::Verdict> record(const record::Record& record) override {
        for (json::Value value = record.root.first(); value; value = value.next()) {
            KATO_TRY(const record::Part part, records->part(value));
            parts.push_back(part);
            if (value.is_object() || value.is_array()) records->opaque(value, "odd");
        }
        return out.verdict;
    }
};

Parts parts_of(std::string_view bytes, std::size_t piece, record::Verdict verdict = {}) {
    Parts handler;
    handler.out.verdict = std::move(verdict);
    record::Records records(handler, handler.out.sink, handler.out.values, {});
    handler.records = &records;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        REQUIRE(records.feed(bytes.substr(at, piece)));
    REQUIRE(records.finish());
    CHECK(handler.out.sink.accounting_problem(bytes.size()) == "");
    return handler;
}

} // namespace

TEST_CASE("parts that were not understood are accounted for apart from their record") {
    const std::string_view text = "[{\"a\":1,\n\"b\":{},\n\"c\":[\n2]},\n{\"d\":[]}]\n";
    for (const std::size_t piece : {1U, 100U}) {
        const Parts read = parts_of(text, piece);
        CHECK(fates(read.out) == "parsed@0+1 parsed@1+12 opaque@13+2 parsed@15+6 opaque@21+4 "
                                 "parsed@25+1 parsed@26+2 parsed@28+5 opaque@33+2 parsed@35+1 "
                                 "parsed@36+2");
        CHECK(read.out.sink.accounts[2].place.line == 2);
        CHECK(read.out.sink.accounts[4].place.line == 3);
        CHECK(read.out.sink.accounts[5].place.line == 4);
    }
    const Parts opaque = parts_of(text, 100, {Fate::opaque, "all of it"});
    CHECK(fates(opaque.out) == "parsed@0+1 opaque@1+25 parsed@26+2 opaque@28+8 parsed@36+2");
}

TEST_CASE("parts of a record that is not UTF-8 keep their places") {
    const Parts read = parts_of("{\"a\":\"\xFF\xFE\",\"b\":{},\"c\":\"\xC3\",\"d\":[0]}", 100);
    CHECK(fates(read.out) == "parsed@0+14 opaque@14+2 parsed@16+13 opaque@29+3 parsed@32+1");
}

TEST_CASE("opaque parts beyond all reason become one") {
    std::string text = "[[";
    for (std::size_t i = 0; i != record::k_max_opaque_parts + 100; ++i) text += "{},";
    text += "1]]";
    const Parts read = parts_of(text, text.size());
    CHECK(read.out.sink.accounts.size() == 2 * record::k_max_opaque_parts + 3);
    CHECK(read.out.sink.accounts[2 * record::k_max_opaque_parts].place.length > 250);
}

TEST_CASE("a part's hash leaves insignificant white space out") {
    const Parts a = parts_of("{\"m\":{\"a\" : [1, 2]}}", 100);
    const Parts b = parts_of("{\"n\":\n{\"a\":[1,2]}}", 100);
    CHECK(a.parts.at(0).hash == b.parts.at(0).hash);
    CHECK(b.parts.at(0).place.line == 2);
}

TEST_CASE("a sink's error ends the reading") {
    Read out;
    out.sink.calls_left = 1;
    record::Records records(out, out.sink, out.values);
    const Status status = records.feed("{}\n{}\n{}\n");
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::user);
    CHECK(out.seen.size() == 2);
}
