#include "codec/image.h"

namespace kato {
namespace {

constexpr std::size_t k_needed_bytes = 16;

} // namespace

std::string_view raster_image_type(std::string_view first_bytes) {
    if (first_bytes.starts_with("\x89PNG\r\n\x1A\n")) return "image/png";
    if (first_bytes.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
    if (first_bytes.starts_with("GIF87a") || first_bytes.starts_with("GIF89a")) return "image/gif";
    if (first_bytes.starts_with("RIFF") && first_bytes.substr(0, 12).ends_with("WEBP"))
        return "image/webp";
    return {};
}

Result<std::string_view> raster_image_type(const BlobView& blob) {
    if (!blob.read || blob.size_bytes > k_max_image_bytes) return std::string_view();
    std::string first;
    const Status read = blob.read([&](std::string_view piece) -> Status {
        first += piece.substr(0, k_needed_bytes - first.size());
        if (first.size() < k_needed_bytes) return done();
        return Error{Code::cancelled, "enough"};
    });
    if (!read && read.error().code != Code::cancelled) return read.error();
    return raster_image_type(first);
}

} // namespace kato
