// What a reader says, written to the store: chats, records and their events, values.
#include "store/session.h"

#include "base/base64.h"
#include "model/identity.h"

#include <cstring>

#include <fmt/format.h>

namespace kato {
namespace {

std::uint64_t short_key(std::string_view bytes) {
    std::uint64_t out = 0;
    std::memcpy(&out, bytes.data(), std::min(bytes.size(), sizeof out));
    return out;
}
std::uint64_t short_key(const Uuid& id) { return short_key(id.view()); }

std::uint64_t text_key(std::string_view text) {
    const Key128 key = blake128(text);
    return short_key(as_view(key));
}

// The smaller of two optional keys, so that the order of imports does not matter.
std::optional<Uuid> smaller(const std::optional<Uuid>& a, const std::optional<Uuid>& b) {
    if (!a) return b;
    if (!b) return a;
    return std::min(*a, *b);
}

bool outranks(const Ranked& a, std::string_view value, std::int64_t rank, const Time& time) {
    const auto at = [](const Time& t) { return t ? *t : INT64_MIN; };
    if (a.rank != rank) return a.rank > rank;
    if (at(a.time) != at(time)) return at(a.time) > at(time);
    return a.value > value;
}

} // namespace

Session::Session(SessionContext context) : context_(std::move(context)), transaction_(context_.db) {}

Session::~Session() {
    context_.index.rollback();
    if (transaction_.open()) context_.names.forget(); // the transaction's destructor rolls back
}

Result<Session::ChatState*> Session::chat_state(const Uuid& id) {
    const auto [slot, made] = chats_.try_emplace(id);
    ChatState& state = slot->second;
    if (!made) return &state;
    Query find(context_.db, "SELECT c.n, u.deleted, u.purged FROM chat c LEFT JOIN chat_user u ON u.chat = c.n "
                            "WHERE c.id = ?");
    auto row = find.bind(1, id).step();
    if (row && *row) {
        state.n = find.integer(0);
        state.hidden = !find.is_null(1);
        state.purged = !find.is_null(2);
        return &state;
    }
    if (row) {
        Query insert(context_.db, "INSERT INTO chat (id, provider) VALUES (?, ?)");
        const Status status = insert.bind(1, id).bind_text(2, info_.format).run();
        if (status) {
            state.n = context_.db.last_rowid();
            state.fresh = state.dirty = true;
            counts_.changed = true;
            return &state;
        }
        chats_.erase(slot);
        return status.error();
    }
    chats_.erase(slot);
    return std::move(row.error());
}

Status Session::chat(ChatFacts facts) {
    KATO_TRY(ChatState* state, chat_state(facts.id));
    if (state->purged) return done();
    Db& db = context_.db;
    const auto changed = [&] {
        state->dirty = true;
        counts_.changed = true;
    };
    Query row(db, "SELECT title, title_rank, title_time, project, project_rank, project_time, parent_chat, "
                  "forked_from, provider_id, created, extra FROM chat WHERE n = ?");
    KATO_TRY(const bool there, row.bind(1, state->n).step());
    if (!there) return Error{Code::corrupt, "a chat's row has gone"};
    if (facts.title && !facts.title->value.empty() &&
        (row.is_null(0) || outranks(*facts.title, row.text(0), row.integer(1), row.optional_integer(2)))) {
        Query set(db, "UPDATE chat SET title = ?, title_rank = ?, title_time = ? WHERE n = ?");
        set.bind_text(1, facts.title->value).bind(2, std::int64_t{facts.title->rank});
        KATO_CHECK(set.bind(3, facts.title->time).bind(4, state->n).run());
        changed();
    }
    if (facts.project && !facts.project->value.empty() &&
        (row.is_null(3) || outranks(*facts.project, row.text(3), row.integer(4), row.optional_integer(5)))) {
        Query set(db, "UPDATE chat SET project = ?, project_rank = ?, project_time = ? WHERE n = ?");
        set.bind_text(1, facts.project->value).bind(2, std::int64_t{facts.project->rank});
        KATO_CHECK(set.bind(3, facts.project->time).bind(4, state->n).run());
        changed();
    }
    const std::optional<Uuid> parent = smaller(row.uuid(6), facts.parent_chat);
    const std::optional<Uuid> fork = smaller(row.uuid(7), facts.forked_from);
    const bool new_id = !facts.provider_id.empty() && row.is_null(8);
    const bool new_created = facts.created && row.is_null(9);
    const bool new_extra = !facts.extra.empty() && row.is_null(10);
    if (parent != row.uuid(6) || fork != row.uuid(7) || new_id || new_created || new_extra) {
        Query set(db, "UPDATE chat SET parent_chat = ?, forked_from = ?, provider_id = ifnull(provider_id, ?), "
                      "created = ifnull(created, ?), extra = ifnull(extra, ?) WHERE n = ?");
        set.bind(1, parent).bind(2, fork).bind_optional(3, facts.provider_id).bind(4, facts.created);
        KATO_CHECK(set.bind_optional(5, facts.extra).bind(6, state->n).run());
        changed();
    }
    if (!facts.provider.empty() && state->fresh) {
        Query set(db, "UPDATE chat SET provider = ? WHERE n = ? AND provider <> ?1");
        KATO_CHECK(set.bind_text(1, facts.provider).bind(2, state->n).run());
    }
    if (facts.user_title || facts.user_head) {
        Query set(db, "INSERT INTO chat_user (chat, title, head) VALUES (?1, ?2, ?3) ON CONFLICT (chat) DO UPDATE "
                      "SET title = ifnull(title, ?2), head = ifnull(head, ?3) "
                      "WHERE (title IS NULL AND ?2 IS NOT NULL) OR (head IS NULL AND ?3 IS NOT NULL)");
        set.bind(1, state->n).bind_optional(2, facts.user_title.value_or("")).bind(3, facts.user_head);
        KATO_CHECK(set.run());
        if (db.changes() > 0) changed();
    }
    for (const std::string& tag : facts.tags) {
        Query insert(db, "INSERT OR IGNORE INTO tag (chat, value) VALUES (?, ?)");
        KATO_CHECK(insert.bind(1, state->n).bind_text(2, tag).run());
        if (db.changes() > 0) changed();
    }
    return done();
}

Status Session::record(ParsedRecord record) {
    if (record.events.empty()) return Error{Code::failed, "a record without events"};
    counts_.events += record.events.size();
    for (const ParsedEvent& event : record.events)
        if (is_conversation(event.body.kind)) ++counts_.conversation_events;
    KATO_TRY(ChatState* state, chat_state(record.chat));
    if (state->purged) {
        purged_places_.push_back(record.place);
        return done();
    }
    const ParsedEvent& first = record.events.front();
    const Uuid key = record.name.empty() && first.id ? *first.id : record_key(record.chat, record.name);
    const Uuid first_id = first.id ? *first.id : event_id(key, first.block.value_or(0));
    bool same_id = false;
    // In a chat that began in this session only its own records can be there already.
    if (!state->fresh || !state->records.insert(short_key(first_id)).second) {
        KATO_TRY(const bool there, merge_existing(*state, record, key, same_id));
        if (there) return done();
    }
    state->dirty = true;
    counts_.changed = true;
    (same_id ? counts_.events_updated : counts_.events_new) += record.events.size();
    std::int64_t previous = 0;
    std::uint32_t block = 0;
    for (const ParsedEvent& event : record.events) {
        const std::uint32_t index = event.block.value_or(block++);
        const Uuid id = event.id ? *event.id : event_id(key, index);
        KATO_CHECK(insert_event(*state, record, event, id, key, index, previous));
    }
    state->last_event[short_key(key)] = previous;
    return done();
}

Result<bool> Session::merge_existing(ChatState& chat, const ParsedRecord& record, const Uuid& key, bool& same_id) {
    std::vector<std::int64_t> found;
    std::uint32_t block = 0;
    for (const ParsedEvent& event : record.events) {
        const Uuid id = event.id ? *event.id : event_id(key, event.block.value_or(block++));
        Query find(context_.db, "SELECT n, revision FROM event WHERE id = ?");
        find.bind(1, id);
        std::int64_t match = 0;
        for (;;) {
            KATO_TRY(const bool row, find.step());
            if (!row) break;
            same_id = true;
            if (find.blob(1) == as_view(record.revision)) match = find.integer(0);
        }
        if (match == 0) return false; // all of a record or nothing: its revision is the same for all
        found.push_back(match);
    }
    for (const std::int64_t event : found) KATO_CHECK(merge_event(chat, record, event));
    chat.last_event[short_key(key)] = found.back();
    return true;
}

Status Session::merge_event(ChatState& chat, const ParsedRecord& record, std::int64_t event) {
    Query row(context_.db, "SELECT source, start, flags, parent_key, previous_key FROM event WHERE n = ?");
    KATO_TRY(const bool there, row.bind(1, event).step());
    if (!there) return Error{Code::corrupt, "an event's row has gone"};
    if (previous_source_ != 0) seen_.insert(event);
    const std::int64_t source = row.integer(0);
    const bool same_place = (source == source_ || (previous_source_ != 0 && source == previous_source_)) &&
                            row.integer(1) == static_cast<std::int64_t>(record.place.offset);
    const std::optional<Uuid> parent = smaller(row.uuid(3), record.parent_key);
    const std::optional<Uuid> previous = smaller(row.uuid(4), record.previous_key);
    const std::int64_t flags = row.integer(2) & ~std::int64_t{k_vanished};
    if (parent != row.uuid(3) || previous != row.uuid(4) || flags != row.integer(2)) {
        Query set(context_.db, "UPDATE event SET parent_key = ?, previous_key = ?, flags = ? WHERE n = ?");
        KATO_CHECK(set.bind(1, parent).bind(2, previous).bind(3, flags).bind(4, event).run());
        chat.dirty = true;
        counts_.changed = true;
    }
    if (!same_place && !info_.canonical) KATO_CHECK(add_origin(event, source_, record.place));
    return done();
}

Status Session::add_origin(std::int64_t event, std::int64_t source, const Place& place) {
    Query insert(context_.db, "INSERT OR IGNORE INTO origin (event, source, start, length, line) "
                              "SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS "
                              "(SELECT 1 FROM event WHERE n = ?1 AND source = ?2 AND start = ?3)");
    insert.bind(1, event).bind(2, source).bind(3, static_cast<std::int64_t>(place.offset));
    insert.bind(4, static_cast<std::int64_t>(place.length)).bind(5, static_cast<std::int64_t>(place.line));
    return insert.run();
}

Status Session::insert_event(ChatState& chat, const ParsedRecord& record, const ParsedEvent& event, const Uuid& id,
                             const Uuid& key, std::uint32_t block, std::int64_t& previous) {
    Db& db = context_.db;
    const EventBody& body = event.body;
    const auto long_text = [&](std::string_view text) -> Result<std::optional<std::int64_t>> {
        if (text.size() <= k_inline_bytes) return std::optional<std::int64_t>();
        KATO_TRY(const std::int64_t n, store_body(db, context_.compressor, text));
        return std::optional<std::int64_t>(n);
    };
    KATO_TRY(std::optional<std::int64_t> text_body, long_text(body.text));
    KATO_TRY(const std::optional<std::int64_t> data_body, long_text(body.data));
    KATO_TRY(const std::optional<std::int64_t> extra_body, long_text(body.extra));
    if (body.stored_text) {
        Query find(db, "SELECT n FROM body WHERE key = ?");
        KATO_TRY(const bool row, find.bind_blob(1, as_view(body.stored_text->key)).step());
        if (!row) return Error{Code::failed, "a text that was not stored"};
        text_body = find.integer(0);
    }
    KATO_TRY(const std::optional<std::int64_t> model, context_.names.number(db, body.model));
    KATO_TRY(const std::optional<std::int64_t> name, context_.names.number(db, body.name));

    // What is known at once spares finish_chats an update; it corrects what is not.
    std::optional<std::int64_t> parent;
    const auto known = [&](const std::optional<Uuid>& other) {
        if (parent || !other) return;
        const auto found = chat.last_event.find(short_key(*other));
        if (found != chat.last_event.end()) parent = found->second;
    };
    if (previous != 0) parent = previous;
    known(record.parent_key);
    known(record.previous_key);
    std::optional<std::int64_t> refers;
    if (!body.call_id.empty()) {
        const std::uint64_t call = text_key(body.call_id);
        if (body.kind == Kind::assistant_tool_result || body.kind == Kind::user_decision_response) {
            const auto found = chat.calls.find(call);
            if (found != chat.calls.end()) refers = found->second;
        }
    }
    std::optional<std::int64_t> likeness;
    if (block == 0 && !record.name.empty() && record.name[0] != '#') {
        const std::uint64_t value = text_key(record.name);
        likeness = static_cast<std::int64_t>(value);
        Query other(db, "SELECT 1 FROM event WHERE likeness = ? AND chat <> ? LIMIT 1");
        KATO_TRY(const bool row, other.bind(1, likeness).bind(2, chat.n).step());
        if (row) likenesses_.push_back(value);
    }

    Query insert(db, "INSERT INTO event (chat, id, revision, record, record_name, block, kind, role, time, model, "
                     "name, call_id, response, outcome, flags, text, text_body, data, data_body, extra, extra_body, "
                     "source, start, length, line, parent_key, previous_key, parent_id, refers_id, likeness, "
                     "attachments, shown, parent, refers) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                     "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, "
                     "1, ?32, ?33)");
    insert.bind(1, chat.n).bind(2, id).bind_blob(3, as_view(record.revision)).bind(4, key);
    insert.bind_optional(5, record.name).bind(6, std::int64_t{block});
    insert.bind(7, static_cast<std::int64_t>(body.kind)).bind(8, static_cast<std::int64_t>(body.role));
    insert.bind(9, body.time).bind(10, model).bind(11, name).bind_optional(12, body.call_id);
    insert.bind_optional(13, body.response).bind(14, static_cast<std::int64_t>(body.outcome));
    insert.bind(15, std::int64_t{body.flags & ~std::uint32_t{k_not_shown}});
    insert.bind_optional(16, text_body ? std::string_view{} : body.text).bind(17, text_body);
    insert.bind_optional(18, data_body ? std::string_view{} : body.data).bind(19, data_body);
    insert.bind_optional(20, extra_body ? std::string_view{} : body.extra).bind(21, extra_body);
    if (!info_.canonical) {
        insert.bind(22, source_).bind(23, static_cast<std::int64_t>(record.place.offset));
        insert.bind(24, static_cast<std::int64_t>(record.place.length));
        insert.bind(25, static_cast<std::int64_t>(record.place.line));
    }
    insert.bind(26, record.parent_key).bind(27, record.previous_key).bind(28, event.parent).bind(29, event.refers);
    insert.bind(30, likeness).bind(31, static_cast<std::int64_t>(body.attachments.size()));
    insert.bind(32, parent).bind(33, refers);
    KATO_CHECK(insert.run());
    const std::int64_t n = db.last_rowid();
    previous = n;
    if (!body.call_id.empty() &&
        (body.kind == Kind::assistant_tool_call || body.kind == Kind::assistant_decision_prompt))
        chat.calls[text_key(body.call_id)] = n;
    KATO_CHECK(insert_attachments(n, body.attachments));
    if (is_indexed(body.kind) && !chat.hidden) {
        if (body.stored_text) {
            KATO_TRY(const std::string text, read_body_start(db, *text_body, k_indexed_text_bytes));
            context_.index.add(n, index_text(body.kind, text, body.name, body.data));
        } else {
            context_.index.add(n, index_text(body.kind, body.text, body.name, body.data));
        }
    }
    return done();
}

Status Session::insert_attachments(std::int64_t event, const std::vector<Attachment>& attachments) {
    std::int64_t seq = 0;
    for (const Attachment& a : attachments) {
        Query insert(context_.db, "INSERT INTO attachment (event, seq, sha256, size, media_type, name, uri) "
                                  "VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert.bind(1, event).bind(2, seq++);
        if (a.blob) insert.bind_blob(3, as_view(*a.blob));
        insert.bind(4, static_cast<std::int64_t>(a.size_bytes)).bind_optional(5, a.media_type);
        KATO_CHECK(insert.bind_optional(6, a.name).bind_optional(7, a.uri).run());
    }
    return done();
}

Status Session::usage(const Uuid& chat, Usage usage) {
    KATO_TRY(ChatState* state, chat_state(chat));
    if (state->purged) return done();
    Query merge(context_.db,
                "INSERT INTO usage (chat, response, model, input, output, cache_read, cache_write, reasoning, "
                "approximate) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (chat, response) DO UPDATE SET "
                "model = max(ifnull(model, ''), ifnull(excluded.model, '')), input = max(input, excluded.input), "
                "output = max(output, excluded.output), cache_read = max(cache_read, excluded.cache_read), "
                "cache_write = max(cache_write, excluded.cache_write), reasoning = max(reasoning, excluded.reasoning), "
                "approximate = min(approximate, excluded.approximate) "
                "WHERE ifnull(excluded.model, '') > ifnull(model, '') OR excluded.input > input OR "
                "excluded.output > output OR excluded.cache_read > cache_read OR "
                "excluded.cache_write > cache_write OR excluded.reasoning > reasoning OR "
                "excluded.approximate < approximate");
    merge.bind(1, state->n).bind_text(2, usage.response).bind_optional(3, usage.model).bind(4, usage.input);
    merge.bind(5, usage.output).bind(6, usage.cache_read).bind(7, usage.cache_write).bind(8, usage.reasoning);
    KATO_CHECK(merge.bind(9, std::int64_t{usage.approximate ? 1 : 0}).run());
    if (context_.db.changes() > 0) counts_.changed = true;
    return done();
}

Status Session::mark(const Uuid& chat, const Uuid& record, std::uint32_t first_block, std::uint32_t flags) {
    marks_.push_back({chat, record, first_block, flags});
    return done();
}

Status Session::link(const ChatLink& link) {
    Query insert(context_.db, "INSERT OR IGNORE INTO chat_link (child, parent, event) VALUES (?, ?, ?)");
    KATO_CHECK(insert.bind(1, link.child).bind(2, link.parent).bind(3, link.event).run());
    if (context_.db.changes() > 0) counts_.changed = true;
    return done();
}

Result<std::optional<Attachment>> Session::blob_from_base64(std::string_view base64) {
    const auto bytes = base64_decode_exact(base64);
    if (!bytes) return std::optional<Attachment>();
    KATO_TRY(Attachment stored, blob(*bytes));
    return std::optional<Attachment>(std::move(stored));
}

Result<Attachment> Session::blob(std::string_view bytes) {
    KATO_TRY(const PartsWriter::Stored stored, store_blob(context_.db, context_.compressor, bytes));
    Attachment out;
    out.blob = stored.key;
    out.size_bytes = stored.size;
    return out;
}

Status Session::begin_blob() {
    parts_ = std::make_unique<PartsWriter>(context_.db, context_.compressor, PartsWriter::Table::blob);
    return done();
}

Status Session::append_blob(std::string_view bytes) { return parts_->append(bytes); }

Result<Attachment> Session::finish_blob() {
    KATO_TRY(const PartsWriter::Stored stored, parts_->finish());
    parts_.reset();
    Attachment out;
    out.blob = stored.key;
    out.size_bytes = stored.size;
    return out;
}

Status Session::begin_text() {
    parts_ = std::make_unique<PartsWriter>(context_.db, context_.compressor, PartsWriter::Table::body);
    return done();
}

Status Session::append_text(std::string_view bytes) { return parts_->append(bytes); }

Result<StoredText> Session::finish_text() {
    KATO_TRY(const PartsWriter::Stored stored, parts_->finish());
    parts_.reset();
    return StoredText{stored.key, stored.size};
}

Result<int> Session::scratch_file() {
    KATO_TRY(Fd fd, kato::scratch_file(context_.directory));
    return fd.release();
}

} // namespace kato
