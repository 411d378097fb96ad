// Golden files.
#include "support/golden.h"

#include "support/files.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace kato::test {

namespace fs = std::filesystem;

namespace {

std::string line_at(std::string_view text, std::size_t pos) {
    const std::size_t start = pos == 0 ? 0 : text.rfind('\n', pos - 1) + 1; // npos + 1 is 0
    return std::string(text.substr(start, std::min(text.find('\n', pos), text.size()) - start));
}

} // namespace

std::vector<fs::path> golden_cases(std::string_view codec) {
    std::vector<fs::path> cases;
    for (const auto& entry : fs::directory_iterator(source_root() / "tests/golden" / codec))
        if (entry.is_directory()) cases.push_back(entry.path());
    std::sort(cases.begin(), cases.end());
    REQUIRE_MESSAGE(!cases.empty(), "no golden cases");
    return cases;
}

void check_golden(const fs::path& file, std::string_view actual) {
    const char* accept = std::getenv("KATO_TEST_ACCEPT");
    if (accept != nullptr && std::string_view(accept) == "1") {
        write_file(file, actual);
        return;
    }
    const std::string expected = read_file(file);
    if (expected == actual) return;
    const auto differ =
        std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
    const auto pos = static_cast<std::size_t>(differ.first - expected.begin());
    const auto line = 1 + std::count(expected.begin(), differ.first, '\n');
    FAIL_CHECK(file.string() << ":" << line << " differs\n  expected: " << line_at(expected, pos)
                             << "\n  actual:   " << line_at(actual, pos)
                             << "\n(KATO_TEST_ACCEPT=1 rewrites golden files)");
}

} // namespace kato::test
