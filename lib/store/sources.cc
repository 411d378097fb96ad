#include "store/sources.h"

#include "store/bodies.h"
#include "store/source_bytes.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace kato {
namespace {

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
