// Landlock rulesets, by named right: rights of kernels that we do not know are not asked for.
#pragma once

#include "base/file.h"
#include "sandbox/confinement.h"

#include <cstdint>

namespace kato::sandbox {

// Below it truncating is not seen, and "cannot write" would be untrue.
constexpr int k_least_landlock = 3;
constexpr int k_newest_landlock = 10;
constexpr int k_landlock_scopes = 6; // from here on signals stay inside

int landlock_abi(); // 0: not there, or refused

// Of a file that is not a folder, and of a folder.
std::uint64_t file_rights(std::uint8_t rights, int abi);
std::uint64_t folder_rights(std::uint8_t rights, int abi);

// Refuses everything that version `abi` can refuse. errno is set on failure.
Fd make_ruleset(int abi);
bool add_rule(int ruleset, int path, std::uint64_t rights);

} // namespace kato::sandbox
