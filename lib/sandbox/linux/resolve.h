// Paths freed from symbolic links, keeping account of the links: a private root needs them too.
#pragma once

#include "base/file.h"

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

// Opens a path that is free from links, and refuses (ELOOP) one that is not any more. Where the kernel
// has no openat2() only a link at its end is: whoever must know compares the file's identity.
Fd open_without_links(const std::string& path, int flags);

} // namespace kato::sandbox
