// SHA-256 (FIPS 180-4) for identities and published hashes, BLAKE2b (RFC 7693) for content keys.
// SHA-256 is nettle's: it uses the processor's own instructions, libsodium is six times slower.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <nettle/sha2.h>
#include <sodium.h>

namespace kato {

using Digest = std::array<std::uint8_t, 32>; // SHA-256, or BLAKE2b-256 where said
using Key128 = std::array<std::uint8_t, 16>; // BLAKE2b-128

class Sha256 {
public:
    Sha256();
    void update(std::string_view bytes);
    Digest finish();

private:
    sha256_ctx state_;
};

class Blake256 {
public:
    Blake256();
    void update(std::string_view bytes);
    Digest finish();

private:
    crypto_generichash_state state_;
};

class Blake128 {
public:
    Blake128();
    void update(std::string_view bytes);
    Key128 finish();

private:
    crypto_generichash_state state_;
};

Digest sha256(std::string_view bytes);
Digest blake256(std::string_view bytes);
Key128 blake128(std::string_view bytes);

std::string to_hex(std::span<const std::uint8_t> bytes);
// Reads exactly 2 * out.size() hexadecimal digits; false for anything else.
bool from_hex(std::string_view hex, std::span<std::uint8_t> out);

// A key's bytes as text, for maps and for binding to SQL.
inline std::string_view as_view(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace kato
