// Everything the reader says about made-up logs, one folder a case.
#include "unit/codec/codex/cases.h"

using namespace kato;
using test::codex_input;
using test::CodexRead;

TEST_CASE("every kind of record becomes what its golden file says") {
    for (const auto& folder : test::golden_cases("codex")) {
        CAPTURE(folder.filename().string());
        test::check_golden(folder / "calls.json", CodexRead(codex_input(folder)).sink.dump());
    }
}

TEST_CASE("feeding in pieces gives the same calls") {
    for (const auto& folder : test::golden_cases("codex")) {
        CAPTURE(folder.filename().string());
        const std::string input = codex_input(folder);
        const std::string whole = CodexRead(input).sink.dump();
        for (const std::size_t piece : {1U, 7U, 64U, 4093U})
            CHECK(CodexRead(input, piece).sink.dump() == whole);
    }
}

TEST_CASE("a log that has grown says the same about its beginning") {
    for (const auto& folder : test::golden_cases("codex")) {
        CAPTURE(folder.filename().string());
        const std::string input = codex_input(folder);
        if (input.rfind("{\n", 0) == 0) continue; // a document does not grow by lines
        const std::string whole = CodexRead(input).sink.dump();
        for (std::size_t end = input.find('\n'); end != std::string::npos;
             end = input.find('\n', end + 1)) {
            std::string part = CodexRead(std::string_view(input).substr(0, end + 1)).sink.dump();
            part.resize(part.size() - 3); // "\n]\n"
            CHECK(whole.compare(0, part.size(), part) == 0);
        }
    }
}

TEST_CASE("every case is recognised by its content") {
    for (const auto& folder : test::golden_cases("codex")) {
        CAPTURE(folder.filename().string());
        CHECK(detect_codex(codex_input(folder), true).score >= 40);
    }
}
