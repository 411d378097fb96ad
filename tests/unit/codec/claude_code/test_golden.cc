// What the reader makes of each kind of record: tests/golden/claude-code/<case>/input.jsonl, as said to a
// sink in expected.json.
#include "codec/claude_code/claude_code.h"

#include "support/files.h"
#include "support/golden.h"
#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("each golden case is read as expected, in pieces of any size") {
    for (const std::filesystem::path& folder : test::golden_cases("claude-code")) {
        CAPTURE(folder.filename().string());
        const std::string bytes = test::read_file(folder / "input.jsonl");
        test::RecordingSink whole;
        test::RecordingValues values;
        REQUIRE(test::read_all(make_claude_code_reader, bytes, whole, values));
        CHECK(whole.accounting_problem(bytes.size()) == "");
        const std::string expected = whole.dump();
        test::check_golden(folder / "expected.json", expected);
        for (const std::size_t piece : {1, 2, 3, 7, 64, 1000}) {
            CAPTURE(piece);
            test::RecordingSink pieces;
            REQUIRE(test::read_all(make_claude_code_reader, bytes, pieces, values, piece));
            CHECK(pieces.dump() == expected);
        }
    }
}
