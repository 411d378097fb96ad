// Raster pictures, known by their first bytes and never by what somebody calls them.
#pragma once

#include "base/result.h"
#include "model/view.h"

#include <string_view>

namespace kato {

// "image/png", "image/jpeg", "image/gif" or "image/webp"; empty for anything else, SVG among it.
std::string_view raster_image_type(std::string_view first_bytes);

// The same of a blob that is not larger than a page should hold.
inline constexpr std::uint64_t k_max_image_bytes = 16 << 20;
Result<std::string_view> raster_image_type(const BlobView& blob);

} // namespace kato
