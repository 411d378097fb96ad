#include "store/events.h"

#include "store/bodies.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr const char* k_row = "SELECT id, revision, record_name, block, kind, role, time, model, "
                              "name, call_id, response, outcome, flags, "
                              "text, text_body, data, data_body, extra, extra_body, source, start, "
                              "length, line, parent, refers, copy_of, "
                              "attachments, shown, chat FROM event WHERE n = ?";
enum Column {
    c_id,
    c_revision,
    c_record_name,
    c_block,
    c_kind,
    c_role,
    c_time,
    c_model,
    c_name,
    c_call_id,
    c_response,
    c_outcome,
    c_flags,
    c_text,
    c_text_body,
    c_data,
    c_data_body,
    c_extra,
    c_extra_body,
    c_source,
    c_start,
    c_length,
    c_line,
    c_parent,
    c_refers,
    c_copy_of,
    c_attachments,
    c_shown,
    c_chat,
};

std::uint64_t unsign(std::int64_t value) { return static_cast<std::uint64_t>(value); }

template <std::size_t Size>
std::optional<std::array<std::uint8_t, Size>> bytes_of(std::string_view bytes) {
    std::array<std::uint8_t, Size> out{};
    if (bytes.size() != Size) return std::nullopt;
    std::memcpy(out.data(), bytes.data(), Size);
    return out;
}

Error damaged(std::int64_t n, std::string_view what) {
    Error error{Code::corrupt, fmt::format("event {} {}", n, what)};
    error.hint = "run: kato doctor";
    return error;
}

} // namespace

Status EventReader::long_text(std::optional<std::int64_t> body, std::string& text) {
    if (!body) return done();
    text.clear();
    return bodies_.read(*body, [&](std::string_view part) {
        text += part;
        return done();
    });
}

Result<std::optional<Uuid>> EventReader::id_of(std::optional<std::int64_t> n) {
    if (!n || *n == 0) return std::optional<Uuid>();
    if (rows_ != nullptr) {
        const auto at =
            std::lower_bound(rows_->begin(), rows_->end(), *n,
                             [](const TreeRow& row, std::int64_t value) { return row.n < value; });
        if (at != rows_->end() && at->n == *n) return std::optional<Uuid>(at->id);
    }
    Query find(db_, "SELECT id FROM event WHERE n = ?");
    KATO_TRY(const bool row, find.bind(1, *n).step());
    return row ? find.uuid(0) : std::optional<Uuid>();
}

Result<const EventReader::Source*> EventReader::source(std::int64_t n) {
    const auto [slot, made] = sources_.try_emplace(n);
    if (!made) return &slot->second;
    Query find(db_, "SELECT id, state FROM source WHERE n = ?");
    KATO_TRY(const bool row, find.bind(1, n).step());
    if (row) {
        slot->second.id = to_string(find.uuid(0).value_or(Uuid{}));
        // Older versions are not spoken of: what a source says is what its newest version says.
        slot->second.shown = find.integer(1) == 0 || find.integer(1) == 2;
    }
    return &slot->second;
}

Status EventReader::origins(std::int64_t n, const Query& row, EventView& out) {
    const auto add = [&](std::int64_t source_row, const Query& from, int start) -> Status {
        KATO_TRY(const Source* known, source(source_row));
        if (!known->shown) return done();
        Origin origin;
        origin.source_id = known->id;
        origin.place = {unsign(from.integer(start)), unsign(from.integer(start + 1)),
                        unsign(from.integer(start + 2))};
        out.origins.push_back(std::move(origin));
        return done();
    };
    out.origins.clear();
    if (const auto first = row.optional_integer(c_source)) KATO_CHECK(add(*first, row, c_start));
    if (!with_origins_) {
        Query bounds(db_,
                     "SELECT (SELECT min(event) FROM origin), (SELECT max(event) FROM origin)");
        KATO_CHECK(bounds.step());
        with_origins_ = {bounds.optional_integer(0).value_or(1),
                         bounds.optional_integer(1).value_or(0)};
    }
    if (n < with_origins_->first || n > with_origins_->second) return done();
    Query more(db_, "SELECT source, start, length, line FROM origin WHERE event = ?");
    more.bind(1, n);
    for (;;) {
        KATO_TRY(const bool there, more.step());
        if (!there) break;
        KATO_CHECK(add(more.integer(0), more, 1));
    }
    std::sort(out.origins.begin(), out.origins.end(), [](const Origin& a, const Origin& b) {
        return std::tie(a.source_id, a.place.offset) < std::tie(b.source_id, b.place.offset);
    });
    return done();
}

