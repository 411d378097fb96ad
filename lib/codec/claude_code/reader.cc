// Reads session logs: which chat and place each record has, and what it says beyond its events.
#include "codec/claude_code/chats.h"
#include "codec/claude_code/claude_code.h"
#include "codec/claude_code/first_session.h"
#include "codec/claude_code/messages.h"
#include "codec/claude_code/usage.h"
#include "codec/record/fields.h"
#include "codec/record/titles.h"
#include "model/identity.h"

#include <unordered_set>

namespace kato {
namespace claude_code {
namespace {

using record::short_text;
using record::text_of;

constexpr std::size_t k_max_links = 1 << 16; // remembered, to say each once

// Several members name records: lists of their ids.
std::vector<Uuid> record_keys(const Uuid& chat, const json::Value& list) {
    std::vector<Uuid> out;
    for (json::Value item = list.first(); item; item = item.next()) {
        if (const auto name = short_text(item)) out.push_back(record_key(chat, *name));
    }
    return out;
}

std::vector<BlockView> block_views(const std::vector<ParsedEvent>& events) {
    std::vector<BlockView> out;
    for (const ParsedEvent& event : events) {
        const EventBody& body = event.body;
        BlockView view;
        view.kind = static_cast<std::uint8_t>(body.kind);
        const bool ours = body.call_id.substr(0, 1) == "#";
        if (!ours) view.id = body.call_id;
        view.text = body.stored_text ? as_view(body.stored_text->key) : std::string_view(body.text);
        if (ours || body.kind == Kind::provider_raw) view.text = body.data;
        out.push_back(view);
    }
    return out;
}

class ClaudeCodeReader final : public Reader, private record::RecordHandler {
public:
    ClaudeCodeReader(Sink& sink, Values& values, const ReaderOptions& options)
        : sink_(sink), records_(*this, sink, values), chats_(sink, options.source_name),
          messages_(records_, calls_) {}

    Status feed(std::string_view bytes) override;
    Status finish() override;

private:
    Result<record::Verdict> record(const record::Record& record) override;
    Result<Chat*> chat_of(const Envelope& envelope, const record::Record& record);
    Placement place(const Envelope& envelope, Chat& chat, const Uuid& key, const Reading& reading);
    void take_envelope(const Envelope& envelope, const Chat& chat,
                       const Placement& placement) const;
    Status title(const Envelope& envelope, Chat& chat, const Reading& reading);
    Status agent_links(const Envelope& envelope, const Chat& chat, const Uuid& key,
                       const Reading& reading);
    Status link(const Chat& chat, const std::string& agent, const Uuid& event);
    Status found(const Envelope& envelope) { return chats_.set_current(envelope); }
    Status begin();

