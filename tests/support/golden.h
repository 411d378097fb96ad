// Golden files: tests/golden/<codec>/<case>/, compared byte by byte; KATO_TEST_ACCEPT=1 rewrites.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace kato::test {

// The cases of a codec, sorted by name; fails the test case when there are none.
std::vector<std::filesystem::path> golden_cases(std::string_view codec);

// Checks that `file` holds exactly `actual`; says where they first differ. With KATO_TEST_ACCEPT=1
// it writes the file instead.
void check_golden(const std::filesystem::path& file, std::string_view actual);

} // namespace kato::test
