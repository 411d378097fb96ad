// What is inside a source's bytes: nothing around them, or a compressed stream.
#pragma once

#include "base/compress.h"
#include "codec/registry.h"
#include "model/view.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kato {

// How much of a stream is needed to decompress a detector's worth: zstd's largest block and more.
inline constexpr std::size_t k_compressed_prefix_bytes = 256 * 1024;

// The decompressed beginning of a stream, for detection; `complete` is set when it is all.
std::string decompressed_prefix(Compression compression, std::string_view prefix, bool& complete);

// By its first bytes.
bool looks_like_json(std::string_view prefix);

// What to tell people about bytes that no format recognised.
std::string_view unrecognised_reason(std::string_view prefix);

// Passes a source's bytes on, decompressed if need be. What cannot be decompressed ends the output,
// not the source: `damage` then says why.
class Content {
public:
    explicit Content(Compression compression);
    Status feed(std::string_view given, const Output& out);
    void finish();

    bool compressed() const { return decompressor_ != nullptr; }
    std::uint64_t given_bytes() const { return given_; }
    std::uint64_t content_bytes() const { return content_; }
    // Given bytes that belong to a frame which is damaged or cut off, or to nothing.
    std::uint64_t damaged_bytes() const { return compressed() ? given_ - sound_ : 0; }
    const std::string& damage() const { return damage_; }

private:
    Status decompress(std::string_view bytes, const Output& out);

    Compression compression_;
    std::unique_ptr<Decompressor> decompressor_{};
    std::string buffer_{};
    std::uint64_t given_ = 0;
    std::uint64_t sound_ = 0; // given bytes of whole frames
    std::uint64_t content_ = 0;
    std::string damage_{};
};

} // namespace kato
