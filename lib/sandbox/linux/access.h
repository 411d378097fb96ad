// What users without privileges may do with a file: the child has given its own up.
#pragma once

#include <cstdint>
#include <string>

#include <sys/stat.h>

namespace kato::sandbox {

// Whether everybody may read it, and execute it if asked, whatever the way to it.
bool open_to_others(const struct stat& info, bool execute);
// Whether `user`, by owner and others' bits alone, may go through all folders above `path`.
bool reachable(const std::string& path, std::uint32_t user);

} // namespace kato::sandbox
