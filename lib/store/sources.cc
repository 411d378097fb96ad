#include "store/sources.h"

#include "base/base64.h"
#include "base/compress.h"
#include "store/bodies.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::uint64_t k_zeros = 64 << 10;

SourceView view_of(const Query& row) {
    SourceView view;
    view.reference.id = to_string(row.uuid(0).value_or(Uuid{}));
    view.reference.format = row.text(1);
    view.reference.name = row.text(2);
    view.reference.size_bytes = static_cast<std::uint64_t>(row.integer(3));
    const std::string_view hash = row.blob(4);
    if (hash.size() == view.reference.sha256.size())
        std::memcpy(view.reference.sha256.data(), hash.data(), hash.size());
    view.retained = row.integer(5) != 2;
    return view;
}

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

Status write_zeros(std::uint64_t size, const Output& out) {
    const std::string zeros(static_cast<std::size_t>(std::min(size, k_zeros)), '\0');
    while (size > 0) {
        const std::uint64_t take = std::min<std::uint64_t>(size, zeros.size());
        KATO_CHECK(out(std::string_view(zeros).substr(0, static_cast<std::size_t>(take))));
        size -= take;
    }
    return done();
}

Result<std::int64_t> find_blob(Db& db, const Digest& sha256) {
    Query find(db, "SELECT n FROM blob WHERE sha256 = ?");
    KATO_TRY(const bool row, find.bind_blob(1, as_view(sha256)).step());
    if (!row)
        return Error{Code::not_found,
                     fmt::format("{}: no such blob is stored here", to_hex(sha256))};
    return find.integer(0);
}

} // namespace

Result<std::vector<SourceView>> read_sources(Db& db, std::span<const Uuid> chats) {
    std::vector<SourceView> out;
    if (chats.empty()) {
        Query query(
            db, "SELECT id, format, name, size, sha256, state FROM source WHERE state IN (0, 2)");
        for (;;) {
            KATO_TRY(const bool row, query.step());
            if (!row) break;
            out.push_back(view_of(query));
        }
    } else {
        std::set<std::int64_t> rows;
        for (const Uuid& chat : chats) {
            Query query(db,
                        "SELECT e.source FROM event e JOIN chat c ON c.n = e.chat WHERE c.id = ?1 "
                        "AND e.source IS NOT NULL UNION SELECT o.source FROM chat c JOIN event e "
                        "ON e.chat = c.n "
                        "JOIN origin o ON o.event = e.n WHERE c.id = ?1");
            query.bind(1, chat);
            for (;;) {
                KATO_TRY(const bool row, query.step());
                if (!row) break;
                rows.insert(query.integer(0));
            }
        }
        for (const std::int64_t n : rows) {
            Query query(db, "SELECT id, format, name, size, sha256, state FROM source WHERE n = ? "
                            "AND state IN (0, 2)");
            KATO_TRY(const bool row, query.bind(1, n).step());
            if (row) out.push_back(view_of(query));
        }
    }
    std::sort(out.begin(), out.end(), [](const SourceView& a, const SourceView& b) {
        return std::tie(a.reference.name, a.reference.id) <
               std::tie(b.reference.name, b.reference.id);
    });
    return out;
}

Status read_pieces(Db& db, std::int64_t source, const Output& out) {
    Query pieces(db, "SELECT p.size, p.blob, p.chunk, c.size, c.data FROM source_piece p "
                     "LEFT JOIN chunk c ON c.n = p.chunk WHERE p.source = ? ORDER BY p.seq");
    pieces.bind(1, source);
    for (;;) {
        KATO_TRY(const bool row, pieces.step());
        if (!row) return done();
        const auto size = static_cast<std::uint64_t>(pieces.integer(0));
        std::uint64_t given = 0;
        const Output count = [&](std::string_view bytes) -> Status {
            given += bytes.size();
            return out(bytes);
        };
        if (!pieces.is_null(1)) {
            KATO_CHECK(write_base64(db, pieces.integer(1), count));
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
    }
}

Result<bool> read_source(Db& db, const Uuid& id, const Output& out) {
    Query find(db, "SELECT n, state, purged, name FROM source WHERE id = ?");
    KATO_TRY(const bool row, find.bind(1, id).step());
    if (!row)
        return Error{Code::not_found, fmt::format("{}: there is no such source", to_string(id))};
    if (find.integer(1) == 2) {
        Error error{Code::not_found,
                    fmt::format("{}: its bytes are not in this workspace", find.text(3))};
        error.hint = "it is known from an import of Kato JSONL; import the file itself";
        return error;
    }
    const bool purged = find.integer(2) != 0;
    KATO_CHECK(read_pieces(db, find.integer(0), out));
    return !purged;
}

Status read_blob(Db& db, const Digest& sha256, const Output& out) {
    KATO_TRY(const std::int64_t n, find_blob(db, sha256));
    return read_blob(db, n, out);
}

Result<std::uint64_t> blob_size(Db& db, const Digest& sha256) {
    KATO_TRY(const std::int64_t n, find_blob(db, sha256));
    Query find(db, "SELECT size FROM blob WHERE n = ?");
    KATO_TRY(const bool row, find.bind(1, n).step());
    return row ? static_cast<std::uint64_t>(find.integer(0)) : 0;
}

} // namespace kato
