// How the source of an import session follows the versions of it that are known: the same, grown,
// rewritten, or only referred to so far.
#include "store/session.h"

#include "store/account_export.h"
#include "store/purge.h"

namespace kato {

// Texts that stand in this session's source stand in `row` too, unless that was purged.
Status Session::move_bodies(std::int64_t row) {
    Query purged(db_, "SELECT 1 FROM source WHERE n = ? AND purged <> 0");
    KATO_TRY(const bool blanked, purged.bind(1, row).step());
    if (blanked) return detach_bodies(db_, change_.compressor(), source_, {});
    Query move(db_, "UPDATE body SET source = ? WHERE source = ?");
    return move.bind(1, row).bind(2, source_).run();
}

// Gives the bytes of this session's source, and what is said of them, to the source `row`.
Status Session::move_bytes(std::int64_t row) {
    for (const char* sql : {"UPDATE source_piece SET source = ? WHERE source = ?",
                            "UPDATE OR IGNORE source_span SET source = ? WHERE source = ?",
                            "UPDATE body SET source = ? WHERE source = ?",
                            "UPDATE source SET purged = max(purged, (SELECT purged FROM source "
                            "WHERE n = ?2)) WHERE n = ?1"}) {
        Query move(db_, sql);
        KATO_CHECK(move.bind(1, row).bind(2, source_).run());
    }
    return done();
}

// Gives everything that this session said of its source to the source `row`, which it repeats.
Status Session::move_to(std::int64_t row) {
    Query events(db_, "UPDATE event SET source = ? WHERE source = ?");
    KATO_CHECK(events.bind(1, row).bind(2, source_).run());
    KATO_CHECK(move_bodies(row));
    Query origins(
        db_,
        "INSERT OR REPLACE INTO origin (event, source, start, length, line) "
        "SELECT o.event, ?1, o.start, o.length, o.line FROM origin o JOIN event e ON e.n = o.event "
        "WHERE o.source = ?2 AND NOT (e.source = ?1 AND e.start = o.start)");
    KATO_CHECK(origins.bind(1, row).bind(2, source_).run());
    for (const char* sql :
         {"DELETE FROM origin WHERE source = ?", "DELETE FROM source_span WHERE source = ?",
          "DELETE FROM source_piece WHERE source = ?", "DELETE FROM source WHERE n = ?"}) {
        Query remove(db_, sql);
        KATO_CHECK(remove.bind(1, source_).run());
    }
    return done();
}

// The source `row` was stored as anything, and is an attachment: then its bytes are a blob, unless they
// were purged.
Status Session::replace_pieces(std::int64_t row) {
    Query purged(db_, "SELECT 1 FROM source WHERE n = ? AND purged <> 0");
    KATO_TRY(const bool blanked, purged.bind(1, row).step());
    if (blanked) return done();
    Query clear(db_, "DELETE FROM source_piece WHERE source = ?");
    KATO_CHECK(clear.bind(1, row).run());
    Query move(db_, "UPDATE source_piece SET source = ? WHERE source = ?");
    return move.bind(1, row).bind(2, source_).run();
}

// The version before is the beginning of this one: it becomes this one.
Status Session::replace_previous() {
    for (const char* sql : {"DELETE FROM source_piece WHERE source = ?",
                            "DELETE FROM source_span WHERE source = ? AND fate <> 'purged'"}) {
        Query remove(db_, sql);
        KATO_CHECK(remove.bind(1, previous_source_).run());
    }
    KATO_CHECK(move_bytes(previous_source_));
    KATO_CHECK(move_to(previous_source_));
    source_ = previous_source_;
    return done();
}

Uuid Session::source_id() const {
    return make_uuid_v8({"kato:source", info_.name, as_view(retainer_->sha256())});
}

Status Session::finish_source() {
    counts_.chats = chats_.size();
    if (info_.canonical) KATO_CHECK(retain_leftovers());
    if (info_.file) KATO_CHECK(retain_file());
    retainer_->finish();
    KATO_CHECK(drain());
    KATO_CHECK(blank_purged());
    const Uuid id = source_id();
    if (info_.canonical) {
        if (leftovers_.empty()) return move_to(0);
        Query same(db_, "SELECT n FROM source WHERE id = ? AND n <> ?");
        KATO_TRY(const bool row, same.bind(1, id).bind(2, source_).step());
        if (row) return move_to(same.integer(0));
        counts_.changed = true;
        return write_source(source_, id, 3);
    }
    std::int64_t same_row = 0;
    std::int64_t same_state = 0;
    {
        Query same(db_, "SELECT n, state FROM source WHERE id = ? AND n <> ?");
        KATO_TRY(const bool row, same.bind(1, id).bind(2, source_).step());
        if (row) {
            same_row = same.integer(0);
            same_state = same.integer(1);
        }
    }
    if (same_row != 0 && same_state == 2) { // only a reference so far: its bytes have come
        KATO_CHECK(move_bytes(same_row));
        KATO_CHECK(move_to(same_row));
        Query place(db_, "UPDATE source SET location = ? WHERE n = ?");
        if (!info_.location.empty()) place.bind_blob(1, info_.location);
        KATO_CHECK(place.bind(2, same_row).run());
        source_ = same_row;
        if (previous_source_ != 0) KATO_CHECK(outdate_previous());
        counts_.changed = true;
        return write_source(same_row, id, 0);
    }
    if (same_row != 0) return repeat(same_row, id, static_cast<int>(same_state));
    counts_.changed = true;
    if (previous_source_ == 0) return write_source(source_, id, 0);
    if (retainer_->has_prefix() && retainer_->prefix_sha256() == previous_sha256_) {
        KATO_CHECK(replace_previous());
        return write_source(source_, id, 0);
    }
    KATO_CHECK(outdate_previous());
    return write_source(source_, id, 0);
}

// The source `row` is known already, or read again with another codec.
Status Session::repeat(std::int64_t row, const Uuid& id, int state) {
    counts_.source_known = true;
    if (info_.file) KATO_CHECK(replace_pieces(row));
    KATO_CHECK(move_to(row));
    source_ = row;
    KATO_CHECK(blank_purged()); // it may be the first time that a reader knows these records
    std::string place;
    {
        Query find(db_, "SELECT location FROM source WHERE n = ?");
        KATO_TRY(const bool there, find.bind(1, row).step());
        if (there) place = find.blob(0);
    }
    const bool of_account = place.starts_with(k_account_mark);
    if (!info_.account.empty() && !place.starts_with(account_folder(info_.account))) {
        Query set(db_, "UPDATE source SET location = ? WHERE n = ?");
        KATO_CHECK(set.bind_blob(1, info_.location).bind(2, row).run());
        return write_source(row, id, 0);
    }
    // Which one of an account's exports is the newest does not depend on when they come.
    newest_ = state == 0 || !of_account;
    if (!newest_) return write_source(row, id, 1);
    if (state == 1 && previous_source_ != 0 && previous_source_ != row)
        KATO_CHECK(outdate_previous()); // back to a version of old
    return write_source(row, id, 0);
}

// The version before was rewritten: it stays, and what only it had has vanished.
Status Session::outdate_previous() {
    counts_.changed = true;
    Query old(db_, "UPDATE source SET state = 1 WHERE n = ?");
    KATO_CHECK(old.bind(1, previous_source_).run());
    // What is in this one too has its place here first, and its old place beside.
    for (const auto& [first, last] : seen_.runs()) {
        Query keep(db_, "INSERT OR IGNORE INTO origin (event, source, start, length, line) "
                        "SELECT n, source, start, length, line FROM event "
                        "WHERE n BETWEEN ? AND ? AND source = ? AND start IS NOT NULL");
        KATO_CHECK(keep.bind(1, first).bind(2, last).bind(3, previous_source_).run());
        Query place(
            db_,
            "UPDATE event SET source = ?1, start = o.start, length = o.length, line = o.line FROM "
            "(SELECT event, min(start) AS start, length, line FROM origin WHERE source = ?1 "
            "AND event BETWEEN ?3 AND ?4 GROUP BY event) AS o "
            "WHERE event.n = o.event AND event.source = ?2");
        KATO_CHECK(
            place.bind(1, source_).bind(2, previous_source_).bind(3, first).bind(4, last).run());
        Query rest(db_, "UPDATE event SET source = ? WHERE n BETWEEN ? AND ? AND source = ?");
        KATO_CHECK(
            rest.bind(1, source_).bind(2, first).bind(3, last).bind(4, previous_source_).run());
        Query same(db_,
                   "DELETE FROM origin WHERE source = ?1 AND event BETWEEN ?2 AND ?3 AND EXISTS "
                   "(SELECT 1 FROM event WHERE n = origin.event AND source = ?1 AND start = "
                   "origin.start)");
        KATO_CHECK(same.bind(1, source_).bind(2, first).bind(3, last).run());
    }
    return vanish_outdated(previous_source_);
}

// What only outdated sources have, of which `source` is one, has vanished.
Status Session::vanish_outdated(std::int64_t source) {
    Query vanish(
        db_,
        "UPDATE event SET flags = flags | 16 WHERE source = ?1 AND flags & 16 = 0 AND NOT EXISTS "
        "(SELECT 1 FROM origin o JOIN source s ON s.n = o.source WHERE o.event = event.n AND "
        "s.state = 0)");
    KATO_CHECK(vanish.bind(1, source).run());
    counts_.events_vanished = static_cast<std::uint64_t>(db_.changes());
    return done();
}

// What had vanished and is in this source is there again: if it is the newest version, which of an
// account's exports is known at their end only.
Status Session::bring_back() {
    if (!newest_ || info_.canonical || !info_.account.empty()) return done();
    for (const auto& [first, last] : returned_.runs()) {
        Query set(db_, "UPDATE event SET flags = flags & ~16 WHERE n BETWEEN ? AND ? AND flags & "
                       "16 <> 0");
        KATO_CHECK(set.bind(1, first).bind(2, last).run());
        if (db_.changes() > 0) counts_.changed = true;
    }
    return done();
}

// Which of the account's exports is the newest, when all sources of one are there.
Result<std::uint64_t> Session::finish_export(const ExportInfo& info) {
    change_.defer();
    KATO_CHECK(change_.begin());
    KATO_TRY(const FinishedExport finished, finish_account_export(db_, info));
    if (finished.changed) KATO_CHECK(change_.commit());
    return finished.events_vanished;
}

} // namespace kato
