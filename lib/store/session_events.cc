// Records and their events, written to the store by an import session.
#include "store/session.h"

#include "model/identity.h"
#include "store/event_row.h"
#include "store/keys.h"

namespace kato {
namespace {

constexpr std::size_t k_max_records = 100'000; // to remember; beyond that the store is asked

std::uint64_t call_key(std::int64_t chat, std::string_view call) {
    return text_key(call) ^ (static_cast<std::uint64_t>(chat) * 0x9E37'79B9'7F4A'7C15ULL);
}

} // namespace

Status Session::record(ParsedRecord record) {
    if (record.events.empty()) return Error{Code::failed, "a record without events"};
    counts_.events += record.events.size();
    for (const ParsedEvent& event : record.events)
        if (is_conversation(event.body.kind)) ++counts_.conversation_events;
    KATO_TRY(ChatState * state, chat_state(record.chat));
    if (state->purged) {
        purged_places_.push_back(record.place);
        return done();
    }
    purged_records_only_ = false;
    const ParsedEvent& first = record.events.front();
    const Uuid key =
        record.name.empty() && first.id ? *first.id : record_key(record.chat, record.name);
    const Uuid first_id = first.id ? *first.id : event_id(key, first.block.value_or(0));
    bool same_id = false;
    // In a chat that began in this session only its own records can be there already; the kato format
    // can say anything.
    if (all_records_ && records_.size() >= k_max_records) {
        all_records_ = false;
        records_.clear();
    }
    if (info_.canonical || !state->fresh || !all_records_ ||
        !records_.insert(short_key(first_id)).second) {
        KATO_TRY(const bool there, merge_existing(*state, record, key, same_id));
        if (there) return done();
    }
    state->dirty = true;
    counts_.changed = true;
    (same_id ? counts_.events_updated : counts_.events_new) += record.events.size();
    std::int64_t previous = 0;
    std::uint32_t block = 0;
    if (!info_.canonical && !info_.encoded) slices_ = SliceFinder(source_, record.text);
    for (const ParsedEvent& event : record.events) {
        const std::uint32_t index = event.block.value_or(block++);
        const Uuid id = event.id ? *event.id : event_id(key, index);
        KATO_CHECK(insert_event(*state, record, event, id, key, index, previous));
    }
    last_events_.put(short_key(key), previous);
    return done();
}

Result<bool> Session::merge_existing(ChatState& chat, const ParsedRecord& record, const Uuid& key,
                                     bool& same_id) {
    std::vector<std::int64_t> found;
    std::uint32_t block = 0;
    for (const ParsedEvent& event : record.events) {
        const Uuid id = event.id ? *event.id : event_id(key, event.block.value_or(block++));
        Query find(db_, "SELECT n FROM event WHERE chat = ? AND id = ? AND revision = ?");
        KATO_TRY(const bool known,
                 find.bind(1, chat.n).bind(2, id).bind_blob(3, as_view(record.revision)).step());
        if (!known) { // all of a record or nothing: its revision is the same for all
            Query any(db_,
                      "SELECT 1 FROM event WHERE chat = ? AND id = ? LIMIT 1"); // there may be many
            KATO_TRY(const bool other, any.bind(1, chat.n).bind(2, id).step());
            same_id = same_id || other || !found.empty();
            if (other && !info_.account.empty()) KATO_CHECK(look_for_vanished(chat, id));
            return false;
        }
        same_id = true;
        found.push_back(find.integer(0));
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        KATO_CHECK(merge_event(chat, record, found[i]));
        KATO_CHECK(merge_attachments(record.events[i].body.attachments, found[i]));
    }
    last_events_.put(short_key(key), found.back());
    return true;
}

Status Session::look_for_vanished(const ChatState& chat, const Uuid& event) {
    if (counts_.met_vanished) return done();
    Query find(db_, "SELECT 1 FROM event WHERE chat = ? AND id = ? AND flags & 16 <> 0 LIMIT 1");
    KATO_TRY(counts_.met_vanished, find.bind(1, chat.n).bind(2, event).step());
    return done();
}

Status Session::merge_event(ChatState& chat, const ParsedRecord& record, std::int64_t event) {
    Query row(db_, "SELECT source, start, flags, parent_key, previous_key, length FROM event "
                   "WHERE n = ?");
    KATO_TRY(const bool there, row.bind(1, event).step());
    if (!there) return Error{Code::corrupt, "an event's row has gone"};
    if (previous_source_ != 0) seen_.add(event);
    const std::int64_t source = row.integer(0);
    const bool same_place =
        (source == source_ || (previous_source_ != 0 && source == previous_source_)) &&
        row.integer(1) == static_cast<std::int64_t>(record.place.offset);
    const std::optional<Uuid> parent = smaller(row.uuid(3), record.parent_key);
    const std::optional<Uuid> previous = smaller(row.uuid(4), record.previous_key);
    if ((row.integer(2) & k_vanished) != 0) returned_.add(event);
    if (parent != row.uuid(3) || previous != row.uuid(4)) {
        Query set(db_, "UPDATE event SET parent_key = ?, previous_key = ? WHERE n = ?");
        KATO_CHECK(set.bind(1, parent).bind(2, previous).bind(3, event).run());
        chat.dirty = true;
        counts_.changed = true;
    }
    if (info_.canonical) return done();
    if (!same_place) return add_origin(event, source_, record.place);
    // What was the last line, without its end, has got one.
    const auto length = static_cast<std::int64_t>(record.place.length);
    if (row.integer(5) == length) return done();
    Query set(db_, "UPDATE event SET length = ? WHERE n = ?");
    KATO_CHECK(set.bind(1, length).bind(2, event).run());
    counts_.changed = true;
    return done();
}

// The same record can come with its files or without them, which does not depend on what it says. Those
// whose bytes are there are better; of two different ones the smaller hash is as good as any.
Status Session::merge_attachments(const std::vector<Attachment>& attachments, std::int64_t event) {
    std::int64_t seq = 0;
    for (const Attachment& attachment : attachments) {
        Query set(db_,
                  "UPDATE attachment SET name = ?3 WHERE "
                  "event = ?1 AND seq = ?2 AND ?3 IS NOT NULL AND (name IS NULL OR name > ?3)");
        KATO_CHECK(set.bind(1, event).bind(2, seq).bind_optional(3, attachment.name).run());
        if (db_.changes() > 0) counts_.changed = true;
        if (attachment.blob) {
            Query bytes(db_, "UPDATE attachment SET sha256 = ?3, size = ?4, media_type = "
                             "?5 WHERE event = ?1 AND seq = ?2 AND (sha256 IS "
                             "NULL OR sha256 > ?3)");
            bytes.bind(1, event).bind(2, seq).bind_blob(3, as_view(*attachment.blob));
            bytes.bind(4, static_cast<std::int64_t>(attachment.size_bytes));
            KATO_CHECK(bytes.bind_optional(5, attachment.media_type).run());
            if (db_.changes() > 0) counts_.changed = true;
        }
        ++seq;
    }
    return done();
}

Status Session::add_origin(std::int64_t event, std::int64_t source, const Place& place) {
    Query insert(db_, "INSERT OR IGNORE INTO origin (event, source, start, length, line) "
                      "SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS "
                      "(SELECT 1 FROM event WHERE n = ?1 AND source = ?2 AND start = ?3)");
    insert.bind(1, event).bind(2, source).bind(3, static_cast<std::int64_t>(place.offset));
    insert.bind(4, static_cast<std::int64_t>(place.length))
        .bind(5, static_cast<std::int64_t>(place.line));
    return insert.run();
}

Status Session::insert_event(ChatState& chat, const ParsedRecord& record, const ParsedEvent& event,
                             const Uuid& id, const Uuid& key, std::uint32_t block,
                             std::int64_t& previous) {
    const EventBody& body = event.body;
    EventRow row{body};
    row.chat = chat.n;
    row.id = id;
    row.record = key;
    row.record_name = record.name;
    row.revision = record.revision;
    row.block = block;
    row.parent_key = record.parent_key;
    row.previous_key = record.previous_key;
    row.parent_id = event.parent;
    row.refers_id = event.refers;
    row.indexed = !chat.hidden;
    if (!info_.canonical) {
        row.source = source_;
        row.place = record.place;
        row.slices = &slices_;
    }
    // What is known at once spares relink_chat an update; it corrects what is not.
    const auto known = [&](const std::optional<Uuid>& other) {
        if (row.parent || !other) return;
        if (const std::int64_t* found = last_events_.find(short_key(*other))) row.parent = *found;
    };
    if (previous != 0) row.parent = previous;
    known(record.parent_key);
    known(record.previous_key);
    const bool answers =
        body.kind == Kind::assistant_tool_result || body.kind == Kind::user_decision_response;
    const bool asks =
        body.kind == Kind::assistant_tool_call || body.kind == Kind::assistant_decision_prompt;
    if (answers && !body.call_id.empty()) {
        if (const std::int64_t* found = calls_.find(call_key(chat.n, body.call_id)))
            row.refers = *found;
    }
    KATO_TRY(previous, insert_event_row(change_, row));
    if (asks && !body.call_id.empty()) calls_.put(call_key(chat.n, body.call_id), previous);
    if (!loose_texts_.empty()) { // also one that says the same as a text which came to no use
        Query used(db_, "SELECT text_body, data_body, extra_body FROM event WHERE n = ?");
        KATO_TRY(const bool there, used.bind(1, previous).step());
        for (int column = 0; there && column < 3; ++column)
            loose_texts_.erase(used.integer(column));
    }
    return done();
}

} // namespace kato
