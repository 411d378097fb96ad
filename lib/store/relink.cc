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

Result<ChatRows> load_links(Db& db, std::int64_t chat) {
    ChatRows out;
    {
        Query count(db, "SELECT count(*) FROM event WHERE chat = ?");
        KATO_TRY(const bool there, count.bind(1, chat).step());
        if (there) out.rows.reserve(static_cast<std::size_t>(count.integer(0)));
    }
    Query query(
        db, "SELECT n, parent, time, id, record, revision, call_id, model, refers, block, flags, "
            "kind, shown, parent_key, parent_id, previous_key, refers_id FROM event WHERE chat = "
            "? ORDER BY n");
    query.bind(1, chat);
    for (;;) {
        KATO_TRY(const bool there, query.step());
        if (!there) return out;
        LinkRow row;
        row.n = query.integer(0);
        row.parent = query.integer(1);
        row.time = query.optional_integer(2).value_or(INT64_MIN);
        row.id = query.uuid(3).value_or(Uuid());
        row.record = query.uuid(4).value_or(Uuid());
        const std::string_view revision = query.blob(5);
        std::memcpy(row.revision.data(), revision.data(),
                    std::min(revision.size(), row.revision.size()));
        if (!query.is_null(6)) row.call = text_key(query.text(6));
        row.model = query.integer(7);
        row.refers = query.integer(8);
        row.block = static_cast<std::uint32_t>(query.integer(9));
        row.flags = static_cast<std::uint32_t>(query.integer(10));
        row.kind = static_cast<Kind>(query.integer(11));
        row.shown = query.integer(12) != 0;
        const auto at = static_cast<RowIndex>(out.rows.size());
        for (int i = 0; i < 4; ++i)
            if (const auto value = query.uuid(13 + i))
                out.references.push_back({at, static_cast<Reference::What>(i), *value});
        out.rows.push_back(row);
    }
}

Status relink_chat(Db& db, std::int64_t chat, Ripples& ripples) {
    KATO_TRY(ChatRows all, load_links(db, chat));
    const std::vector<LinkRow>& rows = all.rows;
    std::vector<Links> before;
    before.reserve(rows.size());
    for (const LinkRow& row : rows) before.push_back(links_of(row));
    KATO_TRY(const std::optional<Uuid> shown, shown_record(db, chat));
    const LinkedChat linked = link_events(all, shown);
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
