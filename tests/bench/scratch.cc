#include "scratch.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace bench {

namespace files = std::filesystem;

Scratch::Scratch() {
    std::string pattern = (files::temp_directory_path() / "kato-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
}

Scratch::~Scratch() { remove_tree(path_); }

void remove_tree(const std::string& path) {
    std::error_code code; // what cannot be removed stays behind
    files::remove_all(path, code);
}

std::vector<std::string> files_of_tree(const std::string& path) {
    std::vector<std::string> out;
    for (const auto& entry : files::recursive_directory_iterator(path))
        if (entry.is_regular_file()) out.push_back(entry.path().string());
    std::sort(out.begin(), out.end());
    return out;
}

std::uint64_t size_of_tree(const std::string& path) {
    std::uint64_t total = 0;
    for (const std::string& file : files_of_tree(path)) total += files::file_size(file);
    return total;
}

} // namespace bench
