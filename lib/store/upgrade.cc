#include "store/upgrade.h"

#include "model/event.h"
#include "store/bodies.h"
#include "store/body_queue.h"
#include "store/copies.h"

#include <vector>

namespace kato {
namespace {

Status move_data(Db& db, BodyQueue& bodies, std::int64_t event) {
    Query row(db, "SELECT e.data, e.kind, e.block, e.record_name, m.value, e.text, e.text_body, "
                  "e.likeness FROM event e LEFT JOIN name m ON m.n = e.name WHERE e.n = ?");
    KATO_TRY(const bool there, row.bind(1, event).step());
    if (!there) return done();
    KATO_TRY(const std::int64_t data, bodies.store(row.text(0), std::nullopt));
    std::optional<std::int64_t> likeness;
    if (!row.is_null(7)) {
        EventBody body;
        body.kind = static_cast<Kind>(row.integer(1));
        body.name = row.text(4);
        body.text = row.text(5);
        likeness = likeness_of(body, row.text(3), static_cast<std::uint32_t>(row.integer(2)),
                               row.optional_integer(6), data);
    }
    Query set(db, "UPDATE event SET data = NULL, data_body = ?, likeness = ? WHERE n = ?");
    return set.bind(1, data).bind(2, likeness).bind(3, event).run();
}

} // namespace

Status move_long_data(Db& db) {
    std::vector<std::int64_t> events;
    {
        Query query(db, "SELECT n FROM event WHERE length(CAST(data AS BLOB)) > ? ORDER BY n");
        query.bind(1, std::int64_t{k_inline_data_bytes});
        for (;;) {
            KATO_TRY(const bool there, query.step());
            if (!there) break;
            events.push_back(query.integer(0));
        }
    }
    BodyQueue bodies(db);
    for (const std::int64_t event : events) KATO_CHECK(move_data(db, bodies, event));
    return bodies.settle();
}

} // namespace kato
