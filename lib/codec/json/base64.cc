#include "codec/json/base64.h"

#include <array>

namespace kato::json {
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
            if (count_ < 2 || (padding_ == 1 && (group_ & (count_ == 2 ? 0xFU : 0x3U)) != 0)) return false;
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

DataUrl split_data_url(std::string_view start) {
    DataUrl url;
    constexpr std::string_view k_scheme = "data:";
    constexpr std::string_view k_encoding = ";base64,";
    if (start.substr(0, k_scheme.size()) != k_scheme) return url;
    url.is_url = true;
    const std::size_t comma = start.find(',');
    const std::size_t encoding = start.find(k_encoding);
    if (encoding == std::string_view::npos || comma != encoding + k_encoding.size() - 1) return url;
    url.is_base64 = true;
    url.media_type = start.substr(k_scheme.size(), encoding - k_scheme.size());
    url.intro = comma + 1;
    return url;
}

} // namespace kato::json
