// Long texts and blobs: stored once by content, compressed, in parts of bounded size.
#pragma once

#include "base/compress.h"
#include "model/event.h"
#include "model/view.h"
#include "store/slices.h"
#include "store/source_bytes.h"
#include "store/sqlite.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kato {

inline constexpr std::size_t k_inline_bytes = 4096;     // longer texts go to `body`
inline constexpr std::size_t k_inline_data_bytes = 512; // and longer data
inline constexpr std::size_t k_part_bytes = 4 << 20;    // of a body or a blob

// Writes one long text or blob piece by piece. `finish_` gives its row.
class PartsWriter {
public:
    enum class Table : std::uint8_t { body, blob };
    PartsWriter(Db& db, Compressor& compressor, Table table);
    Status append(std::string_view bytes);
    struct Stored {
        std::int64_t n = 0;
        Digest key{};
        std::uint64_t size = 0;
        bool made = false; // not stored before
    };
    // Keeps what is there already if the same content was stored before.
    Result<Stored> finish();

private:
    Status flush();
    Status replace_slice(std::int64_t body);
    Blake256 blake_; // first: it is aligned to 64 bytes
    Sha256 sha_;
    Db& db_;
    Compressor& compressor_;
    std::string pending_;
    std::int64_t row_ = 0;
    std::int64_t parts_ = 0;
    std::uint64_t size_ = 0;
    Table table_;
};

// Reads long texts; those that stand in a source fastest in the order in which they stand there.
class BodyReader {
public:
    explicit BodyReader(Db& db) : db_(db), sources_(db) {}
    Status read(std::int64_t n, const Output& out);
    Result<std::string> read(std::int64_t n);
    // The first `limit` bytes at least, or all.
    Result<std::string> read_start(std::int64_t n, std::size_t limit);

private:
    struct Body {
        std::uint64_t size = 0;
        std::optional<Slice> slice{};
    };
    Result<Body> find(std::int64_t n);

    Db& db_;
    SourceBytes sources_;
};

// Of places in order, none of which overlaps another, the first one that ends behind `at`.
std::span<const Place>::iterator first_behind(std::span<const Place> places, std::uint64_t at);

// Gives each text that stands in the source parts of its own. With such `places` only those that
// touch them.
Status detach_bodies(Db& db, Compressor& compressor, std::int64_t source,
                     std::span<const Place> places);

Result<PartsWriter::Stored> store_blob(Db& db, Compressor& compressor, std::string_view bytes);
Status read_blob(Db& db, std::int64_t n, const Output& out);

} // namespace kato
