// Paths freed from symbolic links, keeping account of the links: a private root needs them too.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kato::sandbox {

struct Resolved {
    std::string path; // without links; empty: does not exist (errno is set)
    std::vector<std::pair<std::string, std::string>> links; // where, and what it says
};

Resolved resolve_path(const std::string& path);

} // namespace kato::sandbox
