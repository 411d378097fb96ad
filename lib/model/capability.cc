#include "model/capability.h"

#include <array>

namespace kato {
namespace {

constexpr std::array<std::string_view, k_capability_count> k_names = {"read", "write", "net", "env",
                                                                      "run",  "sys",   "ffi"};

} // namespace

std::string_view capability_name(Capability capability) {
    const auto index = static_cast<std::size_t>(capability);
    return index < k_names.size() ? k_names[index] : std::string_view("unknown");
}

std::optional<Capability> parse_capability(std::string_view name) {
    for (std::size_t i = 0; i < k_names.size(); ++i)
        if (k_names[i] == name) return static_cast<Capability>(i);
    return std::nullopt;
}

std::string_view effect_name(Effect effect) { return effect == Effect::allow ? "allow" : "deny"; }

} // namespace kato
