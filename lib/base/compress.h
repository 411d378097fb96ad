// Zstandard (RFC 8878) frames of known size, with reused contexts; and streams in zstd or gzip (RFC 1952).
#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kato {

class Compressor { // one thread at a time
public:
    Compressor();
    ~Compressor();
    std::string compress(std::string_view bytes);

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Decompresses a frame whose content is exactly `size` bytes; Code::corrupt otherwise.
Result<std::string> decompress(std::string_view frame, std::size_t size);

enum class Compression : std::uint8_t { none, zstd, gzip };

// By the first bytes of a stream, whatever its name says.
Compression compression_of(std::string_view prefix);
std::string_view compression_name(Compression compression); // "zstd"

// Decompresses a stream of frames fed in pieces (a .zst or .gz file).
class Decompressor {
public:
    explicit Decompressor(Compression compression);
    ~Decompressor();
    // Appends what `bytes` decode to, up to `limit` bytes, and removes what was used from `bytes`.
    Status feed(std::string_view& bytes, std::string& out, std::size_t limit);
    // True between frames: a stream that ends elsewhere is cut off.
    bool at_frame_end() const;

    struct State; // one for each compression

private:
    std::unique_ptr<State> state_;
};

} // namespace kato
