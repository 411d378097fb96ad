// Paths as the file system has them: links followed, step by step, also where nothing is yet.
#pragma once

#include "base/file.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kato::agent {

enum class FileType : std::uint8_t { missing, file, folder, other };

struct ResolvedPath {
    std::string path; // absolute, without links, "." and ".."
    FileType type = FileType::missing;
    FileIdentity identity;
    bool executable = false;         // a file that somebody may execute
    bool kernel_file_system = false; // proc, sysfs and their like, wherever they are mounted
};

inline constexpr int k_max_links = 40; // as in the kernel

// `path`: absolute. What does not exist, or cannot be looked into, keeps its name.
// Code::invalid for a loop of links or a name that is too long; Code::io when it cannot be known.
Result<ResolvedPath> resolve_path(std::string_view path);

// A program as it is named: its path, links not followed, looked up in the folders of `search_path` when it
// has no slash; nothing where there is none.
std::optional<std::string> find_program(const std::string& name, std::string_view search_path);

// `path` is `folder` or in it; both absolute, "/" for the root.
bool is_within(std::string_view path, std::string_view folder);
// The last part of a path.
std::string_view file_name(std::string_view path);
// `path` and "/name"; `path` may be the root.
std::string join_path(std::string_view path, std::string_view name);

} // namespace kato::agent
