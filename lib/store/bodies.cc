#include "store/bodies.h"

#include "base/json_unescape.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::uint64_t k_max_escape = 6; // bytes in a JSON string for one byte: \u0000

struct Sql {
    const char* insert;
    const char* insert_part;
    const char* find;
    const char* seal;
    const char* drop_parts;
    const char* drop;
    const char* parts;
};

constexpr Sql k_body = {
    "INSERT INTO body (key, size) VALUES (randomblob(32), 0)",
    "INSERT INTO body_part (body, seq, size, data) VALUES (?, ?, ?, ?)",
    "SELECT n FROM body WHERE key = ?",
    "UPDATE body SET key = ?, size = ? WHERE n = ?",
    "DELETE FROM body_part WHERE body = ?",
    "DELETE FROM body WHERE n = ?",
    "SELECT size, data FROM body_part WHERE body = ? ORDER BY seq",
};
constexpr Sql k_blob = {
    "INSERT INTO blob (sha256, size) VALUES (randomblob(32), 0)",
    "INSERT INTO blob_part (blob, seq, size, data) VALUES (?, ?, ?, ?)",
    "SELECT n FROM blob WHERE sha256 = ?",
    "UPDATE blob SET sha256 = ?, size = ? WHERE n = ?",
    "DELETE FROM blob_part WHERE blob = ?",
    "DELETE FROM blob WHERE n = ?",
    "SELECT size, data FROM blob_part WHERE blob = ? ORDER BY seq",
};

const Sql& sql_of(PartsWriter::Table table) {
    return table == PartsWriter::Table::body ? k_body : k_blob;
}

Error damaged(std::int64_t n, std::string_view what) {
    Error error{Code::corrupt, fmt::format("text {} {}", n, what)};
    error.hint = "run: kato doctor";
    return error;
}

Result<std::int64_t> find_row(Db& db, const Sql& sql, const Digest& key) {
    Query query(db, sql.find);
    query.bind_blob(1, as_view(key));
    KATO_TRY(const bool row, query.step());
    return row ? query.integer(0) : 0;
}

// The text of a body that stood in a source so far.
Status insert_parts(Db& db, Compressor& compressor, std::int64_t n, std::string_view text) {
    for (std::int64_t seq = 0; !text.empty(); ++seq) {
        const std::string_view part = text.substr(0, k_part_bytes);
        text.remove_prefix(part.size());
        Query insert(db, k_body.insert_part);
        insert.bind(1, n).bind(2, seq).bind(3, static_cast<std::int64_t>(part.size()));
        KATO_CHECK(insert.bind_blob(4, compressor.compress(part)).run());
    }
    Query detach(db, "UPDATE body SET source = NULL, start = NULL, length = NULL, escaped = NULL "
                     "WHERE n = ?");
    return detach.bind(1, n).run();
}

Status read_parts(Db& db, const Sql& sql, std::int64_t n, const Output& out) {
    Query query(db, sql.parts);
    query.bind(1, n);
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return done();
        KATO_TRY(const std::string bytes,
                 decompress(query.blob(1), static_cast<std::size_t>(query.integer(0))));
        KATO_CHECK(out(bytes));
    }
}

} // namespace

PartsWriter::PartsWriter(Db& db, Compressor& compressor, Table table)
    : db_(db), compressor_(compressor), table_(table) {}

Status PartsWriter::append(std::string_view bytes) {
    if (table_ == Table::blob)
        sha_.update(bytes);
    else
        blake_.update(bytes);
    size_ += bytes.size();
    while (!bytes.empty()) {
        const std::size_t take = std::min(bytes.size(), k_part_bytes - pending_.size());
        pending_.append(bytes.substr(0, take));
        bytes.remove_prefix(take);
        if (pending_.size() == k_part_bytes) KATO_CHECK(flush());
    }
    return done();
}

Status PartsWriter::flush() {
    if (row_ == 0) {
        Query insert(db_, sql_of(table_).insert);
        KATO_CHECK(insert.run());
        row_ = db_.last_rowid();
    }
    const std::string data = compressor_.compress(pending_);
    Query insert(db_, sql_of(table_).insert_part);
    insert.bind(1, row_).bind(2, parts_).bind(3, static_cast<std::int64_t>(pending_.size()));
    insert.bind_blob(4, data);
    KATO_CHECK(insert.run());
    ++parts_;
    pending_.clear();
    return done();
}

// The bytes of the source that says this text already may not all have come.
Status PartsWriter::replace_slice(std::int64_t body) {
    Query detach(db_, "UPDATE body SET source = NULL, start = NULL, length = NULL, escaped = NULL "
                      "WHERE n = ? AND source IS NOT NULL");
    KATO_CHECK(detach.bind(1, body).run());
    if (db_.changes() == 0) return done();
    if (!pending_.empty() || row_ == 0) KATO_CHECK(flush());
    Query give(db_, "UPDATE body_part SET body = ? WHERE body = ?");
    return give.bind(1, body).bind(2, row_).run();
}

