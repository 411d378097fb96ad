// Makes zip archives for tests, without compression and without a library.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kato::test {

// Names and contents of files.
using ZipMembers = std::vector<std::pair<std::string_view, std::string_view>>;
std::string zip_of(const ZipMembers& members);

} // namespace kato::test
