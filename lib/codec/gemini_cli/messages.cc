#include "codec/gemini_cli/messages.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"

#include <fmt/format.h>

#include <algorithm>

namespace kato::gemini_cli {

using record::read_time;
using record::short_text;
using record::text_of;

namespace {

bool is_notice(std::string_view type) {
    return type == "info" || type == "warning" || type == "error";
}

// What a message's type says of its events; false when it is unknown.
bool set_sender(const std::string& type, EventBody& base) {
    if (type == "user") {
        base.kind = Kind::user_message;
        base.role = Role::user;
    } else if (type == "gemini" || type == "model" || type == "assistant") {
        base.kind = Kind::assistant_message;
        base.role = Role::assistant;
    } else if (is_notice(type)) {
        base.kind = Kind::system_message;
        base.role = Role::system;
        base.name = type;
    } else {
        return false;
    }
    return true;
}

std::int64_t number(const json::Value& object, std::string_view name) {
    return std::max<std::int64_t>(0, object.member(name).integer().value_or(0));
}

// Cached input is part of the input, thoughts are not part of the output; in the model it is the other
// way around.
std::optional<Usage> read_usage(const json::Value& tokens) {
    if (!tokens.is_object()) return std::nullopt;
    constexpr std::int64_t k_most = std::int64_t{1} << 53; // sums do not overflow
    const auto count = [&](std::string_view name) {
        return std::min(number(tokens, name), k_most);
    };
    Usage out;
    out.cache_read = count("cached");
    out.input = std::max<std::int64_t>(0, count("input") - out.cache_read) + count("tool");
    out.reasoning = count("thoughts");
    out.output = count("output") + out.reasoning;
    if (out.input + out.output + out.cache_read == 0) return std::nullopt;
    return out;
}

// An event's leftovers; the first event's are the message's.
void keep_rest(const json::Value& value, std::size_t event, std::vector<ParsedEvent>& events) {
    if (event == 0) return;
    events[event].body.extra = value.remainder();
    value.take();
}

} // namespace

Status Messages::thoughts(const json::Value& message, const EventBody& base, Reading& out) {
    const json::Value list = message.member("thoughts");
    if (list.is_array() && !list.first()) list.take();
    for (json::Value thought = list.first(); thought; thought = thought.next()) {
        const std::size_t event = out.events.size();
        EventBody& body = out.events.emplace_back().body;
        body = base;
        body.kind = Kind::assistant_thinking;
        if (thought.is_string()) {
            KATO_CHECK(records_.longs().text(thought, body));
        } else {
            if (const Time time = read_time(thought.member("timestamp"))) {
                body.time = time;
                thought.member("timestamp").take();
            }
            for (const std::string_view name : {"subject", "description", "text"}) {
                const std::string text = take_text(thought, name);
                if (!text.empty()) append_line(body.text, text);
            }
        }
        keep_rest(thought, event, out.events);
    }
    return done();
}

// What the screen showed is what was said. Where the model was given more than that (files, say), all of
// it follows, hidden.
Status Messages::content(const json::Value& message, const EventBody& base, Reading& out) {
    const json::Value content =
        message.member("content") ? message.member("content") : message.member("parts");
    const json::Value shown = message.member("displayContent");
    const std::string text = text_in(shown);
    const bool differs = !record::is_blank(text) && text != text_in(content);
    if (differs) {
        const std::size_t event = out.events.size();
        KATO_CHECK(parts_.read(shown, base, out.events));
        for (std::size_t i = event; i < out.events.size(); ++i)
            if (out.events[i].body.kind == base.kind) out.prompt += out.events[i].body.text;
    } else if (text == text_in(content) && shown.is_string()) {
        shown.take();
    } else if (shown && shown.minified() == content.minified()) {
        shown.take();
    }
    const std::size_t first = out.events.size();
    KATO_CHECK(parts_.read(content, base, out.events));
    for (std::size_t i = first; i < out.events.size(); ++i) {
        EventBody& body = out.events[i].body;
        if (body.kind != base.kind) continue;
        if (!differs) out.prompt += body.text;
        if (!differs || !body.attachments.empty()) continue;
        body.flags |= k_hidden;
        if (body.kind == Kind::user_message) body.flags |= k_injected;
    }
    if (base.kind != Kind::user_message) out.prompt.clear();
    return done();
}

// What a tool gave back, where it did.
Status Messages::tool_result(const json::Value& tool, const EventBody& call, EventBody& body) {
    body.kind = Kind::assistant_tool_result;
    body.role = Role::tool;
    body.name = call.name;
    body.call_id = call.call_id;
    const std::string status = text_of(tool, "status");
    if (status == "success") body.outcome = Outcome::success;
    if (status == "error") body.outcome = Outcome::failure;
    if (body.outcome != Outcome::unknown) tool.member("status").take();
    const json::Value time = tool.member("timestamp");
    if (const Time ended = read_time(time)) {
        body.time = ended;
        time.take();
    }
    const json::Value result = tool.member("result");
    KATO_CHECK(parts_.read_result(result, body));
    const json::Value shown = tool.member("resultDisplay");
    if (shown.is_string() && body.text.empty() && !body.stored_text)
        return records_.longs().text(shown, body);
    if (shown.is_string() && shown.spill() == nullptr && shown.text() == body.text) shown.take();
    if (shown.is_object() && body.data.empty()) {
        body.data = shown.minified();
        shown.take();
    }
    return done();
}

Status Messages::tool_call(const json::Value& tool, const EventBody& base, Reading& out) {
    const std::size_t event = out.events.size();
    EventBody call = base;
    call.kind = Kind::assistant_tool_call;
    call.name = take_text(tool, "name");
    call.call_id = take_text(tool, "id");
    const bool nameless = call.call_id.empty();
    if (nameless) call.call_id = parts_.calls().add(call.name);
    call.data = tool.member("args").minified();
    tool.member("args").take();
    const std::string agent = text_of(tool, "agentId");
    if (!agent.empty()) out.agents.push_back({event, agent});
    const json::Value result = tool.member("result");
    const json::Value shown = tool.member("resultDisplay");
    const bool answered = (result && !result.is_null()) || (shown && !shown.is_null());
    EventBody body = base;
    if (answered) {
        if (nameless) (void)parts_.calls().answer(call.name); // by what stands with it
        KATO_CHECK(tool_result(tool, call, body));
    }
    out.events.emplace_back().body = std::move(call);
    keep_rest(tool, event, out.events);
    if (answered) out.events.emplace_back().body = std::move(body);
    return done();
}

Result<Reading> Messages::read(const json::Value& message, const std::string& name) {
    Reading out;
    parts_.begin_message(name);
    EventBody base;
    const json::Value time =
        message.member("timestamp") ? message.member("timestamp") : message.member("ts");
    base.time = read_time(time);
    const std::string_view type_name = message.member("type") ? "type" : "role";
    const std::string type = text_of(message, type_name);
    bool says = false;
    for (const std::string_view member :
         {"content", "parts", "displayContent", "toolCalls", "thoughts"})
        says = says || message.member(member);
    if (!says || !set_sender(type, base)) {
        out.not_understood =
            !message.is_object() ? "a message that is no JSON object"
            : !says              ? "a message without content"
                    : fmt::format("a message of the type \"{}\"", record::for_people(type));
        EventBody& body = out.events.emplace_back().body;
        body.time = base.time;
        body.name = type;
        body.data = message.minified();
        KATO_CHECK(records_.longs().leftovers(message, body.attachments));
        message.take();
        return out;
    }
    if (base.time) time.take();
    message.member(type_name).take();
    if (base.role == Role::assistant) {
        base.model = take_text(message, "model");
        out.usage = read_usage(message.member("tokens"));
        if (out.usage) {
            out.usage->model = base.model;
            base.response = name;
        }
        KATO_CHECK(thoughts(message, base, out));
    }
    KATO_CHECK(content(message, base, out));
    const json::Value tools = message.member("toolCalls");
    if (tools.is_array() && !tools.first()) tools.take();
    for (json::Value tool = tools.first(); tool && base.role == Role::assistant;
         tool = tool.next()) {
        if (tool.is_object())
            KATO_CHECK(tool_call(tool, base, out));
        else
            records_.opaque(tool, "a tool call that is no JSON object");
    }
    if (out.events.empty()) out.events.emplace_back().body = base;
    EventBody& first = out.events.front().body;
    KATO_CHECK(records_.longs().leftovers(message, first.attachments));
    first.extra = message.remainder();
    return out;
}

} // namespace kato::gemini_cli
