// A folder less what is kept from it: the grants that are left when a rule comes apart.
//
// The kernel gives whole trees only. So a folder with a denied or privileged place below it is given
// as its other entries, as they are now; the folder itself, its list of names included, is not given.
#pragma once

#include "agent/decide.h"
#include "agent/path.h"
#include "agent/places.h"

#include <string>
#include <vector>

namespace kato::agent {

inline constexpr std::size_t k_max_grant_paths = 256; // that one rule comes apart into
inline constexpr std::size_t k_max_entries = 16384;   // looked at for one rule
inline constexpr int k_max_expand_depth = 32;

struct Expansion {
    std::vector<GrantedPath> paths;
    std::vector<std::string> without;
    bool too_broad = false; // a limit was reached: nothing of it may be used
};

// `target`: an existing folder that `rule` gives. `denied`: paths without links.
Expansion expand_folder(const ResolvedPath& target, const RulePath& rule, bool write,
                        const Places& places, const std::vector<std::string>& denied);

} // namespace kato::agent
