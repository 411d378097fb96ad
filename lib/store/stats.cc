#include "store/stats.h"

#include "base/json_string.h"
#include "store/schema.h"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <sys/stat.h>

namespace kato {
namespace {

struct Figure {
    const char* name;
    const char* sql;
};

constexpr std::array k_figures = {
    Figure{"chats", "SELECT count(*) FROM chat c LEFT JOIN chat_user u ON u.chat = c.n WHERE "
                    "u.deleted IS NULL"},
    Figure{"chats_deleted", "SELECT count(*) FROM chat_user WHERE deleted IS NOT NULL"},
    Figure{"events",
           "SELECT ifnull(sum(c.events), 0) FROM chat c LEFT JOIN chat_user u ON u.chat = c.n "
           "WHERE u.deleted IS NULL"},
    Figure{"revisions_not_shown", "SELECT count(*) FROM event WHERE shown = 0"},
    Figure{"copies", "SELECT count(*) FROM event WHERE copy_of IS NOT NULL"},
    Figure{"sources", "SELECT count(*) FROM source WHERE state IN (0, 2)"},
    Figure{"source_bytes", "SELECT ifnull(sum(size), 0) FROM source WHERE state <> 2"},
    Figure{"stored_bytes", "SELECT (SELECT ifnull(sum(length(data)), 0) FROM chunk) + "
                           "(SELECT ifnull(sum(length(data)), 0) FROM blob_part) + "
                           "(SELECT ifnull(sum(length(data)), 0) FROM body_part)"},
    Figure{"quarantined_bytes", "SELECT ifnull(sum(quarantined), 0) FROM source WHERE state = 0"},
    Figure{"opaque_bytes", "SELECT ifnull(sum(opaque), 0) FROM source WHERE state = 0"},
    Figure{"blobs", "SELECT count(*) FROM blob"},
    Figure{"blob_bytes", "SELECT ifnull(sum(size), 0) FROM blob"},
};

void add_name(std::string& out, std::string_view name) {
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
}

void add(std::string& out, std::string_view name, std::int64_t value) {
    add_name(out, name);
    fmt::format_to(std::back_inserter(out), "{}", value);
}

// Rows of (name, number) as an object.
Status add_counts(Db& db, std::string& out, std::string_view name, const char* sql) {
    add_name(out, name);
    out += '{';
    Query query(db, sql);
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) break;
        add(out, query.text(0), query.integer(1));
    }
    out += '}';
    return done();
}

std::int64_t file_bytes(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_size : 0; // absent: no bytes
}

std::int64_t with_side_files(const std::string& path) {
    return file_bytes(path) + file_bytes(path + "-wal") + file_bytes(path + "-shm");
}

} // namespace

Result<std::string> store_stats(Db& db, const std::string& directory,
                                const std::string& content_hash) {
    Transaction snapshot(db);
    KATO_CHECK(snapshot.begin_read());
    std::string out = "{";
    add(out, "schema", k_schema_version);
    for (const Figure& figure : k_figures) {
        KATO_TRY(const std::int64_t value, db.integer(figure.sql));
        add(out, figure.name, value);
    }
    KATO_CHECK(
        add_counts(db, out, "chats_by_provider",
                   "SELECT c.provider, count(*) FROM chat c LEFT JOIN chat_user u ON u.chat = c.n "
                   "WHERE u.deleted IS NULL GROUP BY c.provider ORDER BY c.provider"));
    KATO_CHECK(add_counts(db, out, "events_by_kind",
                          "SELECT k.name, count(*) FROM event e JOIN kind k ON k.n = e.kind "
                          "LEFT JOIN chat_user u ON u.chat = e.chat "
                          "WHERE e.shown = 1 AND u.deleted IS NULL GROUP BY e.kind ORDER BY k.n"));
    // A response that several chats repeat was paid for once. Unlike sum(), total() does not fail
    // beyond 64 bits, which only made-up counts reach.
    KATO_CHECK(
        add_counts(db, out, "usage",
                   "WITH r AS (SELECT max(input) AS i, max(output) AS o, max(cache_read) AS "
                   "cr, max(cache_write) AS cw, "
                   "max(reasoning) AS re FROM usage GROUP BY CASE WHEN approximate THEN "
                   "chat || ' ' ELSE '' END || response) "
                   "SELECT 'input', CAST(total(i) AS INTEGER) FROM r UNION ALL SELECT 'output', "
                   "CAST(total(o) AS INTEGER) FROM r "
                   "UNION ALL SELECT 'cache_read', CAST(total(cr) AS INTEGER) FROM r "
                   "UNION ALL SELECT 'cache_write', CAST(total(cw) AS INTEGER) FROM r "
                   "UNION ALL SELECT 'reasoning', CAST(total(re) AS INTEGER) FROM r UNION ALL "
                   "SELECT 'responses', count(*) FROM r"));
    add(out, "database_bytes", with_side_files(directory + "/kato.db"));
    add(out, "index_bytes", with_side_files(directory + "/index.db"));
    if (!content_hash.empty()) {
        add_name(out, "content_hash");
        append_json_string(out, content_hash);
    }
    out += '}';
    return out;
}

} // namespace kato
