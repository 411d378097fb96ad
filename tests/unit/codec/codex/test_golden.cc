// Made-up logs of Codex and everything the reader says about them, one folder a case.
#include "codec/codex/codex.h"
#include "support/files.h"
#include "support/golden.h"
#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

std::string input_of(const std::filesystem::path& folder) {
    const std::filesystem::path document = folder / "input.json";
    return test::read_file(std::filesystem::exists(document) ? document : folder / "input.jsonl");
}

std::string dump(std::string_view bytes, std::size_t piece) {
    test::RecordingSink sink;
    test::RecordingValues values;
    REQUIRE(test::read_all(make_codex_reader, bytes, sink, values, piece));
    CHECK(sink.accounting_problem(bytes.size()) == "");
    return sink.dump();
}

} // namespace

TEST_CASE("every kind of record becomes what its golden file says") {
    for (const auto& folder : test::golden_cases("codex")) {
        CAPTURE(folder.filename().string());
        test::check_golden(folder / "calls.json", dump(input_of(folder), 0));
    }
}

TEST_CASE("feeding in pieces gives the same calls") {
    for (const auto& folder : test::golden_cases("codex")) {
        CAPTURE(folder.filename().string());
        const std::string input = input_of(folder);
        const std::string whole = dump(input, 0);
        for (const std::size_t piece : {1U, 7U, 64U, 4093U}) CHECK(dump(input, piece) == whole);
    }
}

TEST_CASE("every case is recognised by its content") {
    for (const auto& folder : test::golden_cases("codex")) {
        CAPTURE(folder.filename().string());
        const std::string input = input_of(folder);
        CHECK(detect_codex(input, true).score >= 40);
    }
}
