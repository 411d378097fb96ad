#include "store/event_row.h"

#include "store/bodies.h"
#include "store/copies.h"

namespace kato {
namespace {

constexpr std::int64_t k_looked_at =
    64; // events that are alike, before one in another chat is assumed

struct Bodies {
    std::optional<std::int64_t> text{};
    std::optional<std::int64_t> data{};
    std::optional<std::int64_t> extra{};
};

Result<std::optional<std::int64_t>> long_text(Change& change, SliceFinder* slices,
                                              std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::optional<std::int64_t>();
    const std::optional<Slice> slice = slices != nullptr ? slices->find(text) : std::nullopt;
    KATO_TRY(const std::int64_t n, change.bodies().store(text, slice));
    return std::optional<std::int64_t>(n);
}

Result<Bodies> store_bodies(Change& change, const EventRow& row) {
    const EventBody& body = row.body;
    Bodies out;
    KATO_TRY(out.text, long_text(change, row.slices, body.text, k_inline_bytes));
    KATO_TRY(out.data, long_text(change, row.slices, body.data, k_inline_data_bytes));
    KATO_TRY(out.extra, long_text(change, row.slices, body.extra, k_inline_bytes));
    if (!body.stored_text) return out;
    Query find(change.db(), "SELECT n FROM body WHERE key = ?");
    KATO_TRY(const bool there, find.bind_blob(1, as_view(body.stored_text->key)).step());
    if (!there) return Error{Code::failed, "a text that was not stored"};
    out.text = find.integer(0);
    return out;
}

Status insert_attachments(Db& db, std::int64_t event, const std::vector<Attachment>& attachments) {
    std::int64_t seq = 0;
    for (const Attachment& a : attachments) {
        Query insert(db, "INSERT INTO attachment (event, seq, sha256, size, media_type, name, uri) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert.bind(1, event).bind(2, seq++);
        if (a.blob) insert.bind_blob(3, as_view(*a.blob));
        insert.bind(4, static_cast<std::int64_t>(a.size_bytes)).bind_optional(5, a.media_type);
        KATO_CHECK(insert.bind_optional(6, a.name).bind_optional(7, a.uri).run());
    }
    return done();
}

Status add_to_index(Change& change, std::int64_t n, const EventBody& body, const Bodies& bodies) {
    if (!body.stored_text) {
        change.index().add(n, body.kind, index_text(body.kind, body.text, body.name, body.data));
        return done();
    }
    KATO_CHECK(change.bodies().settle()); // the same text may be among them
    KATO_TRY(const std::string text,
             BodyReader(change.db()).read_start(*bodies.text, k_indexed_text_bytes));
    change.index().add(n, body.kind, index_text(body.kind, text, body.name, body.data));
    return done();
}

} // namespace

Result<std::int64_t> insert_event_row(Change& change, const EventRow& row) {
    Db& db = change.db();
    const EventBody& body = row.body;
    KATO_TRY(const Bodies bodies, store_bodies(change, row));
    KATO_TRY(const std::optional<std::int64_t> model, change.names().number(db, body.model));
    KATO_TRY(const std::optional<std::int64_t> name, change.names().number(db, body.name));
    std::optional<std::int64_t> likeness;
    bool alike = false; // another chat has it too, or may
    if (!row.record_name.empty() && row.record_name[0] != '#') {
        likeness = likeness_of(body, row.record_name, row.block, bodies.text, bodies.data);
        // Where one chat has very many of them, another may have it.
        Query other(db, "SELECT max(chat <> ?2), count(*) FROM "
                        "(SELECT chat FROM event WHERE likeness = ?1 LIMIT ?3)");
        other.bind(1, likeness).bind(2, row.chat).bind(3, k_looked_at);
        KATO_TRY(const bool there, other.step());
        alike = there && (other.integer(0) != 0 || other.integer(1) == k_looked_at);
    }
    Query insert(
        db,
        "INSERT INTO event (chat, id, revision, record, record_name, block, kind, role, time, "
        "model, "
        "name, call_id, response, outcome, flags, text, text_body, data, data_body, extra, "
        "extra_body, "
        "source, start, length, line, parent_key, previous_key, parent_id, refers_id, likeness, "
        "attachments, shown, parent, refers) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
        "?12, "
        "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, "
        "?31, "
        "1, ?32, ?33)");
    insert.bind(1, row.chat)
        .bind(2, row.id)
        .bind_blob(3, as_view(row.revision))
        .bind(4, row.record);
    insert.bind_optional(5, row.record_name).bind(6, std::int64_t{row.block});
    insert.bind(7, static_cast<std::int64_t>(body.kind))
        .bind(8, static_cast<std::int64_t>(body.role));
    insert.bind(9, body.time).bind(10, model).bind(11, name).bind_optional(12, body.call_id);
    insert.bind_optional(13, body.response).bind(14, static_cast<std::int64_t>(body.outcome));
    insert.bind(15, std::int64_t{body.flags & ~std::uint32_t{k_not_shown}});
    insert.bind_optional(16, bodies.text ? std::string_view{} : body.text).bind(17, bodies.text);
    insert.bind_optional(18, bodies.data ? std::string_view{} : body.data).bind(19, bodies.data);
    insert.bind_optional(20, bodies.extra ? std::string_view{} : body.extra).bind(21, bodies.extra);
    if (row.source) {
        insert.bind(22, *row.source).bind(23, static_cast<std::int64_t>(row.place.offset));
        insert.bind(24, static_cast<std::int64_t>(row.place.length));
        insert.bind(25, static_cast<std::int64_t>(row.place.line));
    }
    insert.bind(26, row.parent_key)
        .bind(27, row.previous_key)
        .bind(28, row.parent_id)
        .bind(29, row.refers_id);
    insert.bind(30, likeness).bind(31, static_cast<std::int64_t>(body.attachments.size()));
    KATO_CHECK(insert.bind(32, row.parent).bind(33, row.refers).run());
    const std::int64_t n = db.last_rowid();
    KATO_CHECK(insert_attachments(db, n, body.attachments));
    if (alike) { // before it is known which of them is the copy
        change.ripples().likenesses.push_back(*likeness);
        change.ripples().events.push_back(n);
        change.not_indexed(n);
    } else if (row.indexed && is_indexed(body.kind)) {
        KATO_CHECK(add_to_index(change, n, body, bodies));
    }
    return n;
}

} // namespace kato
