#include "store/relink.h"

#include "store/keys.h"

#include <cstring>

namespace kato {
namespace {

struct Links {
    bool shown;
    std::int64_t parent;
    std::int64_t refers;
    bool operator==(const Links&) const = default;
};

Links links_of(const LinkRow& row) { return {row.shown, row.parent, row.refers}; }

std::optional<std::int64_t> row_number(std::int64_t n) {
    return n == 0 ? std::optional<std::int64_t>() : std::optional<std::int64_t>(n);
}

Status write_row(Db& db, const LinkRow& row) {
    Query set(db, "UPDATE event SET shown = ?, parent = ?, refers = ? WHERE n = ?");
    set.bind(1, std::int64_t{row.shown ? 1 : 0}).bind(2, row_number(row.parent));
    return set.bind(3, row_number(row.refers)).bind(4, row.n).run();
}

Status write_chat(Db& db, std::int64_t chat, const LinkedChat& linked) {
    Query set(db, "UPDATE chat SET model = (SELECT value FROM name WHERE n = ?1), first_time = ?2, "
                  "last_time = ?3, "
                  "events = ?4, head = ?5 WHERE n = ?6");
    set.bind(1, row_number(linked.model)).bind(2, linked.first).bind(3, linked.last);
    return set.bind(4, static_cast<std::int64_t>(linked.events))
        .bind(5, row_number(linked.head))
        .bind(6, chat)
        .run();
}

Result<std::optional<Uuid>> shown_record(Db& db, std::int64_t chat) {
    Query query(db, "SELECT head_record FROM chat WHERE n = ?");
    KATO_TRY(const bool there, query.bind(1, chat).step());
    return there ? query.uuid(0) : std::nullopt;
}

} // namespace

Result<std::vector<LinkRow>> load_links(Db& db, std::int64_t chat) {
    std::vector<LinkRow> rows;
    Query query(
        db,
        "SELECT n, id, record, revision, block, kind, flags, time, parent_key, previous_key, "
        "parent_id, "
        "refers_id, call_id, model, shown, parent, refers FROM event WHERE chat = ? ORDER BY n");
    query.bind(1, chat);
    for (;;) {
        KATO_TRY(const bool there, query.step());
        if (!there) return rows;
        LinkRow row;
        row.n = query.integer(0);
        row.id = query.uuid(1).value_or(Uuid());
        row.record = query.uuid(2).value_or(Uuid());
        const std::string_view revision = query.blob(3);
        std::memcpy(row.revision.data(), revision.data(),
                    std::min(revision.size(), row.revision.size()));
        row.block = static_cast<std::uint32_t>(query.integer(4));
        row.kind = static_cast<Kind>(query.integer(5));
        row.flags = static_cast<std::uint32_t>(query.integer(6));
        row.time = query.optional_integer(7);
        row.parent_key = query.uuid(8);
        row.previous_key = query.uuid(9);
        row.parent_id = query.uuid(10);
        row.refers_id = query.uuid(11);
        if (!query.is_null(12)) row.call = text_key(query.text(12));
        row.model = query.integer(13);
        row.shown = query.integer(14) != 0;
        row.parent = query.integer(15);
        row.refers = query.integer(16);
        rows.push_back(row);
    }
}

Status relink_chat(Db& db, std::int64_t chat, Ripples& ripples) {
    KATO_TRY(std::vector<LinkRow> rows, load_links(db, chat));
    std::vector<Links> before;
    before.reserve(rows.size());
    for (LinkRow& row : rows) {
        before.push_back(links_of(row));
        row.shown = true;
        row.parent = row.refers = 0;
    }
    KATO_TRY(const std::optional<Uuid> shown, shown_record(db, chat));
    const LinkedChat linked = link_events(rows, shown);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (links_of(rows[i]) == before[i]) continue;
        KATO_CHECK(write_row(db, rows[i]));
        if (rows[i].shown == before[i].shown) continue;
        ripples.events.push_back(rows[i].n);
        Query like(db, "SELECT likeness FROM event WHERE n = ? AND likeness IS NOT NULL");
        KATO_TRY(const bool there, like.bind(1, rows[i].n).step());
        if (there) ripples.likenesses.push_back(like.integer(0));
    }
    ripples.chats.push_back(chat);
    return write_chat(db, chat, linked);
}

Status touch_chat(Db& db, std::int64_t chat, Ripples& ripples) {
    ripples.chats.push_back(chat);
    Query events(db, "SELECT n, likeness FROM event WHERE chat = ?");
    events.bind(1, chat);
    for (;;) {
        KATO_TRY(const bool there, events.step());
        if (!there) return done();
        ripples.events.push_back(events.integer(0));
        if (!events.is_null(1)) ripples.likenesses.push_back(events.integer(1));
    }
}

} // namespace kato
