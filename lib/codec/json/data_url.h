// data: URLs (RFC 2397).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kato::json {

struct DataUrl {
    bool is_url = false;
    bool is_base64 = false;
    std::string media_type{}; // all between "data:" and ";base64,"
    std::size_t intro = 0;    // where the data begins
};

// `start`: the URL or its beginning. Only what was written as "data:" type ";base64," is base64.
DataUrl split_data_url(std::string_view start);

} // namespace kato::json
