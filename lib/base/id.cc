#include "base/id.h"

#include <cstring>

namespace kato {
namespace {

void stamp(Uuid& id, unsigned version) {
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | version << 4);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
}

} // namespace

std::size_t UuidHash::operator()(const Uuid& id) const {
    std::size_t out = 0;
    std::memcpy(&out, id.bytes.data() + 8, sizeof out);
    std::size_t high = 0;
    std::memcpy(&high, id.bytes.data(), sizeof high);
    return out ^ (high * 0x9E3779B97F4A7C15ULL);
}

std::string to_string(const Uuid& id) {
    const std::string hex = to_hex(id.bytes);
    return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
           hex.substr(16, 4) + '-' + hex.substr(20);
}

std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
        text[23] != '-')
        return std::nullopt;
    std::string hex;
    hex.reserve(32);
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i != 8 && i != 13 && i != 18 && i != 23) hex += text[i];
    Uuid id;
    if (!from_hex(hex, id.bytes)) return std::nullopt;
    return id;
}

std::optional<std::pair<Uuid, Uuid>> parse_uuid_prefix(std::string_view text) {
    std::string hex;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '-')
            hex += text[i];
        else if (i == 0 || text[i - 1] == '-')
            return std::nullopt;
        if (hex.size() > 32) return std::nullopt;
    }
    if (hex.size() < 4) return std::nullopt;
    std::string last = hex;
    hex.resize(32, '0');
    last.resize(32, 'f');
    std::pair<Uuid, Uuid> range;
    if (!from_hex(hex, range.first.bytes) || !from_hex(last, range.second.bytes))
        return std::nullopt;
    return range;
}

Uuid make_uuid_v7(std::int64_t now_us, std::span<const std::uint8_t, 10> random) {
    Uuid id;
    const auto ms = static_cast<std::uint64_t>(now_us / 1000);
    for (int i = 0; i < 6; ++i)
        id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    std::memcpy(id.bytes.data() + 6, random.data(), random.size());
    stamp(id, 7);
    return id;
}

Uuid make_uuid_v8(std::initializer_list<std::string_view> parts) {
    Sha256 hash;
    for (const std::string_view part : parts) {
        char length[8];
        for (int i = 0; i < 8; ++i)
            length[i] = static_cast<char>(static_cast<std::uint64_t>(part.size()) >> (56 - 8 * i));
        hash.update({length, sizeof length});
        hash.update(part);
    }
    const Digest digest = hash.finish();
    Uuid id;
    std::memcpy(id.bytes.data(), digest.data(), id.bytes.size());
    stamp(id, 8);
    return id;
}

} // namespace kato
