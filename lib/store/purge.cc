#include "store/purge.h"

#include "base/base64.h"
#include "store/source_bytes.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::uint64_t k_everything = INT64_MAX;
constexpr std::int64_t k_compact_in_memory =
    64 << 20; // a larger database is rewritten by way of a file
constexpr std::size_t k_max_chunk = 1 << 20;

std::int64_t whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Result<std::vector<SourcePiece>> load_pieces(Db& db, std::int64_t source) {
    std::vector<SourcePiece> pieces;
    Query query(db, "SELECT size, chunk, blob FROM source_piece WHERE source = ? ORDER BY start");
    query.bind(1, source);
    for (;;) {
        KATO_TRY(const bool there, query.step());
        if (!there) return pieces;
        pieces.push_back({static_cast<std::uint64_t>(query.integer(0)), query.optional_integer(1),
                          query.optional_integer(2)});
    }
}

Result<std::string> piece_bytes(Db& db, const SourcePiece& piece) {
    if (piece.chunk) {
        Query query(db, "SELECT size, data FROM chunk WHERE n = ?");
        KATO_TRY(const bool there, query.bind(1, *piece.chunk).step());
        if (!there) return Error{Code::corrupt, "a retained piece is missing"};
        return decompress(query.blob(1), static_cast<std::size_t>(query.integer(0)));
    }
    std::string bytes;
    KATO_CHECK(read_blob(db, *piece.blob, [&](std::string_view part) {
        bytes += part;
        return done();
    }));
    return bytes.size() == piece.size ? bytes : base64_encode(bytes);
}

Result<std::int64_t> store_chunk(Db& db, Compressor& compressor, std::string_view bytes) {
    const Digest key = blake256(bytes);
    Query find(db, "SELECT n FROM chunk WHERE key = ?");
    KATO_TRY(const bool there, find.bind_blob(1, as_view(key)).step());
    if (there) return find.integer(0);
    const std::string data = compressor.compress(bytes);
    Query insert(db, "INSERT INTO chunk (key, size, data) VALUES (?, ?, ?)");
    insert.bind_blob(1, as_view(key)).bind(2, whole(bytes.size())).bind_blob(3, data);
    KATO_CHECK(insert.run());
    return db.last_rowid();
}

// Sorted, without overlaps, within the source.
std::vector<Place> merge(std::vector<Place> places, std::uint64_t size) {
    std::sort(places.begin(), places.end(),
              [](const Place& a, const Place& b) { return a.offset < b.offset; });
    std::vector<Place> out;
    for (Place place : places) {
        if (place.offset >= size || place.length == 0) continue;
        place.length = std::min(place.length, size - place.offset);
        if (!out.empty() && place.offset <= out.back().offset + out.back().length) {
            Place& last = out.back();
            last.length = std::max(last.length, place.offset + place.length - last.offset);
        } else {
            out.push_back(place);
        }
    }
    return out;
}

// Divides a piece into kept and blanked parts.
Status blank_piece(Db& db, Compressor& compressor, const SourcePiece& piece, std::uint64_t start,
                   const std::vector<Place>& places, std::vector<SourcePiece>& out) {
    const std::uint64_t end = start + piece.size;
    const std::span<const Place> all(places);
    std::vector<Place> inside;
    for (auto place = first_behind(all, start); place != all.end() && place->offset < end;
         ++place) {
        const std::uint64_t from = std::max(start, place->offset);
        const std::uint64_t to = std::min(end, place->offset + place->length);
        if (from < to) inside.push_back({from, to - from, 0});
    }
    const bool blank = !piece.chunk && !piece.blob;
    if (inside.empty() || blank) {
        out.push_back(piece);
        return done();
    }
    if (inside.size() == 1 && inside.front().length == piece.size) {
        out.push_back({piece.size, {}, {}});
        return done();
    }
    KATO_TRY(const std::string bytes, piece_bytes(db, piece));
    std::uint64_t at = start;
    const auto keep = [&](std::uint64_t to) -> Status {
        while (at < to) {
            const std::uint64_t length = std::min<std::uint64_t>(to - at, k_max_chunk);
            const std::string_view part = std::string_view(bytes).substr(
                static_cast<std::size_t>(at - start), static_cast<std::size_t>(length));
            KATO_TRY(const std::int64_t chunk, store_chunk(db, compressor, part));
            out.push_back({length, chunk, {}});
            at += length;
        }
        return done();
    };
    for (const Place& place : inside) {
        KATO_CHECK(keep(place.offset));
        out.push_back({place.length, {}, {}});
        at = place.offset + place.length;
    }
    return keep(end);
}

Result<bool> is_compressed(Db& db, const SourcePiece& start) {
    if (!start.chunk) return false;
    KATO_TRY(const std::string bytes, piece_bytes(db, start));
    return is_zstd(bytes);
}

