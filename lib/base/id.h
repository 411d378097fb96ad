// UUIDs (RFC 9562): version 7 for what is made here, version 8 (SHA-256) for what is imported.
#pragma once

#include "base/hash.h"

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kato {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Uuid&) const = default;
    std::string_view view() const { return as_view(bytes); }
};

struct UuidHash {
    std::size_t operator()(const Uuid& id) const;
};

std::string to_string(const Uuid& id); // 36 characters, lower case
std::optional<Uuid> parse_uuid(std::string_view text);
// The first and the last id that begin with `text`: 4 to 32 hexadecimal digits, hyphens anywhere
// between them.
std::optional<std::pair<Uuid, Uuid>> parse_uuid_prefix(std::string_view text);

// `random` supplies the 74 random bits.
Uuid make_uuid_v7(std::int64_t now_us, std::span<const std::uint8_t, 10> random);

// UUIDv8 from SHA-256 over the parts, each preceded by its length as eight bytes, big endian.
Uuid make_uuid_v8(std::initializer_list<std::string_view> parts);

} // namespace kato
