// A directory's files in the order of their names, without following links.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace kato {

struct Visitor {
    std::function<Status(const std::string& path, std::uint64_t size_bytes)> file{};
    // Asked of each directory that is entered: true when it was dealt with as a whole. May be empty.
    std::function<Result<bool>(const std::string& path)> directory{};
    // What is neither a file nor a directory, and directories that were not entered: why.
    std::function<Status(const std::string& path, std::string_view reason)> skipped{};
    std::function<Status(const std::string& path, Error error)> failed{};
};

// Paths are `directory`, a slash and the rest. Whatever a visitor returns ends the walk if it is an
// Error; an Error of the walk itself means that `directory` cannot be read. `workspace` is not
// entered.
Status walk_directory(const std::string& directory, const std::string& workspace,
                      const Visitor& visitor);

} // namespace kato
