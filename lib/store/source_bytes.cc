#include "store/source_bytes.h"

#include "base/base64.h"
#include "base/compress.h"
#include "store/bodies.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::uint64_t k_zeros = 64 << 10;

Error damaged(std::int64_t source, std::string_view what) {
    Error error{Code::corrupt, fmt::format("source {}: {}", source, what)};
    error.hint = "run: kato doctor";
    return error;
}

// A blob as the base64 it was given as.
Status write_base64(Db& db, std::int64_t blob, const Output& out) {
    std::string rest; // up to two bytes that wait for a third
    const Output encode = [&](std::string_view part) -> Status {
        if (!rest.empty()) {
            const std::size_t take = std::min(part.size(), 3 - rest.size());
            rest += part.substr(0, take);
            part.remove_prefix(take);
            if (rest.size() < 3) return done();
            KATO_CHECK(out(base64_encode(rest)));
            rest.clear();
        }
        const std::size_t whole = part.size() / 3 * 3;
        rest = part.substr(whole);
        if (whole == 0) return done();
        return out(base64_encode(part.substr(0, whole)));
    };
    KATO_CHECK(read_blob(db, blob, encode));
    if (rest.empty()) return done();
    return out(base64_encode(rest));
}

// A blob as it was given: base64, or as it is.
Status write_blob(Db& db, std::int64_t blob, std::uint64_t size, const Output& out) {
    Query find(db, "SELECT size FROM blob WHERE n = ?");
    KATO_TRY(const bool row, find.bind(1, blob).step());
    if (row && static_cast<std::uint64_t>(find.integer(0)) == size) return read_blob(db, blob, out);
    return write_base64(db, blob, out);
}

Status write_zeros(std::uint64_t size, const Output& out) {
    const std::string zeros(static_cast<std::size_t>(std::min(size, k_zeros)), '\0');
    while (size > 0) {
        const std::uint64_t take = std::min<std::uint64_t>(size, zeros.size());
        KATO_CHECK(out(std::string_view(zeros).substr(0, static_cast<std::size_t>(take))));
        size -= take;
    }
    return done();
}

} // namespace

Status insert_piece(Db& db, std::int64_t source, std::uint64_t start, const SourcePiece& piece) {
    Query insert(
        db, "INSERT INTO source_piece (source, start, size, chunk, blob) VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, source)
        .bind(2, static_cast<std::int64_t>(start))
        .bind(3, static_cast<std::int64_t>(piece.size))
        .bind(4, piece.chunk)
        .bind(5, piece.blob);
    return insert.run();
}

Status read_pieces(Db& db, std::int64_t source, const Output& out) {
    Query pieces(db, "SELECT p.size, p.blob, p.chunk, c.size, c.data, p.start FROM source_piece p "
                     "LEFT JOIN chunk c ON c.n = p.chunk WHERE p.source = ? ORDER BY p.start");
    pieces.bind(1, source);
    for (std::uint64_t start = 0;;) {
        KATO_TRY(const bool row, pieces.step());
        if (!row) return done();
        if (static_cast<std::uint64_t>(pieces.integer(5)) != start)
            return damaged(source, "a piece of its bytes is missing");
        const auto size = static_cast<std::uint64_t>(pieces.integer(0));
        std::uint64_t given = 0;
        const Output count = [&](std::string_view bytes) -> Status {
            given += bytes.size();
            return out(bytes);
        };
        if (!pieces.is_null(1)) {
            KATO_CHECK(write_blob(db, pieces.integer(1), size, count));
        } else if (pieces.is_null(2)) {
            KATO_CHECK(write_zeros(size, count));
        } else {
            if (pieces.is_null(3)) return damaged(source, "a chunk of its bytes is missing");
            KATO_TRY(const std::string bytes,
                     decompress(pieces.blob(4), static_cast<std::size_t>(pieces.integer(3))));
            KATO_CHECK(count(bytes));
        }
        if (given != size)
            return damaged(source, "a piece of its bytes has another size than it should");
        start += size;
    }
}

Status SourceBytes::read(std::int64_t source, std::uint64_t start, std::uint64_t length,
                         std::string& out) {
    const std::size_t before = out.size();
    std::uint64_t at = start;
    const std::uint64_t end = start + length;
    Query pieces(db_, "SELECT start, size, chunk, blob FROM source_piece WHERE source = ?1 AND "
                      "start >= (SELECT max(start) FROM source_piece WHERE source = ?1 AND start "
                      "<= ?2) AND start < ?3 ORDER BY start");
    pieces.bind(1, source)
        .bind(2, static_cast<std::int64_t>(start))
        .bind(3, static_cast<std::int64_t>(end));
    while (at < end) {
        KATO_TRY(const bool row, pieces.step());
        if (!row) break;
        const auto piece = static_cast<std::uint64_t>(pieces.integer(0));
        const auto size = static_cast<std::uint64_t>(pieces.integer(1));
        if (piece > at || at - piece >= size) break;
        const std::uint64_t take = std::min(end - at, size - (at - piece));
        KATO_CHECK(append(pieces, at - piece, take, out));
        at += take;
    }
    if (out.size() - before != length)
        return damaged(source, fmt::format("{} bytes from byte {} are missing", length, start));
    return done();
}

// Nothing for a piece that was purged.
Status SourceBytes::append(const Query& piece, std::uint64_t from, std::uint64_t length,
                           std::string& out) {
    const auto part = [&](std::string_view bytes) {
        if (from < bytes.size())
            out += bytes.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(length));
    };
    if (!piece.is_null(2)) {
        KATO_TRY(const std::string* bytes, chunk(piece.integer(2)));
        part(*bytes);
    } else if (!piece.is_null(3)) {
        std::string bytes;
        const auto size = static_cast<std::uint64_t>(piece.integer(1));
        KATO_CHECK(write_blob(db_, piece.integer(3), size, [&](std::string_view more) {
            bytes += more;
            return done();
        }));
        part(bytes);
    }
    return done();
}

// By content, for a chunk's number may come to mean another one.
Result<const std::string*> SourceBytes::chunk(std::int64_t n) {
    Query find(db_, "SELECT key, size, data FROM chunk WHERE n = ?");
    KATO_TRY(const bool row, find.bind(1, n).step());
    if (!row) return Error{Code::corrupt, fmt::format("chunk {} is missing", n)};
    const std::string_view key = find.blob(0);
    for (const Chunk& held : chunks_)
        if (!held.bytes.empty() && as_view(held.key) == key) return &held.bytes;
    Chunk& slot = chunks_[oldest_];
    slot.bytes.clear();
    if (key.size() != slot.key.size())
        return Error{Code::corrupt, fmt::format("chunk {} has an impossible key", n)};
    KATO_TRY(slot.bytes, decompress(find.blob(2), static_cast<std::size_t>(find.integer(1))));
    std::memcpy(slot.key.data(), key.data(), key.size());
    oldest_ = (oldest_ + 1) % k_chunks;
    return &slot.bytes;
}

} // namespace kato
