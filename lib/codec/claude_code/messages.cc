#include "codec/claude_code/messages.h"

#include "codec/claude_code/injected.h"
#include "codec/claude_code/others.h"
#include "codec/claude_code/usage.h"
#include "codec/record/fields.h"
#include "codec/record/titles.h"
#include "model/identity.h"

#include <fmt/format.h>

#include <algorithm>

namespace kato::claude_code {

using record::short_text;
using record::text_of;

namespace {

bool is_result(const ParsedEvent& event) {
    return event.body.kind == Kind::assistant_tool_result ||
           event.body.kind == Kind::user_decision_response;
}

bool is_call(const ParsedEvent& event) {
    return event.body.kind == Kind::assistant_tool_call ||
           event.body.kind == Kind::assistant_decision_prompt;
}

bool is_set(const json::Value& object, std::string_view name) {
    return object.member(name).boolean().value_or(false);
}

// Flags of a user's line that a program wrote, or that its screen does not show.
std::uint32_t user_flags(const json::Value& root) {
    const bool meta = is_set(root, "isMeta");
    const std::string origin = text_of(root.member("origin"), "kind");
    std::uint32_t flags = 0;
    if (meta || is_set(root, "isVisibleInTranscriptOnly")) flags |= k_hidden;
    if (meta || is_set(root, "isCompactSummary") || origin == "task-notification" ||
        text_of(root, "promptSource") == "system")
        flags |= k_injected;
    return flags;
}

// Whose line it is decides how it continues the chat.
Part user_part(const std::vector<ParsedEvent>& events) {
    if (std::all_of(events.begin(), events.end(), is_result)) return Part::tool_result;
    const bool typed = std::any_of(events.begin(), events.end(), [](const ParsedEvent& event) {
        return event.body.kind == Kind::user_message && (event.body.flags & k_injected) == 0;
    });
    return typed ? Part::prompt : Part::other;
}

EventBody message_body(const Envelope& envelope, const EventBody& base) {
    EventBody body = base;
    if (envelope.type == "user") {
        body.kind = Kind::user_message;
        body.role = Role::user;
    } else if (envelope.type == "system") {
        body.kind = Kind::system_message;
        body.role = Role::system;
    } else {
        body.kind = Kind::assistant_message;
        body.role = Role::assistant;
        body.response = response_id(envelope);
        const std::string model = text_of(envelope.message, "model");
        if (model != k_synthetic_model) body.model = model;
        if (model == k_synthetic_model || is_set(envelope.root, "isApiErrorMessage"))
            body.flags |= k_injected;
    }
    return body;
}

// Takes what the events' bodies say as well.
void take_message(const Envelope& envelope, const EventBody& body) {
    const json::Value message = envelope.message;
    envelope.root.member("type").take();
    if (text_of(message, "role") == envelope.type) message.member("role").take();
    if (envelope.type != "assistant") return;
    if (text_of(message, "type") == "message") message.member("type").take();
    if (!body.model.empty()) message.member("model").take();
    if (body.response.empty()) return;
    if (!text_of(message, "id").empty()) message.member("id").take();
    if (!text_of(envelope.root, "requestId").empty()) envelope.root.member("requestId").take();
}

} // namespace

Result<bool> Messages::read_message(const Envelope& envelope, const Chat& chat,
                                    const EventBody& base, Reading& out) {
    EventBody body = message_body(envelope, base);
    const bool user = envelope.type == "user";
    const bool bare = envelope.message.is_string(); // {"type":"user","message":"..."}
    const json::Value content = bare ? envelope.message : envelope.message.member("content");
    KATO_TRY(const bool understood, content_.read(content, envelope, chat.id, body, out.events));
    if (!understood && out.events.empty()) return false;
    if (!understood) out.verdict = {Fate::opaque, "a message of unknown content"};
    take_message(envelope, body);
    const std::uint32_t flags = user ? user_flags(envelope.root) : 0;
    for (ParsedEvent& event : out.events) {
        if (event.body.kind != Kind::user_message) continue;
        event.body.flags |= flags;
        if (is_injected(event.body.text)) event.body.flags |= k_injected;
    }
    out.part = user                           ? user_part(out.events)
               : envelope.type == "assistant" ? Part::assistant
                                              : Part::notice;
    if (user) KATO_CHECK(add_tool_result(envelope, out));
    return true;
}

// What a tool gave to the program beside the text for the model.
Status Messages::add_tool_result(const Envelope& envelope, Reading& out) {
    const json::Value result = envelope.root.member("toolUseResult");
    const auto first = std::find_if(out.events.begin(), out.events.end(), is_result);
    if (!result || first == out.events.end()) return done();
    EventBody& body = first->body;
    KATO_CHECK(take_pictures(result, longs_, body));
    if (!body.data.empty()) return done();
    if (!result.is_string() || (result.spill() == nullptr && result.text() != body.text))
        body.data = result.remainder();
    result.take();
    return done();
}

// A prompt that was typed while the model was busy reaches it as an attachment. Its line is a notice
// like other attachments: it stands between the pieces of an answer.
Result<bool> Messages::read_queued_prompt(const Envelope& envelope, const Chat& chat,
                                          const EventBody& base, Reading& out) {
    const json::Value attachment = envelope.root.member("attachment");
    const json::Value prompt = attachment.member("prompt");
    if (envelope.type != "attachment" || text_of(attachment, "type") != "queued_command" || !prompt)
        return false;
    EventBody body = base;
    body.kind = Kind::user_message;
    body.role = Role::user;
    const std::string mode = text_of(attachment, "commandMode");
    const std::string origin = text_of(attachment.member("origin"), "kind");
    const bool typed = (mode.empty() || mode == "prompt") && (origin.empty() || origin == "human");
    if (!typed) body.flags |= k_injected;
    KATO_TRY(const bool understood, content_.read(prompt, envelope, chat.id, body, out.events));
    if (!understood && out.events.empty()) return false;
    if (!understood) out.verdict = {Fate::opaque, "a message of unknown content"};
    for (ParsedEvent& event : out.events)
        if (is_injected(event.body.text)) event.body.flags |= k_injected;
    return true;
}

// {"type":"tool_use",...} and {"type":"tool_result",...}
Status Messages::read_line_of_its_own(const Envelope& envelope, const Chat& chat, EventBody body,
                                      Reading& out) {
    const json::Value root = envelope.root;
    const bool call = envelope.type == "tool_use";
    if (call) {
        content_.read_call(root, body);
    } else {
        KATO_CHECK(content_.read_result(root, root, chat.id, body));
        if (const auto name = short_text(root.member("name"))) {
            body.name = *name;
            root.member("name").take();
        }
    }
    root.member("type").take();
    out.part = call ? Part::assistant : Part::tool_result;
    out.events.emplace_back();
    out.events.back().body = std::move(body);
    return done();
}

// Gives calls without an id one of ours, and their results the same.
void Messages::name_calls(const Envelope& envelope, const Chat& chat, const std::string& name,
                          const Uuid& key, Reading& out) {
    if (out.part == Part::prompt) calls_.forget_nameless(chat.id);
    std::uint32_t block = 0;
    for (ParsedEvent& event : out.events) {
        const std::uint32_t index = block++;
        if (is_call(event)) {
            if (event.body.call_id.empty()) {
                event.body.call_id = fmt::format("#{}/{}", name, index);
                calls_.add_nameless(chat.id, key, event.body.call_id);
            }
            const bool question = event.body.kind == Kind::assistant_decision_prompt;
            calls_.add(chat.id, event.body.call_id, Call{event_id(key, index), question});
        } else if (is_result(event) && event.body.call_id.empty()) {
            std::string from = text_of(envelope.root, "sourceToolAssistantUUID");
            if (from.empty()) from = envelope.parent;
            const auto caller =
                from.empty() ? std::nullopt : std::optional(record_key(chat.id, from));
            event.body.call_id = calls_.answer_nameless(chat.id, caller).value_or(std::string());
        }
    }
}

Result<Reading> Messages::read(const Envelope& envelope, const Chat& chat, const std::string& name,
                               const Uuid& key) {
    Reading out;
    EventBody base;
    base.time = envelope.time;
    if (envelope.sidechain && !envelope.of_agent()) base.flags |= k_sidechain;
    bool understood = false;
    const bool message = envelope.type == "user" || envelope.type == "assistant" ||
                         (envelope.type == "system" && envelope.message.is_object());
    if (message) {
        KATO_TRY(understood, read_message(envelope, chat, base, out));
    } else if (envelope.type == "tool_use" || envelope.type == "tool_result") {
        KATO_CHECK(read_line_of_its_own(envelope, chat, base, out));
        understood = true;
    } else {
        KATO_TRY(understood, read_queued_prompt(envelope, chat, base, out));
        if (!understood) {
            EventBody body = base;
            KATO_TRY(understood, read_other(envelope, longs_, body));
            if (understood) out.events.emplace_back().body = std::move(body);
        }
        out.boundary = envelope.type == "system" && envelope.subtype == "compact_boundary";
        if (out.boundary) out.part = Part::other;
    }
    if (!understood) {
        out.events.assign(1, ParsedEvent());
        EventBody& body = out.events.front().body;
        body = base;
        body.name = envelope.type;
        body.data = envelope.root.minified();
        out.whole = true;
        out.verdict = {Fate::opaque, fmt::format("a record of the unknown type \"{}\"",
                                                 record::for_people(body.name))};
        if (message) out.verdict.reason = "a message without content";
        if (body.name.empty()) out.verdict.reason = "a record without a type";
        if (!envelope.root.is_object()) out.verdict.reason = "the record is not a JSON object";
        out.part = Part::notice;
    }
    name_calls(envelope, chat, name, key, out);
    return out;
}

} // namespace kato::claude_code
