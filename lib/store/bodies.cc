#include "store/bodies.h"

#include <algorithm>

namespace kato {
namespace {

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

Result<std::int64_t> find(Db& db, const Sql& sql, const Digest& key) {
    Query query(db, sql.find);
    query.bind_blob(1, as_view(key));
    KATO_TRY(const bool row, query.step());
    return row ? query.integer(0) : 0;
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

Result<PartsWriter::Stored> PartsWriter::finish() {
    const Sql& sql = sql_of(table_);
    Stored out;
    out.size = size_;
    out.key = table_ == Table::blob ? sha_.finish() : blake_.finish();
    KATO_TRY(out.n, find(db_, sql, out.key));
    if (out.n != 0) {
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

Status read_body(Db& db, std::int64_t n, const Output& out) {
    return read_parts(db, k_body, n, out);
}

Result<std::string> read_body(Db& db, std::int64_t n) {
    std::string text;
    KATO_CHECK(read_body(db, n, [&](std::string_view part) {
        text += part;
        return done();
    }));
    return text;
}

Result<std::string> read_body_start(Db& db, std::int64_t n, std::size_t limit) {
    std::string text;
    Query query(db, k_body.parts);
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

Status read_blob(Db& db, std::int64_t n, const Output& out) {
    return read_parts(db, k_blob, n, out);
}

} // namespace kato
