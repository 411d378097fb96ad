// What the canonical format's reader and writer have to agree on beside the members' names.
#pragma once

#include "base/hash.h"
#include "model/event.h"

#include <array>
#include <string_view>
#include <utility>

namespace kato {

// In the order in which they are written. k_not_shown is not among them: it is `"shown":false`.
inline constexpr std::array<std::pair<std::string_view, std::uint32_t>, 6> k_kato_flags = {{
    {"hidden", k_hidden},
    {"sidechain", k_sidechain},
    {"superseded", k_superseded},
    {"injected", k_injected},
    {"vanished", k_vanished},
    {"lossy", k_lossy},
}};

inline constexpr std::string_view k_kato_success = "success";
inline constexpr std::string_view k_kato_failure = "failure";

// The revision of an event that has none of its own, given the text of its id: such an event, made
// here, has one record (named like the event) that never changes.
inline Key128 default_revision(std::string_view id_text) { return blake128(id_text); }

} // namespace kato