    Sink& sink_;
    record::Records records_;
    Chats chats_;
    Calls calls_{};
    Messages messages_;
    FirstSession first_session_{};
    std::unordered_set<Uuid, UuidHash> linked_{}; // agents' chats
};

Status ClaudeCodeReader::begin() {
    const std::string held = first_session_.take();
    return records_.feed(held);
}

Status ClaudeCodeReader::feed(std::string_view bytes) {
    if (first_session_.looking()) {
        KATO_CHECK(first_session_.add(
            bytes, [this](const Envelope& envelope) { return found(envelope); }));
        if (first_session_.looking()) return done();
        KATO_CHECK(begin());
    }
    return records_.feed(bytes);
}

Status ClaudeCodeReader::finish() {
    if (first_session_.looking()) {
        KATO_CHECK(
            first_session_.finish([this](const Envelope& envelope) { return found(envelope); }));
        KATO_CHECK(begin());
    }
    return records_.finish();
}

Result<Chat*> ClaudeCodeReader::chat_of(const Envelope& envelope, const record::Record& record) {
    if (envelope.session.empty() && chats_.current() == nullptr)
        KATO_CHECK(chats_.set_current(record.text));
    return chats_.of(envelope);
}

Placement ClaudeCodeReader::place(const Envelope& envelope, Chat& chat, const Uuid& key,
                                  const Reading& reading) {
    Arrival arrival;
    arrival.key = key;
    arrival.claim = envelope.claim;
    if (envelope.claim == Claim::some) arrival.claimed = record_key(chat.id, envelope.parent);
    arrival.part = reading.part;
    arrival.sidechain = envelope.sidechain && !envelope.of_agent();
    arrival.boundary = reading.boundary;
    const std::string response = response_id(envelope);
    std::vector<BlockView> blocks;
    if (reading.part == Part::assistant) {
        arrival.message_id =
            text_of(envelope.message, "id").empty() ? std::string_view() : response;
        blocks = block_views(reading.events);
        arrival.blocks = blocks;
    }
    const std::vector<Uuid> supersedes =
        record_keys(chat.id, envelope.root.member("supersedesUuids"));
    arrival.supersedes = supersedes;
    Placement out = chat.tree.place(arrival);
    for (const Uuid& record : record_keys(chat.id, envelope.root.member("retractedMessageUuids")))
        out.superseded.push_back({record, 0});
    return out;
}

// Takes what the record's chat, name, place and flags say as well.
void ClaudeCodeReader::take_envelope(const Envelope& envelope, const Chat& chat,
                                     const Placement& placement) const {
    const json::Value root = envelope.root;
    if (!envelope.uuid.empty()) root.member("uuid").take();
    if (!envelope.session.empty()) root.member("sessionId").take();
    if (envelope.of_agent()) root.member("agentId").take();
    if (envelope.time) root.member("timestamp").take();
    (void)record::take_flag(root, "isSidechain"); // the chat or a flag says it
    if (envelope.claim == Claim::null && !placement.parent && !placement.previous)
        root.member("parentUuid").take();
    if (envelope.claim == Claim::some && placement.parent == record_key(chat.id, envelope.parent))
        envelope.parent_member.take();
}

Status ClaudeCodeReader::title(const Envelope& envelope, Chat& chat, const Reading& reading) {
    const json::Value root = envelope.root;
    if (envelope.type == "summary")
        return chats_.summary(chat, text_of(root, "summary"), text_of(root, "leafUuid"));
    if (envelope.type == "custom-title")
        return chats_.title(chat, text_of(root, "customTitle"), k_rank_custom);
    if (envelope.type == "ai-title")
        return chats_.title(chat, text_of(root, "aiTitle"), k_rank_summary);
    if (reading.part != Part::prompt || (reading.events.front().body.flags & k_sidechain) != 0)
        return done();
    for (const ParsedEvent& event : reading.events) {
        if (event.body.kind == Kind::user_message && (event.body.flags & k_injected) == 0)
            KATO_CHECK(chats_.first_prompt(chat, event.body.text));
    }
    return done();
}

Status ClaudeCodeReader::link(const Chat& chat, const std::string& agent, const Uuid& event) {
    if (agent.empty() || chat.session.empty()) return done();
    const Uuid child = chat_id(k_format, chat.session + "/" + agent);
    if (child == chat.id || linked_.size() == k_max_links || !linked_.insert(child).second)
        return done();
    return sink_.link(ChatLink{child, chat.id, event});
}

// An agent's chat hangs on the call that started it: its progress says so, and its result.
Status ClaudeCodeReader::agent_links(const Envelope& envelope, const Chat& chat, const Uuid& key,
                                     const Reading& reading) {
    const json::Value root = envelope.root;
    if (envelope.type == "progress") {
        const Call* call = calls_.find(chat.id, text_of(root, "parentToolUseID"));
        if (call == nullptr) return done();
        return link(chat, text_of(root.member("data"), "agentId"), call->event);
    }
    bool first = true; // toolUseResult belongs to it
    for (std::size_t i = 0; i != reading.events.size(); ++i) {
        const EventBody& body = reading.events[i].body;
        if (body.kind != Kind::assistant_tool_result && body.kind != Kind::user_decision_response)
            continue;
        const Call* call = calls_.find(chat.id, body.call_id);
        const Uuid event =
            call != nullptr ? call->event : event_id(key, static_cast<std::uint32_t>(i));
        if (first) KATO_CHECK(link(chat, text_of(root.member("toolUseResult"), "agentId"), event));
        first = false;
        calls_.remove(chat.id, body.call_id);
    }
    return done();
}

Result<record::Verdict> ClaudeCodeReader::record(const record::Record& record) {
    const Envelope envelope = read_envelope(record.root);
    KATO_TRY(Chat* const chat, chat_of(envelope, record));
    ParsedRecord out;
    out.chat = chat->id;
    out.name = envelope.uuid.empty() ? record.name() : envelope.uuid;
    out.revision = record.hash;
    out.place = record.place;
    out.text = record.source;
    const Uuid key = record_key(out.chat, out.name);
    KATO_CHECK(chats_.note(*chat, envelope, key));
    KATO_TRY(Reading reading, messages_.read(envelope, *chat, out.name, key));
    const std::optional<Usage> usage =
        envelope.type == "assistant" ? read_usage(envelope, out.name) : std::nullopt;
    const Placement placement = place(envelope, *chat, key, reading);
    KATO_CHECK(title(envelope, *chat, reading));
    KATO_CHECK(agent_links(envelope, *chat, key, reading));

    EventBody& first = reading.events.front().body;
    KATO_CHECK(records_.longs().leftovers(record.root, first.attachments));
    if (!reading.whole) {
        take_envelope(envelope, *chat, placement);
        first.extra = record.root.remainder();
    }
    if (record.lossy) {
        for (ParsedEvent& event : reading.events) event.body.flags |= k_lossy;
    }
    out.parent_key = placement.parent;
    out.previous_key = placement.previous;
    out.events = std::move(reading.events);
    KATO_CHECK(sink_.record(std::move(out)));
    if (usage) KATO_CHECK(sink_.usage(chat->id, *usage));
    for (const Mark& mark : placement.superseded)
        KATO_CHECK(sink_.mark(chat->id, mark.record, mark.first_block, k_superseded));
    return std::move(reading.verdict);
}

} // namespace
} // namespace claude_code

std::unique_ptr<Reader> make_claude_code_reader(Sink& sink, Values& values,
                                                const ReaderOptions& options) {
    return std::make_unique<claude_code::ClaudeCodeReader>(sink, values, options);
}

} // namespace kato
