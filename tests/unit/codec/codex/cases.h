// The made-up logs of tests/golden/codex, and reading bytes as the reader's tests need it.
#pragma once

#include "codec/codex/codex.h"
#include "support/files.h"
#include "support/golden.h"
#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace kato::test {

inline std::string codex_input(const std::filesystem::path& folder) {
    const std::filesystem::path document = folder / "input.json";
    return read_file(std::filesystem::exists(document) ? document : folder / "input.jsonl");
}

inline std::string codex_case(std::string_view name) {
    return codex_input(source_root() / "tests/golden/codex" / name);
}

// What the reader said about some bytes, all of which it accounted for.
struct CodexRead {
    RecordingSink sink{};
    RecordingValues values{};

    explicit CodexRead(std::string_view bytes, std::size_t piece = 0) {
        REQUIRE(read_all(make_codex_reader, bytes, sink, values, piece));
        CHECK(sink.accounting_problem(bytes.size()) == "");
    }
};

} // namespace kato::test
