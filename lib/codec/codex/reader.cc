// Reads session logs of Codex: a line is a record, or the whole is one document.
#include "codec/codex/codex.h"
#include "codec/codex/document.h"
#include "codec/codex/events.h"
#include "codec/codex/turns.h"
#include "codec/record/fields.h"
#include "codec/record/records.h"
#include "codec/record/titles.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include <fmt/format.h>

namespace kato {

using namespace codex;
using record::FlatMap;
using record::for_people;
using record::text_of;
using record::Verdict;

namespace {

class CodexReader final : public Reader, private record::RecordHandler {
public:
    CodexReader(Sink& sink, Values& values)
        : sink_(sink), records_(*this, sink, values),
          strings_(records_.spills(), values, records_.longs()), thread_(sink),
          messages_(strings_, mirrors_), tools_(strings_, calls_),
          events_(messages_, tools_, mirrors_, strings_, thread_) {}

    Status feed(std::string_view bytes) override {
        return document_.feed(bytes,
                              [this](std::string_view piece) { return records_.feed(piece); });
    }
    Status finish() override {
        KATO_CHECK(
            document_.finish([this](std::string_view piece) { return records_.feed(piece); }));
        return records_.finish();
    }

private:
    // A record, or a part of a document, and where it stands.
    struct Piece {
        json::Value root{};
        std::string_view text{};
        Key128 hash{};
        Place place{};
        SourceText source{}; // of the record that it is a part of
        bool lossy = false;
    };

    Result<Verdict> record(const record::Record& record) override;
    Result<Verdict> document(const record::Record& record);
    Result<Verdict> piece(const Envelope& envelope, const Piece& piece);
    Status read(Draft& draft);
    Status item(Draft& draft);
    Status session_meta(Draft& draft);
    Status turn_context(Draft& draft);
    Status compacted(Draft& draft);
    Result<std::string> name(const Envelope& envelope, const Piece& piece);
    Status hash_long(const json::Value& value, Blake128& hash);
    Status say(Draft& draft, const Piece& piece, const std::string& name);
    Status say_facts(const Draft& draft, const Uuid& event, const std::string& name);

    // A value in the record that was not understood.
    struct Opaque {
        json::Value value{};
        std::string reason{};
    };

