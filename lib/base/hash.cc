#include "base/hash.h"

namespace kato {
namespace {
const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
} // namespace

Sha256::Sha256() { sha256_init(&state_); }
void Sha256::update(std::string_view bytes) { sha256_update(&state_, bytes.size(), raw(bytes)); }
Digest Sha256::finish() {
    Digest out;
    sha256_digest(&state_, out.size(), out.data());
    return out;
}

Blake256::Blake256() { crypto_generichash_init(&state_, nullptr, 0, sizeof(Digest)); }
void Blake256::update(std::string_view bytes) {
    crypto_generichash_update(&state_, raw(bytes), bytes.size());
}
Digest Blake256::finish() {
    Digest out;
    crypto_generichash_final(&state_, out.data(), out.size());
    return out;
}

Blake128::Blake128() { crypto_generichash_init(&state_, nullptr, 0, sizeof(Key128)); }
void Blake128::update(std::string_view bytes) {
    crypto_generichash_update(&state_, raw(bytes), bytes.size());
}
Key128 Blake128::finish() {
    Key128 out;
    crypto_generichash_final(&state_, out.data(), out.size());
    return out;
}

Digest sha256(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

Digest blake256(std::string_view bytes) {
    Digest out;
    crypto_generichash(out.data(), out.size(), raw(bytes), bytes.size(), nullptr, 0);
    return out;
}

Key128 blake128(std::string_view bytes) {
    Key128 out;
    crypto_generichash(out.data(), out.size(), raw(bytes), bytes.size(), nullptr, 0);
    return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    static constexpr char k_digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t b : bytes) {
        out += k_digits[b >> 4];
        out += k_digits[b & 15];
    }
    return out;
}

bool from_hex(std::string_view hex, std::span<std::uint8_t> out) {
    if (hex.size() != out.size() * 2) return false;
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = digit(hex[2 * i]);
        const int low = digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

} // namespace kato
