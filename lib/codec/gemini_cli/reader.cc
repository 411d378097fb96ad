// Reads session logs, session documents, checkpoints and prompt logs: what each JSON value in them is.
#include "codec/gemini_cli/gemini_cli.h"
#include "codec/gemini_cli/messages.h"
#include "codec/gemini_cli/session.h"
#include "codec/gemini_cli/thread.h"
#include "codec/record/fields.h"
#include "codec/record/lines_or_list.h"
#include "codec/record/titles.h"

namespace kato {
namespace gemini_cli {
namespace {

using record::short_text;
using record::text_of;

class GeminiCliReader final : public Reader, private record::RecordHandler {
public:
    GeminiCliReader(Sink& sink, Values& values, const ReaderOptions& options)
        : sink_(sink), source_name_(options.source_name), input_(*this, sink, values) {}

    Status feed(std::string_view bytes) override { return input_.feed(bytes); }
    Status finish() override { return input_.finish(); }

private:
    Result<record::Verdict> record(const record::Record& record) override;
    Status open(std::string_view session, std::string_view first);
    Status session(const record::Record& record, std::string_view list);
    Status patch(const record::Record& record);
    Status rewind(const record::Record& record);
    Status logged_prompt(const record::Record& record);
    Status messages(const json::Value& list, bool lossy);
    Status message(const json::Value& message, bool lossy);
    Status facts(const json::Value& members);
    Status first_prompt(const std::string& text, const Time& time);
    Status supersede(const std::vector<Uuid>& keys);
    Result<ParsedRecord> info(const record::Record& record, std::string_view name);

