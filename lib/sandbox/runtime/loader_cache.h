// The loader's list of libraries outside its own folders (/etc/ld.so.cache of glibc).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kato::sandbox {

constexpr std::size_t k_largest_loader_cache = std::size_t{16} * 1024 * 1024;

class LoaderCache {
public:
    // A file that is missing or not understood is an empty list.
    explicit LoaderCache(const std::string& path);
    // Of bytes, for tests.
    static LoaderCache of(std::string bytes);

    // Where the library is, for this processor.
    std::optional<std::string> find(std::string_view name) const;

private:
    LoaderCache() = default;
    std::string bytes_;
};

} // namespace kato::sandbox
