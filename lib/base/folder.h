// Listing and removing folders. std::filesystem ends the process when memory runs out meanwhile.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

// "folder/name".
std::string path_in(std::string_view folder, std::string_view name);

// Names of what is in the folder, sorted, without "." and "..". Code::limit beyond `most`.
Result<std::vector<std::string>> list_folder(const std::string& path, std::size_t most = 1 << 20);

// Removes the file, or the folder with all below it; links are removed, not followed. What is not
// there is no error.
Status remove_tree(const std::string& path);

} // namespace kato
