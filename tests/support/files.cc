// Files for tests.
#include "support/files.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <stdlib.h>

namespace kato::test {

namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

} // namespace

fs::path source_root() {
    const std::string root = variable("KATO_SOURCE_ROOT");
    if (root.empty())
        throw std::runtime_error("KATO_SOURCE_ROOT is not set: run through meson test");
    return root;
}

std::optional<fs::path> samples() {
    const std::string given = variable("KATO_SAMPLES");
    const fs::path path =
        given.empty() ? source_root().parent_path() / "shared/data/sessions" : fs::path(given);
    if (!fs::is_directory(path)) return std::nullopt;
    return path;
}

bool long_form() { return variable("KATO_TEST_LONG") == "1"; }

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, std::string_view bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) throw std::runtime_error("cannot write " + path.string());
}

TempDir::TempDir() {
    std::string name = (fs::temp_directory_path() / "kato-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
}

TempDir::~TempDir() {
    std::error_code ignored; // what cannot be removed stays for the system's own cleaning
    fs::remove_all(path_, ignored);
}

} // namespace kato::test