Status list_purged(Db& db, std::int64_t source, const std::vector<Place>& places) {
    for (const Place& place : places) {
        Query insert(
            db,
            "INSERT INTO source_span (source, start, length, fate) VALUES (?1, ?2, ?3, 'purged') "
            "ON CONFLICT DO UPDATE SET length = max(length, ?3)");
        KATO_CHECK(
            insert.bind(1, source).bind(2, whole(place.offset)).bind(3, whole(place.length)).run());
        // What was said about damage there may quote it.
        Query quotes(db, "UPDATE source_span SET reason = NULL WHERE source = ?1 AND start >= ?2 "
                         "AND start < ?3");
        KATO_CHECK(quotes.bind(1, source)
                       .bind(2, whole(place.offset))
                       .bind(3, whole(place.offset + place.length))
                       .run());
    }
    Query flag(db, "UPDATE source SET purged = 1 WHERE n = ?");
    return flag.bind(1, source).run();
}

// The places of a chat's events, by source.
using PlacesBySource = std::vector<std::pair<std::int64_t, std::vector<Place>>>;

Result<PlacesBySource> places_of(Db& db, std::int64_t chat) {
    PlacesBySource out;
    Query query(
        db,
        "SELECT source, start, length FROM event WHERE chat = ?1 AND source IS NOT NULL "
        "UNION ALL SELECT o.source, o.start, o.length FROM origin o JOIN event e ON e.n = o.event "
        "WHERE e.chat = ?1 ORDER BY 1");
    query.bind(1, chat);
    for (;;) {
        KATO_TRY(const bool there, query.step());
        if (!there) return out;
        if (out.empty() || out.back().first != query.integer(0))
            out.emplace_back(query.integer(0), std::vector<Place>());
        out.back().second.push_back({static_cast<std::uint64_t>(query.integer(1)),
                                     static_cast<std::uint64_t>(query.integer(2)), 0});
    }
}

// Adds the files of an archive that are attachments of this chat alone.
Status add_files_of(Db& db, std::int64_t chat, PlacesBySource& out) {
    Query query(db, "SELECT DISTINCT p.source FROM attachment a JOIN event e ON e.n = a.event "
                    "JOIN blob b ON b.sha256 = a.sha256 JOIN source_piece p ON p.blob = b.n AND "
                    "p.size = b.size "
                    "WHERE e.chat = ?1 AND NOT EXISTS (SELECT 1 FROM attachment o JOIN event f "
                    "ON f.n = o.event WHERE o.sha256 = a.sha256 AND f.chat <> ?1)");
    query.bind(1, chat);
    for (;;) {
        KATO_TRY(const bool there, query.step());
        if (!there) return done();
        out.emplace_back(query.integer(0), std::vector<Place>{Place{0, k_everything, 0}});
    }
}

// What a source of one chat says between its records is that chat's too.
Result<bool> has_other_chats(Db& db, std::int64_t source, std::int64_t chat) {
    Query query(
        db,
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM event WHERE source = ?1 AND chat <> ?2) OR EXISTS "
        "(SELECT 1 FROM origin o JOIN event e ON e.n = o.event WHERE o.source = ?1 AND e.chat <> "
        "?2)");
    return query.bind(1, source).bind(2, chat).step();
}

Status drop_loose_bodies(Db& db) {
    KATO_CHECK(db.exec("DELETE FROM body_part WHERE body NOT IN "
                       "(SELECT text_body FROM event WHERE text_body IS NOT NULL "
                       "UNION SELECT data_body FROM event WHERE data_body IS NOT NULL "
                       "UNION SELECT extra_body FROM event WHERE extra_body IS NOT NULL)"));
    return db.exec("DELETE FROM body WHERE n NOT IN "
                   "(SELECT text_body FROM event WHERE text_body IS NOT NULL "
                   "UNION SELECT data_body FROM event WHERE data_body IS NOT NULL "
                   "UNION SELECT extra_body FROM event WHERE extra_body IS NOT NULL)");
}

} // namespace

Status blank_ranges(Db& db, Compressor& compressor, std::int64_t source,
                    std::vector<Place> places) {
    KATO_TRY(const std::vector<SourcePiece> pieces, load_pieces(db, source));
    if (pieces.empty()) return done();
    std::uint64_t size = 0;
    for (const SourcePiece& piece : pieces) size += piece.size;
    KATO_TRY(const bool compressed, is_compressed(db, pieces.front()));
    if (compressed) places = {Place{0, size, 0}};
    places = merge(std::move(places), size);
    if (places.empty()) return done();
    KATO_CHECK(detach_bodies(db, compressor, source, places)); // other chats say the same
    std::vector<SourcePiece> blanked;
    std::uint64_t start = 0;
    for (const SourcePiece& piece : pieces) {
        KATO_CHECK(blank_piece(db, compressor, piece, start, places, blanked));
        start += piece.size;
    }
    Query clear(db, "DELETE FROM source_piece WHERE source = ?");
    KATO_CHECK(clear.bind(1, source).run());
    start = 0;
    for (const SourcePiece& piece : blanked) {
        KATO_CHECK(insert_piece(db, source, start, piece));
        start += piece.size;
    }
    return list_purged(db, source, places);
}

