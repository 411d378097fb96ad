#include "codec/kato_twin/events.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kato::kato_twin {

using record::short_text;
using record::text_of;

namespace {

struct Said {
    std::string_view kind; // as a twin or a recording names it
    Kind ours;
    Role role;
    std::string_view text; // the member that holds it
};

constexpr std::array k_twin = {
    Said{"user.message", Kind::user_message, Role::user, "text"},
    Said{"assistant.message", Kind::assistant_message, Role::assistant, "text"},
    Said{"assistant.thinking", Kind::assistant_thinking, Role::assistant, "text"},
    Said{"system.message", Kind::system_message, Role::system, "text"},
    Said{"provider.info", Kind::provider_info, Role::none, "text"},
};

constexpr std::array k_recorded = {
    Said{"message.user", Kind::user_message, Role::user, "content"},
    Said{"message.assistant", Kind::assistant_message, Role::assistant, "content"},
    Said{"message.system", Kind::system_message, Role::system, "content"},
    Said{"thinking", Kind::assistant_thinking, Role::assistant, "content"},
    Said{"provider.info", Kind::provider_info, Role::none, "content"},
};

template <std::size_t N> const Said* find(const std::array<Said, N>& list, std::string_view kind) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Said& said) { return said.kind == kind; });
    return found == list.end() ? nullptr : &*found;
}

std::string take_text(const json::Value& object, std::string_view name) {
    const json::Value member = object.member(name);
    const std::optional<std::string> text = short_text(member);
    if (text) member.take();
    return text.value_or(std::string());
}

void set(EventBody& body, Kind kind, Role role) {
    body.kind = kind;
    body.role = role;
}

std::string unknown_kind(std::string_view kind) {
    return kind.empty() ? "an event without a kind"
                        : fmt::format("an event of the kind \"{}\"", record::for_people(kind));
}

std::string join(std::string first, std::string_view second) {
    return first.empty() || second.empty() ? "" : first.append(":").append(second);
}

} // namespace

Shape shape_of(const json::Value& root) {
    if (!root.is_object()) return Shape::unknown;
    if (root.member("session").is_object() && root.member("kind").is_string() &&
        root.member("payload"))
        return Shape::twin;
    if (root.member("eventId").is_string() && root.member("kind").is_string()) return Shape::event;
    if (root.member("sessionKey").is_string() || root.member("nextTwinSeq") ||
        (root.member("providerSessionId").is_string() && root.member("ingestCursor")))
        return Shape::metadata;
    if (root.member("schemaVersion") && root.member("sessions").is_array()) return Shape::index;
    return Shape::unknown;
}

std::string session_of(const json::Value& root, Shape shape) {
    switch (shape) {
    case Shape::twin:
        return join(text_of(root.member("session"), "provider"),
                    text_of(root.member("session"), "providerSessionId"));
    case Shape::event: {
        const std::string out = join(text_of(root, "provider"), text_of(root, "sessionId"));
        return out.empty() ? out : std::string(k_recording) + out;
    }
    case Shape::metadata: {
        std::string out = join(text_of(root, "provider"), text_of(root, "providerSessionId"));
        return out.empty() ? text_of(root, "sessionKey") : out;
    }
    case Shape::index:
    case Shape::unknown: break;
    }
    return {};
}

Status Events::text(const json::Value& holder, std::string_view name, EventBody& body) {
    const json::Value text = holder.member(name);
    return text.is_string() ? records_.longs().text(text, body) : done();
}

Status Events::call(const json::Value& holder, EventBody& body) {
    set(body, Kind::assistant_tool_call, Role::assistant);
    body.name = take_text(holder, "name");
    body.call_id = take_text(holder, "toolCallId");
    body.data = holder.member("input").minified();
    holder.member("input").take();
    return text(holder, "description", body);
}

Status Events::result(const json::Value& holder, EventBody& body) {
    set(body, Kind::assistant_tool_result, Role::tool);
    body.call_id = take_text(holder, "toolCallId");
    return text(holder, "result", body);
}

// What is said beside the text of a question or an answer stays as its data.
Status Events::decision(const json::Value& holder, std::string_view text_name, EventBody& body) {
    body.call_id = take_text(holder, "decisionKey");
    KATO_CHECK(text(holder, text_name, body));
    body.data = holder.remainder();
    holder.take();
    return done();
}

Result<std::string> Events::twin(const json::Value& root, EventBody& body) {
    const std::string kind = text_of(root, "kind");
    const json::Value payload = root.member("payload");
    const json::Value time = root.member("time").member("providerTimestamp");
    body.time = record::read_time(time);
    if (!payload.is_object()) return std::string("an event whose payload is no JSON object");
    if (const Said* said = find(k_twin, kind)) {
        if (!payload.member("text").is_string()) return std::string("an event without its text");
        set(body, said->ours, said->role);
        if (body.kind == Kind::provider_info) body.name = take_text(payload, "subtype");
        KATO_CHECK(text(payload, said->text, body));
    } else if (kind == "assistant.tool.call") {
        KATO_CHECK(call(payload, body));
    } else if (kind == "assistant.tool.result") {
        KATO_CHECK(result(payload, body));
    } else if (kind == "assistant.decision.prompt") {
        set(body, Kind::assistant_decision_prompt, Role::assistant);
        KATO_CHECK(decision(payload, "prompt", body));
    } else if (kind == "user.decision.response") {
        set(body, Kind::user_decision_response, Role::user);
        KATO_CHECK(decision(payload, "selection", body));
    } else if (kind == "user.kato-command") { // "::capture notes.md" in the message before it
        set(body, Kind::provider_info, Role::none);
        body.name = "kato-command";
        body.text = text_of(payload, "command");
        if (const std::string argument = text_of(payload, "rawArgument"); !argument.empty())
            body.text += " " + argument;
        body.data = payload.minified();
        payload.take();
    } else if (kind == "provider.raw") {
        body.name = text_of(payload, "rawType");
        body.data = payload.minified();
        payload.take();
    } else {
        return unknown_kind(kind);
    }
    root.member("kind").take();
    if (body.time) time.take();
    if (body.role == Role::assistant) body.model = take_text(root, "model");
    return std::string();
}

Result<std::string> Events::event(const json::Value& root, EventBody& body) {
    const std::string kind = text_of(root, "kind");
    const json::Value time = root.member("timestamp");
    body.time = record::read_time(time);
    if (const Said* said = find(k_recorded, kind)) {
        if (!root.member(said->text).is_string()) return std::string("an event without its text");
        set(body, said->ours, said->role);
        if (body.kind == Kind::provider_info) body.name = take_text(root, "subtype");
        KATO_CHECK(text(root, said->text, body));
    } else if (kind == "tool.call") {
        KATO_CHECK(call(root, body));
    } else if (kind == "tool.result") {
        KATO_CHECK(result(root, body));
    } else if (kind == "decision") {
        // What was proposed is the question; what became of it is the answer.
        const bool answered = text_of(root, "status") != "proposed";
        set(body, answered ? Kind::user_decision_response : Kind::assistant_decision_prompt,
            answered ? Role::user : Role::assistant);
        body.call_id = take_text(root, "decisionKey");
        KATO_CHECK(text(root, "summary", body));
    } else {
        return unknown_kind(kind);
    }
    root.member("kind").take();
    if (body.time) time.take();
    const std::string role = text_of(root, "role");
    if (!role.empty() && role == role_name(body.role)) root.member("role").take();
    if (body.role == Role::assistant) body.model = take_text(root, "model");
    return std::string();
}

} // namespace kato::kato_twin
