// As whom a confined program runs: which user of the host stands behind its ids.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace kato::sandbox {

constexpr std::uint32_t k_nobody = 65534;
constexpr std::uint32_t k_inner_user = 1000;

struct UserMap {
    std::uint32_t user = 0; // ours that the program's files and limits count for
    std::uint32_t group = 0;
    bool change = false;      // another one than ours, which a root host's child becomes
    bool drop_groups = false; // it can give up supplementary groups
};

// Never the host's root: a root host takes nobody, or is refused where that user is not mapped.
Result<UserMap> choose_user();
bool root_host();
// True where `user` exists in our user namespace.
bool user_is_mapped(std::uint32_t user);

// Writes the maps of the child's user namespace: inner user 1000 is `map.user`, and nobody else
// exists. errno is set on failure.
bool write_user_map(int child, const UserMap& map);

} // namespace kato::sandbox