Status EventReader::attachments(std::int64_t n, EventView& out) {
    Query query(
        db_,
        "SELECT sha256, size, media_type, name, uri FROM attachment WHERE event = ? ORDER BY seq");
    query.bind(1, n);
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return done();
        Attachment attachment;
        attachment.blob = bytes_of<32>(query.blob(0));
        attachment.size_bytes = unsign(query.integer(1));
        attachment.media_type = query.text(2);
        attachment.name = query.text(3);
        attachment.uri = query.text(4);
        out.body.attachments.push_back(std::move(attachment));
    }
}

Status EventReader::names(const Query& row, EventView& out) {
    out.body.model.clear();
    out.body.name.clear();
    if (const auto model = row.optional_integer(c_model)) {
        KATO_TRY(out.body.model, names_.value(db_, *model));
    }
    if (const auto name = row.optional_integer(c_name)) {
        KATO_TRY(out.body.name, names_.value(db_, *name));
    }
    return done();
}

Status EventReader::read(std::int64_t n, EventView& out) {
    Query row(db_, k_row);
    KATO_TRY(const bool there, row.bind(1, n).step());
    if (!there) return Error{Code::not_found, fmt::format("there is no event {}", n)};
    const auto id = row.uuid(c_id);
    const std::int64_t kind = row.integer(c_kind);
    const std::int64_t role = row.integer(c_role);
    const std::int64_t outcome = row.integer(c_outcome);
    if (!id || kind < 1 || kind > k_kind_count || role < 0 || role > 4 || outcome < 0 ||
        outcome > 2)
        return damaged(n, "has impossible values");
    if (const std::int64_t chat = row.integer(c_chat); chat != chat_) {
        Query find(db_, "SELECT id FROM chat WHERE n = ?");
        KATO_TRY(const bool found, find.bind(1, chat).step());
        if (!found) return damaged(n, "belongs to no chat");
        chat_id_ = find.uuid(0).value_or(Uuid{});
        chat_ = chat;
    }
    out.id = *id;
    out.chat = chat_id_;
    EventBody& body = out.body;
    body.kind = static_cast<Kind>(kind);
    body.role = static_cast<Role>(role);
    body.outcome = static_cast<Outcome>(outcome);
    body.time = row.optional_integer(c_time);
    body.flags = static_cast<std::uint32_t>(row.integer(c_flags)) & ~std::uint32_t{k_not_shown};
    if (row.integer(c_shown) == 0) body.flags |= k_not_shown;
    body.call_id = row.text(c_call_id);
    body.response = row.text(c_response);
    body.text = row.text(c_text);
    body.data = row.text(c_data);
    body.extra = row.text(c_extra);
    body.stored_text.reset();
    body.attachments.clear();
    out.record = row.text(c_record_name);
    out.block = static_cast<std::uint32_t>(row.integer(c_block));
    out.revision = bytes_of<16>(row.blob(c_revision));
    out.sequence = 0;
    out.depth = 0;
    KATO_CHECK(long_text(row.optional_integer(c_text_body), body.text));
    KATO_CHECK(long_text(row.optional_integer(c_data_body), body.data));
    KATO_CHECK(long_text(row.optional_integer(c_extra_body), body.extra));
    KATO_CHECK(names(row, out));
    KATO_TRY(out.parent, id_of(row.optional_integer(c_parent)));
    KATO_TRY(out.refers, id_of(row.optional_integer(c_refers)));
    KATO_TRY(out.copy_of, id_of(row.optional_integer(c_copy_of)));
    if (row.integer(c_attachments) != 0) KATO_CHECK(attachments(n, out));
    return origins(n, row, out);
}

