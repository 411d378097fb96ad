// What a program may be allowed: kinds of capability and rules about them, in Deno's vocabulary.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kato {

// The numbers are the C API's KATO_CAPABILITY_*.
enum class Capability : std::uint8_t {
    read = 0,  // files and folders
    write = 1, // files and folders
    net = 2,   // host:port
    env = 3,   // names of variables
    run = 4,   // programs
    sys = 5,   // what tells about the machine
    ffi = 6,   // libraries
};
inline constexpr int k_capability_count = 7;

std::string_view capability_name(Capability capability); // "read"
std::optional<Capability> parse_capability(std::string_view name);

enum class Effect : std::uint8_t { allow, deny };

std::string_view effect_name(Effect effect); // "allow"

// One thing that is allowed or denied. An empty value: everything of that kind.
struct Rule {
    Effect effect = Effect::deny;
    Capability capability = Capability::read;
    std::string value;

    bool operator==(const Rule&) const = default;
};

} // namespace kato
