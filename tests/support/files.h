// Files for tests: where the project's are, reading and writing whole ones, temporary folders.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace kato::test {

// The project's root folder, from KATO_SOURCE_ROOT (set by Meson).
std::filesystem::path source_root();

// Real sample files, outside the project: KATO_SAMPLES or ../shared/data/sessions. Empty when
// there are none: say so with MESSAGE and return.
std::optional<std::filesystem::path> samples();

// True with KATO_TEST_LONG=1: complete loops instead of samples of them.
bool long_form();

// Throw std::runtime_error when they cannot: the test case then fails.
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view bytes);

// A folder of its own (0700), removed with everything in it at the end.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

} // namespace kato::test