    Sink& sink_;
    std::string source_name_;
    record::LinesOrList input_;
    Thread thread_{};
    std::optional<Messages> messages_{}; // of the chat
    std::string session_{};
    Uuid chat_{};
    bool open_ = false;
    bool titled_ = false; // by a prompt
};

// The chat that what follows belongs to: a session's, or one that is found by its first message.
Status GeminiCliReader::open(std::string_view session, std::string_view first) {
    if (open_ && (session.empty() || session == session_)) return done();
    open_ = true;
    titled_ = false;
    session_ = session;
    messages_.emplace(input_.records());
    ChatFacts out;
    out.provider_id = session;
    out.id = session.empty() ? chat_id_from_record(k_format, first, 0) : chat_id(k_format, session);
    chat_ = out.id;
    thread_.begin(chat_, session.empty() ? std::nullopt
                                         : std::optional(record_key(chat_, k_session_name)));
    return sink_.chat(std::move(out));
}

// What a session or a change of it says of the chat.
Status GeminiCliReader::facts(const json::Value& members) {
    ChatFacts out = facts_of(members, source_name_);
    if (!out.title && !out.project && !out.parent_chat) return done();
    out.id = chat_;
    out.provider_id = session_;
    return sink_.chat(std::move(out));
}

Status GeminiCliReader::first_prompt(const std::string& text, const Time& time) {
    if (titled_ || record::is_blank(text)) return done();
    titled_ = true;
    ChatFacts out;
    out.id = chat_;
    out.provider_id = session_;
    // Of two the later one wins; turned around, the earlier one does.
    out.title = Ranked{record::as_title(text), k_rank_prompt, time ? Time(-*time) : Time()};
    return sink_.chat(std::move(out));
}

Status GeminiCliReader::supersede(const std::vector<Uuid>& keys) {
    for (const Uuid& key : keys) KATO_CHECK(sink_.mark(chat_, key, 0, k_superseded));
    return done();
}

Status GeminiCliReader::message(const json::Value& message, bool lossy) {
    record::Records& records = input_.records();
    KATO_TRY(const record::Part part, records.part(message));
    const json::Value id = message.member("id");
    const std::string given = short_text(id).value_or(std::string());
    if (!given.empty()) id.take();
    const Placement placement = thread_.place(given, part);
    ParsedRecord out;
    out.chat = chat_;
    out.name = placement.name;
    out.revision = placement.revision;
    out.parent_key = placement.parent;
    out.place = part.place;
    out.text = part.source;
    KATO_TRY(Reading reading, messages_->read(message, out.name));
    if (!reading.not_understood.empty()) records.opaque(message, reading.not_understood);
    const Uuid key = record_key(chat_, out.name);
    for (const Reading::Agent& agent : reading.agents) {
        const Uuid call = event_id(key, static_cast<std::uint32_t>(agent.event));
        const Uuid child = chat_id(k_format, agent.id);
        if (child != chat_) KATO_CHECK(sink_.link(ChatLink{child, chat_, call}));
    }
    if (reading.usage) {
        reading.usage->response = out.name;
        KATO_CHECK(sink_.usage(chat_, *reading.usage));
    }
    KATO_CHECK(first_prompt(reading.prompt, reading.events.front().body.time));
    out.events = std::move(reading.events);
    for (ParsedEvent& event : out.events) {
        if (lossy) event.body.flags |= k_lossy;
    }
    return sink_.record(std::move(out));
}

Status GeminiCliReader::messages(const json::Value& list, bool lossy) {
    thread_.begin_list();
    for (json::Value element = list.first(); element; element = element.next())
        KATO_CHECK(message(element, lossy));
    return supersede(thread_.end_list());
}

// A record of one provider.info.
Result<ParsedRecord> GeminiCliReader::info(const record::Record& record, std::string_view name) {
    ParsedRecord out;
    out.chat = chat_;
    out.name = record.name();
    out.revision = record.hash;
    out.parent_key = thread_.last();
    out.place = record.place;
    out.text = record.source;
    EventBody& body = out.events.emplace_back().body;
    body.kind = Kind::provider_info;
    body.name = name;
    if (record.lossy) body.flags |= k_lossy;
    return out;
}

// A session's own members: a log's first line, or a document with its messages in `list`.
Status GeminiCliReader::session(const record::Record& record, std::string_view list) {
    const json::Value root = record.root;
    const std::string session = text_of(root, "sessionId");
    const json::Value messages = root.member(list);
    const bool has_messages = messages.is_array() && messages.first();
    KATO_CHECK(
        open(session, has_messages ? messages.first().minified() : std::string(record.text)));
    KATO_CHECK(facts(root));
    if (has_messages) KATO_CHECK(this->messages(messages, record.lossy));
    KATO_TRY(ParsedRecord out, info(record, k_session_name));
    out.name = k_session_name;
    out.parent_key.reset();
    KATO_TRY(out.revision, input_.records().hash_without(root, list));
    messages.take();
    EventBody& body = out.events.front().body;
    const json::Value updated = root.member("lastUpdated");
    body.time = record::read_time(updated);
    if (body.time) updated.take();
    if (!session.empty()) root.member("sessionId").take();
    KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
    body.extra = root.remainder();
    return sink_.record(std::move(out));
}

// {"$set": {...}}: other values for a session's members, all messages among them.
Status GeminiCliReader::patch(const record::Record& record) {
    const json::Value root = record.root;
    const json::Value set = root.member("$set");
    KATO_CHECK(open("", record.text));
    KATO_CHECK(facts(set));
    const json::Value list = set.member("messages");
    if (list.is_array()) {
        KATO_CHECK(messages(list, record.lossy));
        list.take();
    }
    KATO_TRY(ParsedRecord out, info(record, "$set"));
    EventBody& body = out.events.front().body;
    body.time = record::read_time(set.member("lastUpdated"));
    KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
    body.data = set.remainder();
    set.take();
    body.extra = root.remainder();
    return sink_.record(std::move(out));
}

// {"$rewindTo": id}: that message and all behind it are taken back.
Status GeminiCliReader::rewind(const record::Record& record) {
    const json::Value root = record.root;
    KATO_CHECK(open("", record.text));
    const std::string id = take_text(root, "$rewindTo");
    KATO_CHECK(supersede(thread_.rewind(id)));
    KATO_TRY(ParsedRecord out, info(record, "$rewindTo"));
    EventBody& body = out.events.front().body;
    body.text = id;
    KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
    body.extra = root.remainder();
    return sink_.record(std::move(out));
}

// A prompt in logs.json, which the session's own file has as a message: a fact.
Status GeminiCliReader::logged_prompt(const record::Record& record) {
    const json::Value root = record.root;
    const std::string session = take_text(root, "sessionId");
    KATO_CHECK(open(session, record.text));
    KATO_TRY(ParsedRecord out, info(record, "log"));
    out.parent_key.reset();
    EventBody& body = out.events.front().body;
    body.time = record::read_time(root.member("timestamp"));
    if (body.time) root.member("timestamp").take();
    KATO_CHECK(input_.records().longs().text(root.member("message"), body));
    KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
    body.extra = root.remainder();
    return sink_.record(std::move(out));
}

Result<record::Verdict> GeminiCliReader::record(const record::Record& record) {
    const json::Value root = record.root;
    switch (shape_of(root)) {
    case Shape::session: KATO_CHECK(session(record, "messages")); break;
    case Shape::history: KATO_CHECK(session(record, "history")); break;
    case Shape::patch: KATO_CHECK(patch(record)); break;
    case Shape::rewind: KATO_CHECK(rewind(record)); break;
    case Shape::logged_prompt: KATO_CHECK(logged_prompt(record)); break;
    case Shape::message:
        KATO_CHECK(open("", record.text));
        KATO_CHECK(message(root, record.lossy));
        break;
    case Shape::unknown: {
        KATO_CHECK(open("", record.text));
        KATO_TRY(ParsedRecord out, info(record, ""));
        EventBody& body = out.events.front().body;
        body.kind = Kind::provider_raw;
        body.data = root.minified();
        KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
        KATO_CHECK(sink_.record(std::move(out)));
        return record::Verdict{Fate::opaque, "a record of no known shape"};
    }
    }
    return record::Verdict{};
}

} // namespace
} // namespace gemini_cli

std::unique_ptr<Reader> make_gemini_cli_reader(Sink& sink, Values& values,
                                               const ReaderOptions& options) {
    return std::make_unique<gemini_cli::GeminiCliReader>(sink, values, options);
}

} // namespace kato
