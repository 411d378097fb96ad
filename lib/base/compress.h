// Zstandard (RFC 8878) frames of known size, with reused contexts.
#pragma once

#include "base/result.h"

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

// By the first bytes of a stream of frames, whatever its name says.
bool is_zstd(std::string_view prefix);

// Decompresses a stream of frames fed in pieces (a .zst file).
class Decompressor {
public:
    Decompressor();
    ~Decompressor();
    // Appends what `bytes` decode to, up to `limit` bytes, and removes what was used from `bytes`.
    Status feed(std::string_view& bytes, std::string& out, std::size_t limit);
    // True between frames: a stream that ends elsewhere is cut off.
    bool at_frame_end() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace kato
