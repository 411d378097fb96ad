// Base64 (RFC 4648), over libsodium.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kato {

// Decodes only what encodes back to exactly the same text: the standard alphabet with padding.
std::optional<std::string> base64_decode_exact(std::string_view text);
std::string base64_encode(std::string_view bytes);

} // namespace kato
