// The bytes of a source, put together from the pieces in which they are retained.
#pragma once

#include "base/hash.h"
#include "model/view.h"
#include "store/sqlite.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace kato {

// A part of a source: a chunk's bytes, a blob's as base64, or zero bytes for what was purged.
struct SourcePiece {
    std::uint64_t size = 0; // in bytes
    std::optional<std::int64_t> chunk{};
    std::optional<std::int64_t> blob{};
};
Status insert_piece(Db& db, std::int64_t source, std::uint64_t start, const SourcePiece& piece);

// All of them, one piece after the other; what was purged reads as zero bytes.
Status read_pieces(Db& db, std::int64_t source, const Output& out);

// Reads stretches of sources, and remembers the chunks that were used last: stretches are asked for
// in the order in which they stand there.
class SourceBytes {
public:
    explicit SourceBytes(Db& db) : db_(db) {}
    // Appends them; Code::corrupt when they are not all there.
    Status read(std::int64_t source, std::uint64_t start, std::uint64_t length, std::string& out);

private:
    struct Chunk {
        Digest key{};
        std::string bytes{};
    };
    static constexpr std::size_t k_chunks = 4;

    Status append(const Query& piece, std::uint64_t from, std::uint64_t length, std::string& out);
    Result<const std::string*> chunk(std::int64_t n);

    Db& db_;
    std::array<Chunk, k_chunks> chunks_{};
    std::size_t oldest_ = 0;
};

} // namespace kato