Result<PartsWriter::Stored> PartsWriter::finish() {
    const Sql& sql = sql_of(table_);
    Stored out;
    out.size = size_;
    out.key = table_ == Table::blob ? sha_.finish() : blake_.finish();
    KATO_TRY(out.n, find_row(db_, sql, out.key));
    if (out.n != 0) {
        if (table_ == Table::body) KATO_CHECK(replace_slice(out.n));
        if (row_ != 0) {
            Query parts(db_, sql.drop_parts);
            KATO_CHECK(parts.bind(1, row_).run());
            Query head(db_, sql.drop);
            KATO_CHECK(head.bind(1, row_).run());
        }
        return out;
    }
    if (!pending_.empty() || row_ == 0) KATO_CHECK(flush());
    Query seal(db_, sql.seal);
    seal.bind_blob(1, as_view(out.key)).bind(2, static_cast<std::int64_t>(size_)).bind(3, row_);
    KATO_CHECK(seal.run());
    out.n = row_;
    out.made = true;
    return out;
}

Result<PartsWriter::Stored> store_blob(Db& db, Compressor& compressor, std::string_view bytes) {
    PartsWriter writer(db, compressor, PartsWriter::Table::blob);
    KATO_CHECK(writer.append(bytes));
    return writer.finish();
}

Result<BodyReader::Body> BodyReader::find(std::int64_t n) {
    Query find(db_, "SELECT size, source, start, length, escaped FROM body WHERE n = ?");
    KATO_TRY(const bool row, find.bind(1, n).step());
    if (!row) return damaged(n, "is missing");
    Body out;
    out.size = static_cast<std::uint64_t>(find.integer(0));
    if (find.is_null(1)) return out;
    const Slice slice{find.integer(1), static_cast<std::uint64_t>(find.integer(2)),
                      static_cast<std::uint64_t>(find.integer(3)), find.integer(4) != 0};
    const bool fits =
        slice.escaped ? slice.length / k_max_escape <= out.size : slice.length == out.size;
    if (!fits || slice.length > k_max_slice_bytes)
        return damaged(n, "stands at an impossible place");
    out.slice = slice;
    return out;
}

Status BodyReader::read(std::int64_t n, const Output& out) {
    KATO_TRY(const Body body, find(n));
    std::uint64_t given = 0;
    const Output count = [&](std::string_view part) -> Status {
        given += part.size();
        if (given > body.size) return damaged(n, "is longer than it should be");
        return out(part);
    };
    if (!body.slice) {
        KATO_CHECK(read_parts(db_, k_body, n, count));
    } else {
        std::string text;
        KATO_CHECK(sources_.read(body.slice->source, body.slice->start, body.slice->length, text));
        if (body.slice->escaped) {
            const std::string raw = std::move(text);
            text.clear();
            if (!json::unescape(raw, text)) return damaged(n, "has damaged bytes");
        }
        KATO_CHECK(count(text));
    }
    return given == body.size ? done() : damaged(n, "is shorter than it should be");
}

Result<std::string> BodyReader::read(std::int64_t n) {
    std::string text;
    KATO_CHECK(read(n, [&](std::string_view part) {
        text += part;
        return done();
    }));
    return text;
}

Result<std::string> BodyReader::read_start(std::int64_t n, std::size_t limit) {
    std::string text;
    KATO_TRY(const Body body, find(n));
    if (const std::optional<Slice>& slice = body.slice) {
        const std::uint64_t most = slice->escaped ? limit * k_max_escape : limit;
        std::string raw;
        KATO_CHECK(sources_.read(slice->source, slice->start, std::min(slice->length, most), raw));
        if (!slice->escaped) return raw;
        if (!json::unescape_prefix(raw, most < slice->length, text))
            return damaged(n, "has damaged bytes");
        return text;
    }
    Query query(db_, k_body.parts);
    query.bind(1, n);
    while (text.size() < limit) {
        KATO_TRY(const bool row, query.step());
        if (!row) break;
        KATO_TRY(const std::string bytes,
                 decompress(query.blob(1), static_cast<std::size_t>(query.integer(0))));
        text += bytes;
    }
    return text;
}

std::span<const Place>::iterator first_behind(std::span<const Place> places, std::uint64_t at) {
    return std::partition_point(places.begin(), places.end(), [at](const Place& place) {
        return place.offset + place.length <= at;
    });
}

Status detach_bodies(Db& db, Compressor& compressor, std::int64_t source,
                     std::span<const Place> places) {
    const auto touched = [&](std::uint64_t start, std::uint64_t end) {
        const auto place = first_behind(places, start);
        return place != places.end() && place->offset < end;
    };
    std::vector<std::int64_t> bodies;
    Query query(db, "SELECT n, start, length FROM body WHERE source = ? ORDER BY start");
    query.bind(1, source);
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) break;
        const auto start = static_cast<std::uint64_t>(query.integer(1));
        if (places.empty() || touched(start, start + static_cast<std::uint64_t>(query.integer(2))))
            bodies.push_back(query.integer(0));
    }
    BodyReader reader(db);
    for (const std::int64_t n : bodies) {
        KATO_TRY(const std::string text, reader.read(n));
        KATO_CHECK(insert_parts(db, compressor, n, text));
    }
    return done();
}

Status read_blob(Db& db, std::int64_t n, const Output& out) {
    return read_parts(db, k_blob, n, out);
}

} // namespace kato
