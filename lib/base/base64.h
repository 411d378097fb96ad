// Base64 (RFC 4648), the standard alphabet with padding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kato {

// Decodes in pieces; accepts only what encodes to the same text again.
class Base64Decoder {
public:
    bool add(std::string_view text, std::string& bytes); // false: not base64
    bool finish() const;

private:
    std::uint32_t group_ = 0;
    int count_ = 0;
    int padding_ = 0;
};

// The same at once.
std::optional<std::string> base64_decode_exact(std::string_view text);
std::string base64_encode(std::string_view bytes);

} // namespace kato