    Sink& sink_;
    record::Records records_;
    std::vector<Opaque> opaque_{};
    Strings strings_;
    Thread thread_;
    Mirrors mirrors_{};
    Calls calls_{};
    Messages messages_;
    Tools tools_;
    Events events_;
    Turns turns_{};
    FlatMap occurrences_{}; // of names
    Document document_{};
};

Result<Verdict> CodexReader::record(const record::Record& record) {
    opaque_.clear();
    auto verdict = is_document(record.root) ? document(record)
                                            : piece(read_envelope(record.root),
                                                    {record.root, record.text, record.hash,
                                                     record.place, record.source, record.lossy});
    // A document's parts are read in another order than that in which they stand.
    std::sort(opaque_.begin(), opaque_.end(), [](const Opaque& a, const Opaque& b) {
        return std::less<>()(a.value.raw().data(), b.value.raw().data());
    });
    for (Opaque& one : opaque_) records_.opaque(one.value, std::move(one.reason));
    return verdict;
}

// The oldest logs are one document: its session and each of its items are records of their own.
Result<Verdict> CodexReader::document(const record::Record& record) {
    const json::Value session = record.root.member("session");
    const json::Value items = record.root.member("items");
    const bool exact =
        record.text.size() == record.place.length; // else nothing tells where an item stands
    const auto part = [&](const json::Value& value) {
        const std::string_view raw = value.raw();
        Piece out{value, raw, blake128(raw), record.place, record.source, record.lossy};
        if (!exact) return out;
        out.place.offset += static_cast<std::uint64_t>(raw.data() - record.text.data());
        out.place.length = raw.size();
        out.place.line = document_.line_of(out.place.offset);
        return out;
    };
    const auto read = [&](const Envelope& envelope, const json::Value& value) -> Status {
        KATO_TRY(Verdict verdict, piece(envelope, part(value)));
        if (verdict.fate == Fate::opaque) opaque_.push_back({value, std::move(verdict.reason)});
        return done();
    };
    Envelope head = read_envelope(session);
    head.type = "session_meta";
    KATO_CHECK(read(head, session));
    for (json::Value item = items.first(); item; item = item.next())
        KATO_CHECK(read(read_envelope(item), item));
    for (json::Value other = record.root.first(); other; other = other.next()) {
        Envelope rest;
        rest.root = rest.payload = other;
        rest.type = other.key();
        rest.bare = true;
        if (rest.type != "session" && rest.type != "items") KATO_CHECK(read(rest, other));
    }
    return Verdict{};
}

Result<Verdict> CodexReader::piece(const Envelope& envelope, const Piece& piece) {
    if (!thread_.is_open()) KATO_CHECK(thread_.open(envelope, piece.text));
    KATO_TRY(const std::string name, this->name(envelope, piece));
    messages_.forget_prompt();
    tools_.forget_spawned();
    events_.forget();
    Draft draft{envelope, thread_.model()};
    KATO_CHECK(read(draft));
    KATO_CHECK(say(draft, piece, name));
    if (!draft.not_understood.empty()) return Verdict{Fate::opaque, draft.not_understood};
    for (const json::Value& part : draft.raw)
        opaque_.push_back({part, fmt::format("a part that is not understood: {}",
                                             for_people(text_of(part, "type")))});
    return Verdict{};
}

// A fork writes its parent's records again with other times (and other ordinals): what identifies a
// record is what it says, and which one of several that say the same it is.
Result<std::string> CodexReader::name(const Envelope& envelope, const Piece& piece) {
    Blake128 hash;
    hash.update(envelope.type);
    hash.update(std::string_view("\0", 1));
    hash.update(envelope.payload.raw());
    if (piece.place.length > json::k_long_string_bytes) KATO_CHECK(hash_long(piece.root, hash));
    const Key128 key = hash.finish();
    std::uint64_t short_key = 0;
    std::memcpy(&short_key, key.data(), sizeof short_key);
    const std::uint32_t before = occurrences_.get(short_key);
    occurrences_.set(short_key, before + 1);
    return record_name(key, before);
}

// Long strings stand outside the text. Recursion is bounded by json::k_max_depth.
Status CodexReader::hash_long(const json::Value& value, Blake128& hash) {
    if (const json::Spill* spill = value.spill()) {
        KATO_TRY(const std::string beginning, strings_.beginning(value));
        hash.update(beginning);
        hash.update(std::to_string(spill->length));
    }
    for (json::Value child = value.first(); child; child = child.next())
        KATO_CHECK(hash_long(child, hash));
    return done();
}

Status CodexReader::item(Draft& draft) {
    const json::Value& item = draft.envelope.payload;
    const std::string& type = draft.envelope.subtype;
    if (draft.envelope.bare) thread_.model(item.member("model"));
    if (type == "message") return messages_.message(draft, item);
    if (type == "reasoning") return messages_.reasoning(draft, item);
    if (type == "agent_message") return messages_.agent_message(draft, item);
    KATO_TRY(const bool tool, tools_.item(draft, item));
    if (tool) return done();
    if (type == "compaction" || type == "compaction_summary" || type == "context_compaction") {
        (void)draft.add_info(type);
        return done();
    }
    draft.add_raw(type, item);
    draft.not_understood = "an item of unknown type: " + for_people(type);
    return done();
}

Status CodexReader::session_meta(Draft& draft) {
    KATO_CHECK(thread_.meta(draft.envelope));
    (void)draft.add_info("session_meta");
    return done();
}

Status CodexReader::turn_context(Draft& draft) {
    const json::Value& payload = draft.envelope.payload;
    thread_.model(payload.member("model"));
    KATO_CHECK(thread_.project(payload.member("cwd"), draft.envelope.time));
    EventBody& body = draft.add_info("turn_context");
    body.model = thread_.model();
    if (!body.model.empty() && text_of(payload, "model") == body.model)
        payload.member("model").take();
    return done();
}

// The history that replaces what was said before is no conversation: all of it has been said already.
// Its pictures are taken out of it, because they are repeated with every compaction.
Status CodexReader::compacted(Draft& draft) {
    const json::Value& payload = draft.envelope.payload;
    const json::Value message = payload.member("message");
    const bool summary =
        message.is_string() && (message.spill() != nullptr || !message.raw_text().empty());
    EventBody& body =
        summary ? draft.add(Kind::system_message, Role::system) : draft.add_info("compacted");
    body.name = "compacted";
    if (summary) {
        body.flags |= k_injected;
        KATO_CHECK(strings_.text(message, body));
    }
    std::string pointer =
        draft.envelope.bare ? "/replacement_history" : "/payload/replacement_history";
    KATO_CHECK(strings_.collect_pictures(payload.member("replacement_history"), pointer,
                                         body.attachments));
    return done();
}

Status CodexReader::read(Draft& draft) {
    const std::string& type = draft.envelope.type;
    if (type == "response_item") return item(draft);
    if (type == "event_msg") return events_.read(draft);
    if (type == "session_meta") return session_meta(draft);
    if (type == "turn_context") return turn_context(draft);
    if (type == "compacted") return compacted(draft);
    draft.add_raw(type, draft.envelope.payload);
    draft.not_understood =
        type.empty() ? "a record without type" : "a record of unknown type: " + for_people(type);
    return done();
}

Status CodexReader::say(Draft& draft, const Piece& piece, const std::string& name) {
    take_envelope(draft.envelope);
    ParsedRecord out;
    out.chat = thread_.id();
    out.name = name;
    out.revision = piece.hash;
    out.place = piece.place;
    out.text = piece.source;
    out.events = std::move(draft.events);
    EventBody& first = out.events.front().body;
    KATO_CHECK(records_.longs().leftovers(piece.root, first.attachments));
    first.extra = piece.root.remainder();
    if (piece.lossy) {
        for (ParsedEvent& event : out.events) event.body.flags |= k_lossy;
    }
    const Uuid key = record_key(out.chat, name);
    for (std::size_t i = 0; i != out.events.size(); ++i) {
        const EventBody& body = out.events[i].body;
        const bool call =
            body.kind == Kind::assistant_tool_call || body.kind == Kind::assistant_decision_prompt;
        if (call && !body.call_id.empty())
            calls_.of(body.call_id).event = event_id(key, static_cast<std::uint32_t>(i));
    }
    Placement placement = draft.rolled_back != 0 ? turns_.roll_back(key, draft.rolled_back)
                                                 : turns_.place(key, draft.part);
    out.parent_key = placement.parent;
    out.previous_key = placement.previous;
    KATO_CHECK(sink_.record(std::move(out)));
    for (const Uuid& old : placement.superseded)
        KATO_CHECK(sink_.mark(thread_.id(), old, 0, k_superseded));
    return say_facts(draft, event_id(key, 0), name);
}

// What else the record told: titles, projects, tokens, threads that it started.
Status CodexReader::say_facts(const Draft& draft, const Uuid& event, const std::string& name) {
    const Time& time = draft.envelope.time;
    KATO_CHECK(thread_.prompt(messages_.prompt(), time));
    if (!messages_.environment().empty())
        KATO_CHECK(thread_.project_of(messages_.environment(), time));
    if (events_.usage()) {
        Usage usage = *events_.usage();
        usage.response = name;
        usage.model = thread_.model();
        KATO_CHECK(sink_.usage(thread_.id(), std::move(usage)));
    }
    const auto by = [&](const std::string& id) {
        const Call* call = calls_.find(id);
        return call != nullptr && call->made ? call->event : event;
    };
    KATO_CHECK(thread_.started(tools_.spawned(), by(tools_.spawned_by())));
    KATO_CHECK(thread_.started(events_.started(), by(events_.started_by())));
    return done();
}

} // namespace

std::unique_ptr<Reader> make_codex_reader(Sink& sink, Values& values,
                                          const ReaderOptions& options) {
    (void)options; // names decide nothing
    return std::make_unique<CodexReader>(sink, values);
}

} // namespace kato