Result<std::int64_t> find_event(Db& db, std::string_view reference,
                                const std::optional<Uuid>& chat) {
    const auto range = parse_uuid_prefix(reference);
    if (!range) {
        Error error{Code::invalid, fmt::format("{}: not an event's id", reference)};
        error.hint = "an event is named by its id or at least four characters of its beginning";
        return error;
    }
    Uuid last;
    last.bytes.fill(0xFF);
    const Uuid first_chat = chat.value_or(Uuid{});
    const Uuid last_chat = chat.value_or(last);
    // Ids are found within their chats: an index of them all would be written to in no order, a page
    // for each event that is imported.
    Query find(
        db, "SELECT e.n, e.id, e.shown, e.chat FROM chat c LEFT JOIN chat_user u ON u.chat = c.n "
            "CROSS JOIN event e INDEXED BY event_by_id ON e.chat = c.n "
            "WHERE c.id BETWEEN ?3 AND ?4 AND (?5 OR u.deleted IS NULL) "
            "AND e.id BETWEEN ?1 AND ?2 ORDER BY e.id, e.shown DESC, e.n");
    find.bind(1, range->first).bind(2, range->second);
    find.bind(3, first_chat).bind(4, last_chat);
    find.bind(5, std::int64_t{chat ? 1 : 0});
    std::int64_t found = 0;
    std::int64_t its_chat = 0;
    Uuid id{};
    for (;;) {
        KATO_TRY(const bool row, find.step());
        if (!row) break;
        const Uuid here = find.uuid(1).value_or(Uuid{});
        if (found == 0) {
            found = find.integer(0);
            id = here;
            its_chat = find.integer(3);
        } else if (here != id) {
            Error error{Code::ambiguous, fmt::format("{}: several events begin so", reference)};
            error.hint = fmt::format("one of: {}, {}, ...", to_string(id), to_string(here));
            return error;
        } else if (find.integer(3) != its_chat) {
            Error error{Code::ambiguous, fmt::format("{}: several chats have it", reference)};
            error.hint = "read it in its chat";
            return error;
        }
    }
    if (found == 0)
        return Error{Code::not_found, fmt::format("{}: there is no such event", reference)};
    return found;
}

Result<EventView> read_event_row(Db& db, std::int64_t n) {
    EventReader reader(db);
    EventView view;
    KATO_CHECK(reader.read(n, view));
    return view;
}

Result<EventView> read_event(Db& db, std::string_view reference) {
    KATO_TRY(const std::int64_t n, find_event(db, reference, std::nullopt));
    return read_event_row(db, n);
}

Result<std::vector<Usage>> read_usage(Db& db, const Uuid& chat) {
    Query query(
        db,
        "SELECT u.response, u.model, u.input, u.output, u.cache_read, u.cache_write, u.reasoning, "
        "u.approximate FROM usage u JOIN chat c ON c.n = u.chat WHERE c.id = ? ORDER BY "
        "u.response");
    query.bind(1, chat);
    std::vector<Usage> out;
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return out;
        Usage usage;
        usage.response = query.text(0);
        usage.model = query.text(1);
        usage.input = query.integer(2);
        usage.output = query.integer(3);
        usage.cache_read = query.integer(4);
        usage.cache_write = query.integer(5);
        usage.reasoning = query.integer(6);
        usage.approximate = query.integer(7) != 0;
        out.push_back(std::move(usage));
    }
}

} // namespace kato