Status purge_chat(Db& db, Compressor& compressor, std::int64_t chat, std::int64_t now_us) {
    KATO_CHECK(db.exec("INSERT OR IGNORE INTO meta (key, value) VALUES ('purging', '1')"));
    Query tomb(db, "INSERT INTO chat_user (chat, deleted, purged) VALUES (?1, ?2, ?2) ON CONFLICT "
                   "(chat) DO UPDATE "
                   "SET deleted = ifnull(deleted, ?2), purged = ?2, title = NULL, head = NULL");
    KATO_CHECK(tomb.bind(1, chat).bind(2, now_us).run());
    KATO_TRY(auto sources, places_of(db, chat));
    for (auto& [source, places] : sources) {
        KATO_TRY(const bool shared, has_other_chats(db, source, chat));
        if (!shared) places = {Place{0, k_everything, 0}};
    }
    KATO_CHECK(add_files_of(db, chat, sources));
    for (const char* sql :
         {("INSERT INTO index_change (event) SELECT min(n) FROM event WHERE chat = ? HAVING "
           "count(*) > 0"),
          "UPDATE event SET copy_of = NULL WHERE copy_of IN (SELECT n FROM event WHERE chat = ?)",
          "DELETE FROM origin WHERE event IN (SELECT n FROM event WHERE chat = ?)",
          "DELETE FROM attachment WHERE event IN (SELECT n FROM event WHERE chat = ?)",
          "DELETE FROM event WHERE chat = ?", "DELETE FROM usage WHERE chat = ?",
          "DELETE FROM tag WHERE chat = ?",
          "DELETE FROM run_message WHERE run IN (SELECT n FROM run WHERE chat = ?)",
          "DELETE FROM run WHERE chat = ?",
          "DELETE FROM chat_link WHERE parent = (SELECT id FROM chat WHERE n = ?)",
          "DELETE FROM chat_link WHERE child = (SELECT id FROM chat WHERE n = ?)",
          "UPDATE chat SET provider_id = NULL, title = NULL, title_rank = NULL, title_time = NULL, "
          "project = NULL, "
          "project_rank = NULL, project_time = NULL, parent_chat = NULL, forked_from = NULL, "
          "created = NULL, "
          "extra = NULL, model = NULL, first_time = NULL, last_time = NULL, events = 0, head = "
          "NULL, head_record = NULL, head_time = NULL WHERE n = ?"}) {
        Query query(db, sql);
        KATO_CHECK(query.bind(1, chat).run());
    }
    KATO_CHECK(drop_loose_bodies(db));
    for (auto& [source, places] : sources) {
        KATO_CHECK(blank_ranges(db, compressor, source, std::move(places)));
    }
    return drop_unreferenced(db);
}

Status drop_unreferenced(Db& db) {
    KATO_CHECK(drop_loose_bodies(db));
    for (const char* sql :
         {"DELETE FROM chunk WHERE NOT EXISTS (SELECT 1 FROM source_piece p WHERE p.chunk = "
          "chunk.n)",
          "DELETE FROM blob_part WHERE NOT EXISTS (SELECT 1 FROM source_piece p WHERE p.blob = "
          "blob_part.blob) "
          "AND NOT EXISTS (SELECT 1 FROM attachment a JOIN blob b ON b.sha256 = a.sha256 WHERE b.n "
          "= blob_part.blob)",
          "DELETE FROM blob WHERE NOT EXISTS (SELECT 1 FROM blob_part p WHERE p.blob = blob.n)",
          "DELETE FROM name WHERE n NOT IN (SELECT model FROM event WHERE model IS NOT NULL "
          "UNION SELECT name FROM event WHERE name IS NOT NULL)"}) {
        Query query(db, sql);
        KATO_CHECK(query.run());
    }
    return done();
}

Status vacuum(Db& db) {
    KATO_TRY(const std::int64_t pages, db.integer("PRAGMA page_count"));
    KATO_TRY(const std::int64_t page_size, db.integer("PRAGMA page_size"));
    const bool large = pages > k_compact_in_memory / page_size;
    if (large) KATO_CHECK(db.exec("PRAGMA temp_store = FILE"));
    const Status vacuumed = db.exec("VACUUM");
    if (large) KATO_CHECK(db.exec("PRAGMA temp_store = MEMORY"));
    KATO_CHECK(vacuumed);
    KATO_TRY(const std::int64_t busy, db.integer("PRAGMA wal_checkpoint(TRUNCATE)"));
    if (busy == 0) return done();
    Error error{
        Code::busy,
        fmt::format("{}: someone who still reads keeps what was removed in the log", db.path())};
    error.hint = "end what uses the workspace; the next program to open it removes the rest";
    return error;
}

Status finish_purge(Db& db, const std::function<Status()>& index) {
    KATO_CHECK(vacuum(db));
    KATO_CHECK(index());
    KATO_CHECK(db.exec("DELETE FROM meta WHERE key = 'purging'"));
    return db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<bool> is_purging(Db& db) {
    Query query(db, "SELECT 1 FROM meta WHERE key = 'purging'");
    return query.step();
}

} // namespace kato
