// What an ELF file says about what it needs to run. Its bytes are not trusted.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kato::sandbox {

struct Elf {
    std::string interpreter; // the loader; empty for a static program or a library
    std::vector<std::string> needed;
    std::vector<std::string> rpath;
    std::vector<std::string> runpath; // replaces rpath when there is one
    bool has_runpath = false;
};

constexpr std::uint64_t k_most_segments = 128;
constexpr std::uint64_t k_largest_dynamic = 64 * 1024; // bytes
constexpr std::size_t k_most_needed = 512;
constexpr std::size_t k_longest_name = 4096;

// Nothing when the file is not ELF for this processor (of 64 bits, little-endian). Code::invalid
// for one that contradicts itself.
Result<std::optional<Elf>> read_elf(int fd, const std::string& path);

} // namespace kato::sandbox
