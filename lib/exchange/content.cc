#include "exchange/content.h"

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_piece_bytes = 1 << 20;
// No conversation is as long, and a stream of zeroes grows by four orders of magnitude.
constexpr std::uint64_t k_max_content_bytes = std::uint64_t{1} << 36;

bool starts_with(std::string_view bytes, std::string_view magic) {
    return bytes.substr(0, magic.size()) == magic;
}

} // namespace

std::string decompressed_prefix(Compression compression, std::string_view prefix, bool& complete) {
    Decompressor decompressor(compression);
    std::string out;
    std::string_view rest = prefix;
    for (;;) {
        const std::size_t before = out.size();
        const std::size_t room = k_detection_bytes - out.size();
        if (room == 0 || !decompressor.feed(rest, out, room)) break;
        if (rest.empty() && (out.size() == before || decompressor.at_frame_end())) break;
    }
    complete = complete && rest.empty() && decompressor.at_frame_end();
    return out;
}

bool looks_like_json(std::string_view prefix) {
    const std::size_t first = prefix.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (prefix[first] == '{' || prefix[first] == '[');
}

std::string_view unrecognised_reason(std::string_view prefix) {
    if (prefix.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return "nothing but white space";
    if (starts_with(prefix, "SQLite format 3")) return "an SQLite database, in no known format";
    return "in no known format";
}

Content::Content(Compression compression) : compression_(compression) {
    if (compression != Compression::none)
        decompressor_ = std::make_unique<Decompressor>(compression);
}

Status Content::feed(std::string_view given, const Output& out) {
    if (decompressor_ != nullptr) return decompress(given, out);
    given_ += given.size();
    content_ += given.size();
    return out(given);
}

Status Content::decompress(std::string_view bytes, const Output& out) {
    bool more = !bytes.empty();
    const std::uint64_t start = given_;
    given_ += bytes.size();
    std::string_view rest = bytes;
    while (more && damage_.empty()) {
        buffer_.clear();
        const Status fed = decompressor_->feed(rest, buffer_, k_piece_bytes);
        if (!fed) damage_ = fed.error().message;
        content_ += buffer_.size();
        if (content_ > k_max_content_bytes)
            damage_ =
                fmt::format("{}: decompresses to more than 64 GiB", compression_name(compression_));
        if (!buffer_.empty()) KATO_CHECK(out(buffer_));
        if (!damage_.empty()) break;
        if (decompressor_->at_frame_end()) sound_ = start + (bytes.size() - rest.size());
        // A full buffer may leave something behind in the decompressor.
        more = !rest.empty() || (buffer_.size() == k_piece_bytes && !decompressor_->at_frame_end());
    }
    return done();
}

void Content::finish() {
    if (damage_.empty() && damaged_bytes() != 0)
        damage_ = fmt::format("{}: the stream is cut off", compression_name(compression_));
}

} // namespace kato
