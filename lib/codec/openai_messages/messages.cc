#include "codec/openai_messages/messages.h"

#include "codec/json/data_url.h"
#include "codec/openai_messages/shape.h"
#include "codec/record/fields.h"
#include "codec/record/titles.h"

#include <fmt/format.h>

namespace kato::openai_messages {

using record::short_text;
using record::text_of;

namespace {

std::string take_text(const json::Value& object, std::string_view name) {
    const json::Value member = object.member(name);
    const std::optional<std::string> text = short_text(member);
    if (text) member.take();
    return text.value_or(std::string());
}

void set_sender(const std::string& role, EventBody& body) {
    if (role == "user") {
        body.kind = Kind::user_message;
        body.role = Role::user;
    } else if (role == "assistant") {
        body.kind = Kind::assistant_message;
        body.role = Role::assistant;
    } else if (role == "tool" || role == "function") {
        body.kind = Kind::assistant_tool_result;
        body.role = Role::tool;
    } else {
        body.kind = Kind::system_message;
        body.role = Role::system;
    }
}

// An event's leftovers; the first event's are the message's.
void keep_rest(const json::Value& value, std::vector<ParsedEvent>& events) {
    if (events.size() < 2) return;
    events.back().body.extra = value.remainder();
    value.take();
}

bool says_anything(const json::Value& message) {
    for (const std::string_view name :
         {"content", "tool_calls", "function_call", "refusal", "reasoning_content", "audio"})
        if (message.member(name)) return true;
    return false;
}

} // namespace

// A data: URL, bare base64 or an address becomes an attachment; false when it is none of them.
Result<bool> Messages::file(const json::Value& value, std::string_view media_type,
                            EventBody& body) {
    if (!value.is_string()) return false;
    Attachment out;
    const std::string text = value.text();
    const json::DataUrl url = json::split_data_url(text);
    if (value.spill() != nullptr || !media_type.empty()) {
        KATO_TRY(std::optional<Attachment> blob, records_.longs().base64(value));
        if (!blob) return false;
        out = std::move(*blob);
        if (out.media_type.empty()) out.media_type = media_type;
    } else if (url.is_base64) {
        KATO_TRY(std::optional<Attachment> blob,
                 values_.blob_from_base64(std::string_view(text).substr(url.intro)));
        if (!blob) return false;
        out = std::move(*blob);
        out.media_type = url.media_type;
    } else {
        out.uri = text;
    }
    value.take();
    body.attachments.push_back(std::move(out));
    return true;
}

Result<bool> Messages::read_part(const json::Value& part, const std::string& type,
                                 EventBody& body) {
    const json::Value text = part.is_string()    ? part
                             : type == "refusal" ? part.member("refusal")
                                                 : part.member("text");
    const bool is_text = type.empty() || type == "text" || type == "refusal" ||
                         type == "input_text" || type == "output_text";
    if (text.is_string() && is_text) {
        if (type == "text") part.member("type").take();
        KATO_CHECK(records_.longs().text(text, body));
        return true;
    }
    if (type == "image_url") {
        const json::Value image = part.member("image_url");
        KATO_TRY(const bool found, file(image.is_string() ? image : image.member("url"), "", body));
        if (found) part.member("type").take();
        return found;
    }
    if (type == "input_audio") {
        const json::Value audio = part.member("input_audio");
        KATO_TRY(const bool found,
                 file(audio.member("data"), "audio/" + text_of(audio, "format"), body));
        if (found) part.member("type").take();
        return found;
    }
    if (type == "file") {
        const json::Value value = part.member("file");
        const bool has_data = value.member("file_data").is_string();
        const json::Value place = value.member(has_data ? "file_data" : "file_id");
        KATO_TRY(const bool found, file(place, "", body));
        if (!found) return false;
        part.member("type").take();
        body.attachments.back().name = take_text(value, "filename");
        return true;
    }
    return false;
}

Status Messages::part(const json::Value& part, const EventBody& base, Events& events) {
    const std::string type = text_of(part, "type");
    ParsedEvent event;
    event.body = base;
    KATO_TRY(const bool known, read_part(part, type, event.body));
    if (known) {
        events.push_back(std::move(event));
        keep_rest(part, events);
        return done();
    }
    event.body = EventBody();
    event.body.time = base.time;
    event.body.name = type;
    event.body.data = part.minified();
    records_.opaque(part, fmt::format("a part of the type \"{}\"", record::for_people(type)));
    part.take();
    events.push_back(std::move(event));
    return done();
}

// A tool's answer is one event, whatever parts it has.
Status Messages::content(const json::Value& content, const EventBody& base, Events& events) {
    if (content.is_string() || content.is_object()) return part(content, base, events);
    if (content.is_array()) {
        const std::size_t first = events.size();
        for (json::Value element = content.first(); element; element = element.next()) {
            KATO_CHECK(part(element, base, events));
            if (base.kind != Kind::assistant_tool_result || events.size() < first + 2) continue;
            EventBody& whole = events[first].body;
            EventBody& next = events.back().body;
            const bool fits = next.kind == whole.kind && next.extra.empty() &&
                              next.attachments.empty() && !next.stored_text && !whole.stored_text;
            if (!fits) continue;
            whole.text += "\n" + next.text;
            events.pop_back();
        }
    }
    if (!content || content.is_null() || (content.is_array() && !content.first())) content.take();
    return done();
}

// A text beside the content.
Status Messages::said(const json::Value& message, std::string_view member, Kind kind,
                      const EventBody& base, Events& events) {
    const json::Value text = message.member(member);
    if (text.is_null()) text.take();
    if (!text.is_string()) return done();
    EventBody body = base;
    body.kind = kind;
    KATO_CHECK(records_.longs().text(text, body));
    events.emplace_back().body = std::move(body);
    return done();
}

// What the model spoke: its words are the text.
Status Messages::audio(const json::Value& message, const EventBody& base, Events& events) {
    const json::Value audio = message.member("audio");
    if (audio.is_null()) audio.take();
    if (!audio.is_object()) return done();
    EventBody body = base;
    if (audio.member("transcript").is_string())
        KATO_CHECK(records_.longs().text(audio.member("transcript"), body));
    KATO_CHECK(file(audio.member("data"), "audio/wav", body));
    if (body.attachments.empty()) body.attachments.emplace_back().uri = text_of(audio, "id");
    events.emplace_back().body = std::move(body);
    keep_rest(audio, events);
    return done();
}

// {"name": ..., "arguments": JSON in a string, or JSON}
Status Messages::call(const json::Value& holder, const json::Value& function, const EventBody& base,
                      Events& events) {
    EventBody body = base;
    body.kind = Kind::assistant_tool_call;
    body.name = take_text(function, "name");
    body.call_id = take_text(holder, "id");
    if (body.call_id.empty()) body.call_id = calls_.add(body.name);
    if (text_of(holder, "type") == "function") holder.member("type").take();
    const json::Value arguments = function.member("arguments");
    if (arguments.is_string() && arguments.spill() != nullptr) {
        KATO_CHECK(records_.longs().text(arguments, body));
    } else if (arguments) {
        const std::string text = arguments.text();
        const bool structured =
            arguments.is_string() && inner_.parse(text).ok() && inner_.root().is_object();
        body.data = structured ? inner_.root().minified() : arguments.minified();
        arguments.take();
    }
    events.emplace_back().body = std::move(body);
    keep_rest(holder, events);
    return done();
}

Result<std::vector<ParsedEvent>> Messages::read(const json::Value& message, std::string name,
                                                const EventBody& base) {
    Events events;
    calls_.begin_message(std::move(name));
    const std::string role = text_of(message, "role");
    EventBody body = base;
    if (!is_role(role) || !says_anything(message)) {
        body = EventBody();
        body.time = base.time;
        body.name = role;
        body.data = message.minified();
        records_.opaque(message, !is_role(role) ? fmt::format("a message of the role \"{}\"",
                                                              record::for_people(role))
                                                : std::string("a message without content"));
        KATO_CHECK(records_.longs().leftovers(message, body.attachments));
        message.take();
        events.emplace_back().body = std::move(body);
        return events;
    }
    set_sender(role, body);
    if (role != "developer") message.member("role").take();
    if (body.role == Role::tool) {
        body.name = take_text(message, "name");
        body.call_id = take_text(message, "tool_call_id");
        if (body.call_id.empty()) body.call_id = calls_.answer(body.name);
    }
    if (body.role != Role::assistant) body.model.clear();
    if (body.role != Role::assistant) body.response.clear();
    KATO_CHECK(said(message, "reasoning_content", Kind::assistant_thinking, body, events));
    KATO_CHECK(content(message.member("content"), body, events));
    KATO_CHECK(said(message, "refusal", body.kind, body, events));
    KATO_CHECK(audio(message, body, events));
    const json::Value calls = message.member("tool_calls");
    if (calls.is_null() || (calls.is_array() && !calls.first())) calls.take();
    for (json::Value element = calls.first(); element; element = element.next()) {
        if (element.member("function").is_object()) {
            KATO_CHECK(call(element, element.member("function"), body, events));
        } else {
            KATO_CHECK(part(element, body, events)); // of a type that is not known
        }
    }
    const json::Value function = message.member("function_call");
    if (function.is_null()) function.take();
    if (function.is_object()) KATO_CHECK(call(function, function, body, events));
    if (events.empty()) events.emplace_back().body = body;
    EventBody& first = events.front().body;
    KATO_CHECK(records_.longs().leftovers(message, first.attachments));
    first.extra = message.remainder();
    return events;
}

} // namespace kato::openai_messages
