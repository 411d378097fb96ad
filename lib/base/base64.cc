#include "base/base64.h"

#include <array>

#include <sodium.h>

namespace kato {
namespace {

constexpr std::uint8_t k_none = 0xFF;

constexpr std::array<std::uint8_t, 256> make_table() {
    std::array<std::uint8_t, 256> table{};
    for (auto& entry : table) entry = k_none;
    constexpr std::string_view k_letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (std::size_t i = 0; i < k_letters.size(); ++i)
        table[static_cast<unsigned char>(k_letters[i])] = static_cast<std::uint8_t>(i);
    table['+'] = 62;
    table['/'] = 63;
    return table;
}

constexpr std::array<std::uint8_t, 256> k_table = make_table();

} // namespace

bool Base64Decoder::add(std::string_view text, std::string& bytes) {
    for (const char c : text) {
        const std::uint8_t value = k_table[static_cast<unsigned char>(c)];
        if (count_ == 5) return false;
        if (c == '=') {
            // The bits that padding cuts off must be zero, else the text would not come back.
            ++padding_;
            if (count_ < 2 || (padding_ == 1 && (group_ & (count_ == 2 ? 0xFU : 0x3U)) != 0))
                return false;
            group_ <<= 6;
        } else {
            if (value == k_none || padding_ != 0) return false;
            group_ = group_ << 6 | value;
        }
        if (++count_ != 4) continue;
        bytes += static_cast<char>(group_ >> 16 & 0xFFU);
        if (padding_ < 2) bytes += static_cast<char>(group_ >> 8 & 0xFFU);
        if (padding_ < 1) bytes += static_cast<char>(group_ & 0xFFU);
        group_ = 0;
        count_ = padding_ == 0 ? 0 : 5; // behind padding nothing may follow
    }
    return true;
}

bool Base64Decoder::finish() const { return count_ == 0 || count_ == 5; }

std::optional<std::string> base64_decode_exact(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3);
    Base64Decoder decoder;
    if (!decoder.add(text, out) || !decoder.finish()) return std::nullopt;
    return out;
}

std::string base64_encode(std::string_view bytes) {
    std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back(); // its NUL
    return out;
}

} // namespace kato
