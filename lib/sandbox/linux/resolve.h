// Paths freed from symbolic links, keeping account of the links: a private root needs them too.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kato::sandbox {

struct Resolved {
    std::string path; // without links; empty: does not exist (errno is set)
    std::vector<std::pair<std::string, std::string>> links; // where, and what it says
};

Resolved resolve_path(const std::string& path);

// For many paths at once, which lie in few folders: each folder is looked up once.
using PathCache = std::map<std::string, Resolved>;
Resolved resolve_path(const std::string& path, PathCache& cache);

} // namespace kato::sandbox
