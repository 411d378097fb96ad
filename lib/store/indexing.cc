#include "store/indexing.h"

#include "store/bodies.h"

#include <algorithm>

namespace kato {
namespace {

constexpr std::uint64_t k_progress_step = 1024; // events between two questions whether to go on

// What `k_entry` and its kin select.
#define KATO_ENTRY                                                                          \
    "SELECT e.n, e.kind, e.shown = 1 AND e.copy_of IS NULL AND u.deleted IS NULL, e.text, " \
    "e.text_body, "                                                                         \
    "m.value, e.data, e.data_body FROM event e LEFT JOIN chat_user u ON u.chat = e.chat "   \
    "LEFT JOIN name m ON m.n = e.name "

Kind kind_of(const Query& row) { return static_cast<Kind>(row.integer(1)); }

Result<std::string> entry_text(BodyReader& bodies, const Query& row) {
    const Kind kind = kind_of(row);
    const std::size_t limit =
        kind == Kind::assistant_tool_result ? k_indexed_result_bytes : k_indexed_text_bytes;
    std::string text;
    std::string data;
    if (!row.is_null(4)) {
        KATO_TRY(text, bodies.read_start(row.integer(4), limit));
    }
    if (!row.is_null(7)) {
        KATO_TRY(data, bodies.read_start(row.integer(7), k_indexed_text_bytes));
    }
    return index_text(kind, row.is_null(4) ? row.text(3) : text, row.text(5),
                      row.is_null(7) ? row.text(6) : data);
}

// What was purged cannot be taken out: its text is gone.
Result<bool> lists_purged(Db& db, const Index::Mark& mark) {
    Query query(db, "SELECT 1 FROM index_change c WHERE seq > ? AND event <= ? "
                    "AND NOT EXISTS (SELECT 1 FROM event e WHERE e.n = c.event) LIMIT 1");
    return query.bind(1, mark.change).bind(2, mark.event).step();
}

Status apply_changes(Db& db, Index& index, const StopFn& stop) {
    Query changes(db, KATO_ENTRY
                  "WHERE e.n IN (SELECT event FROM index_change WHERE seq > ?1) AND e.n <= ?2");
    changes.bind(1, index.mark().change).bind(2, index.mark().event);
    BodyReader bodies(db);
    for (;;) {
        KATO_TRY(const bool there, changes.step());
        if (!there) return done();
        if (stop && stop()) return Error{Code::cancelled, "the index was not brought up to date"};
        if (!is_indexed(kind_of(changes))) continue;
        KATO_TRY(std::string text, entry_text(bodies, changes));
        index.set(changes.integer(0), kind_of(changes), std::move(text), changes.integer(2) != 0);
    }
}

Status add_events(Db& db, Index& index, std::int64_t after, std::int64_t last, const StopFn& stop,
                  const ProgressFn& progress) {
    Query events(db, KATO_ENTRY "WHERE e.n > ? ORDER BY e.n");
    events.bind(1, after);
    const auto total = static_cast<std::uint64_t>(last - after);
    BodyReader bodies(db);
    for (std::uint64_t count = 0;; ++count) {
        KATO_TRY(const bool there, events.step());
        if (!there) break;
        if (count % k_progress_step == 0) {
            if (stop && stop())
                return Error{Code::cancelled, "the index was not brought up to date"};
            if (progress)
                KATO_CHECK(progress(static_cast<std::uint64_t>(events.integer(0) - after), total,
                                    "index"));
        }
        if (events.integer(2) == 0 || !is_indexed(kind_of(events))) continue;
        KATO_TRY(std::string text, entry_text(bodies, events));
        index.add(events.integer(0), kind_of(events), std::move(text));
    }
    return progress ? progress(total, total, "index") : done();
}

} // namespace

Result<Index::Mark> store_mark(Db& db) {
    Index::Mark mark;
    // Numbers that were given out, also when their rows are gone.
    KATO_TRY(mark.event, db.integer("SELECT seq FROM sqlite_sequence WHERE name = 'event'"));
    KATO_TRY(mark.change,
             db.integer("SELECT seq FROM sqlite_sequence WHERE name = 'index_change'"));
    return mark;
}

Status settle_index(Db& db, Index& index, std::span<const std::int64_t> events,
                    std::span<const std::int64_t> unseen) {
    BodyReader bodies(db);
    for (const std::int64_t n : events) {
        Query entry(db, KATO_ENTRY "WHERE e.n = ?");
        KATO_TRY(const bool there, entry.bind(1, n).step());
        if (!there || !is_indexed(kind_of(entry))) continue;
        const bool wanted = entry.integer(2) != 0;
        // Newer ones are found by their numbers.
        if (!index.is_open() || n <= index.mark().event) {
            Query note(db, "INSERT INTO index_change (event) VALUES (?)");
            KATO_CHECK(note.bind(1, n).run());
        } else if (!wanted && std::binary_search(unseen.begin(), unseen.end(), n)) {
            continue;
        }
        KATO_TRY(std::string text, entry_text(bodies, entry));
        index.set(n, kind_of(entry), std::move(text), wanted);
    }
    return done();
}

Result<bool> catch_up(Db& db, Index& index, const StopFn& stop, const ProgressFn& progress) {
    KATO_TRY(const Index::Mark target, store_mark(db));
    const Index::Mark mark = index.mark();
    if (mark.event == target.event && mark.change == target.change) return false;
    KATO_TRY(const std::int64_t oldest, db.integer("SELECT ifnull(min(seq), 0) FROM index_change"));
    // Changes that the index has not heard of are no longer listed, or it is of another store.
    const bool missed = mark.change < target.change && (oldest == 0 || oldest > mark.change + 1);
    KATO_TRY(const bool gone, lists_purged(db, mark));
    if (mark.event != 0 &&
        (missed || gone || mark.event > target.event || mark.change > target.change)) {
        KATO_CHECK(index.clear());
    } else if (mark.event != 0) {
        KATO_CHECK(apply_changes(db, index, stop));
    }
    KATO_CHECK(add_events(db, index, index.mark().event, target.event, stop, progress));
    return true;
}

Status each_entry(Db& db, std::int64_t last,
                  const std::function<Status(std::int64_t event, std::string text)>& take) {
    Query events(db, KATO_ENTRY "WHERE e.n <= ? ORDER BY e.n");
    events.bind(1, last);
    BodyReader bodies(db);
    for (;;) {
        KATO_TRY(const bool there, events.step());
        if (!there) return done();
        std::string text;
        if (events.integer(2) != 0 && is_indexed(kind_of(events))) {
            KATO_TRY(text, entry_text(bodies, events));
        }
        KATO_CHECK(take(events.integer(0), std::move(text)));
    }
}

} // namespace kato
