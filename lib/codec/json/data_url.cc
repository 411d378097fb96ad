#include "codec/json/data_url.h"

namespace kato::json {

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
