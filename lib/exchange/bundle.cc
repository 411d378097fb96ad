#include "exchange/bundle.h"

#include "base/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_max_name_bytes = 1024;
constexpr std::uint64_t k_unpacked_at_least = std::uint64_t{256} << 20;
constexpr std::uint64_t k_max_ratio = 250; // text compresses to a tenth, zeroes to a thousandth

bool is_tar(std::string_view content) {
    return content.size() >= 512 && content.substr(257, 5) == "ustar";
}

} // namespace

ArchiveKind archive_kind(std::string_view prefix, std::string_view content) {
    if (prefix.starts_with("PK\x03\x04") || prefix.starts_with("PK\x05\x06"))
        return ArchiveKind::zip;
    if (!is_tar(content)) return ArchiveKind::none;
    switch (compression_of(prefix)) {
    case Compression::gzip: return ArchiveKind::tar_gzip;
    case Compression::zstd: return ArchiveKind::tar_zstd;
    case Compression::none: break;
    }
    return ArchiveKind::tar;
}

std::string_view archive_name(ArchiveKind kind) {
    switch (kind) {
    case ArchiveKind::zip: return "zip";
    case ArchiveKind::tar: return "tar";
    case ArchiveKind::tar_gzip: return "tar.gz";
    case ArchiveKind::tar_zstd: return "tar.zst";
    case ArchiveKind::none: break;
    }
    return "";
}

std::uint64_t max_unpacked_bytes(std::uint64_t given) {
    const std::uint64_t most = UINT64_MAX / 2 / k_max_ratio;
    return k_unpacked_at_least + std::min(given, most) * k_max_ratio;
}

std::string member_label(std::string_view name, std::string& remark) {
    std::string text = to_valid_utf8(name);
    bool outside = false;
    std::string out;
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t end = text.find_first_of("/\\", at);
        if (end == std::string::npos) end = text.size();
        const std::string part = text.substr(at, end - at);
        at = end + 1;
        outside = outside || part == ".." || (part.empty() && out.empty() && end < text.size());
        if (part.empty() || part == "." || part == "..") continue;
        if (!out.empty()) out += '/';
        for (const char c : part)
            out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '_' : c;
    }
    if (out.size() > k_max_name_bytes) {
        out = to_valid_utf8(out.substr(out.size() - k_max_name_bytes));
        remark = "its name is too long";
    }
    if (outside)
        remark =
            fmt::format("it is named \"{}\", a place outside of the archive; here it is \"{}\"",
                        text.substr(0, k_max_name_bytes), out);
    return out;
}

} // namespace kato
