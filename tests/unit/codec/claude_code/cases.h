// The made-up logs of tests/golden/claude-code, and reading bytes as the reader's tests need it.
#pragma once

#include "codec/claude_code/claude_code.h"
#include "support/files.h"
#include "support/golden.h"
#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace kato::test {

inline std::string claude_case(std::string_view name) {
    return read_file(source_root() / "tests/golden/claude-code" / name / "input.jsonl");
}

// What the reader said about some bytes, all of which it accounted for.
struct ClaudeRead {
    RecordingSink sink{};
    RecordingValues values{};

    explicit ClaudeRead(std::string_view bytes, std::size_t piece = 0,
                        const std::string& source_name = {}) {
        const auto reader = make_claude_code_reader(sink, values, {source_name});
        if (piece == 0) piece = bytes.size() + 1;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            REQUIRE(reader->feed(bytes.substr(at, piece)));
        REQUIRE(reader->finish());
        CHECK(sink.accounting_problem(bytes.size()) == "");
    }
};

// A line of a person or the model, all of it.
inline std::string claude_line(std::string_view role, std::string_view content_json) {
    std::string out = R"({"type":")";
    out.append(role).append(R"(","sessionId":"s","message":{"role":")").append(role);
    return out.append(R"(","content":)").append(content_json).append("}}\n");
}

} // namespace kato::test
