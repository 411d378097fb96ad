// Reads twins, recordings and what the original Kato says of its sessions.
#include "codec/kato_twin/events.h"
#include "codec/kato_twin/kato_twin.h"
#include "codec/record/fields.h"
#include "codec/record/lines_or_list.h"
#include "codec/record/titles.h"

#include <map>

namespace kato {
namespace kato_twin {
namespace {

using record::short_text;
using record::text_of;

constexpr std::size_t k_max_sessions = 1 << 16; // remembered of one source

class KatoTwinReader final : public Reader, private record::RecordHandler {
public:
    KatoTwinReader(Sink& sink, Values& values) : sink_(sink), input_(*this, sink, values) {}

    Status feed(std::string_view bytes) override { return input_.feed(bytes); }
    Status finish() override { return input_.finish(); }

private:
    struct Session {
        Uuid chat{};
        std::optional<Uuid> last{}; // the record said before
        bool titled = false;
    };

    Result<record::Verdict> record(const record::Record& record) override;
    Result<Session*> session(const std::string& id, bool recording = false);
    Result<record::Verdict> event(const record::Record& record, Session& session, Shape shape);
    Status metadata(const record::Record& record, Session& session);
    Result<record::Verdict> index(const record::Record& record);
    Status title(const std::string& id, Session& session, const EventBody& body);

    Sink& sink_;
    record::LinesOrList input_;
    std::map<std::string, Session> sessions_{};
};

Result<KatoTwinReader::Session*> KatoTwinReader::session(const std::string& id, bool recording) {
    if (const auto found = sessions_.find(id); found != sessions_.end()) return &found->second;
    if (sessions_.size() == k_max_sessions) sessions_.clear();
    ChatFacts facts;
    facts.provider_id = id;
    facts.id = chat_id(k_format, id);
    if (recording)
        facts.forked_from = chat_id(k_format, std::string_view(id).substr(k_recording.size()));
    Session& out = sessions_[id];
    out.chat = facts.id;
    KATO_CHECK(sink_.chat(std::move(facts)));
    return &out;
}

// A chat is called by what was asked first.
Status KatoTwinReader::title(const std::string& id, Session& session, const EventBody& body) {
    if (session.titled || body.kind != Kind::user_message || record::is_blank(body.text))
        return done();
    session.titled = true;
    ChatFacts facts;
    facts.id = session.chat;
    facts.provider_id = id;
    // Of two the later one wins; turned around, the earlier one does.
    facts.title = Ranked{record::as_title(body.text), 1, body.time ? Time(-*body.time) : Time()};
    return sink_.chat(std::move(facts));
}

Result<record::Verdict> KatoTwinReader::event(const record::Record& record, Session& session,
                                              Shape shape) {
    const json::Value root = record.root;
    ParsedRecord out;
    out.chat = session.chat;
    out.revision = record.hash;
    out.place = record.place;
    out.text = record.source;
    out.previous_key = session.last;
    EventBody& body = out.events.emplace_back().body;
    Events events(input_.records());
    std::string problem;
    const std::string id = text_of(root, "eventId");
    const std::optional<std::int64_t> number = root.member("seq").integer();
    const bool numbered = shape == Shape::twin && number && *number > 0;
    out.name = record.name();
    if (shape == Shape::twin) {
        KATO_TRY(problem, events.twin(root, body));
        if (numbered) out.name = std::to_string(*number);
        if (numbered && *number > 1)
            out.parent_key = record_key(session.chat, std::to_string(*number - 1));
    } else {
        KATO_TRY(problem, events.event(root, body));
        if (!id.empty()) out.name = id;
    }
    record::Verdict verdict;
    if (!problem.empty()) {
        const Time time = body.time;
        body = EventBody();
        body.time = time;
        body.name = text_of(root, "kind");
        body.data = root.minified();
        KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
        verdict = {Fate::opaque, problem};
    } else {
        if (body.kind == Kind::provider_raw)
            verdict = {Fate::opaque, "a record that the original Kato did not understand"};
        if (numbered) root.member("seq").take();
        if (shape == Shape::event && out.name == id) root.member("eventId").take();
        // The chat says it.
        for (const std::string_view name : {"provider", "sessionId"})
            if (shape == Shape::event) root.member(name).take();
        for (const std::string_view name : {"provider", "providerSessionId"})
            if (shape == Shape::twin) root.member("session").member(name).take();
        KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
        body.extra = root.remainder();
    }
    if (record.lossy) body.flags |= k_lossy;
    session.last = record_key(session.chat, out.name);
    KATO_CHECK(title(session_of(root, shape), session, body));
    KATO_CHECK(sink_.record(std::move(out)));
    return verdict;
}

// What the original Kato noted of a session: where it came from, how far it was read, its recordings.
Status KatoTwinReader::metadata(const record::Record& record, Session& session) {
    const json::Value root = record.root;
    ParsedRecord out;
    out.chat = session.chat;
    out.name = "metadata";
    out.revision = record.hash;
    out.place = record.place;
    out.text = record.source;
    EventBody& body = out.events.emplace_back().body;
    body.kind = Kind::provider_info;
    body.name = "metadata";
    body.time = record::read_time(root.member("updatedAt"));
    KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
    body.data = root.minified();
    if (record.lossy) body.flags |= k_lossy;
    return sink_.record(std::move(out));
}

// The list of sessions: each entry is a fact of its chat.
Result<record::Verdict> KatoTwinReader::index(const record::Record& record) {
    record::Records& records = input_.records();
    for (json::Value entry = record.root.member("sessions").first(); entry; entry = entry.next()) {
        const std::string id = session_of(entry, Shape::metadata);
        if (id.empty()) {
            records.opaque(entry, "an entry that names no session");
            continue;
        }
        KATO_TRY(const record::Part part, records.part(entry));
        KATO_TRY(Session* const session, this->session(id));
        ParsedRecord out;
        out.chat = session->chat;
        out.name = "index";
        out.revision = part.hash;
        out.place = part.place;
        out.text = part.source;
        EventBody& body = out.events.emplace_back().body;
        body.kind = Kind::provider_info;
        body.name = "index";
        body.time = record::read_time(entry.member("updatedAt"));
        KATO_CHECK(records.longs().leftovers(entry, body.attachments));
        body.data = entry.minified();
        if (record.lossy) body.flags |= k_lossy;
        KATO_CHECK(sink_.record(std::move(out)));
    }
    return record::Verdict{};
}

Result<record::Verdict> KatoTwinReader::record(const record::Record& record) {
    const json::Value root = record.root;
    const Shape shape = shape_of(root);
    if (shape == Shape::index) return index(record);
    const std::string id = session_of(root, shape);
    if (shape == Shape::unknown) return record::Verdict{Fate::opaque, "a record of no known shape"};
    if (id.empty()) return record::Verdict{Fate::opaque, "a record that names no session"};
    KATO_TRY(Session* const session, this->session(id, shape == Shape::event));
    if (shape != Shape::metadata) return event(record, *session, shape);
    KATO_CHECK(metadata(record, *session));
    return record::Verdict{};
}

} // namespace
} // namespace kato_twin

std::unique_ptr<Reader> make_kato_twin_reader(Sink& sink, Values& values, const ReaderOptions&) {
    return std::make_unique<kato_twin::KatoTwinReader>(sink, values);
}

} // namespace kato
