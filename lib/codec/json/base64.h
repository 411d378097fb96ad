// Base64 (RFC 4648) in pieces, and data: URLs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kato::json {

// Accepts the standard alphabet with padding, and only what encodes to the same text again.
class Base64Decoder {
public:
    bool add(std::string_view text, std::string& bytes); // false: not base64
    bool finish() const;

private:
    std::uint32_t group_ = 0;
    int count_ = 0;
    int padding_ = 0;
};

struct DataUrl {
    bool is_url = false;
    bool is_base64 = false;
    std::string media_type{}; // all between "data:" and ";base64,"
    std::size_t intro = 0;    // where the data begins
};

// `start`: the URL or its beginning. Only what was written as "data:" type ";base64," is base64.
DataUrl split_data_url(std::string_view start);

} // namespace kato::json
