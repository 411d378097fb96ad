#include "codec/gemini_cli/parts.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"

#include <fmt/format.h>

namespace kato::gemini_cli {

using record::short_text;
using record::text_of;

void append_line(std::string& out, std::string_view text) {
    if (!out.empty()) out += '\n';
    out += text;
}

std::string take_text(const json::Value& object, std::string_view name) {
    const json::Value member = object.member(name);
    const std::optional<std::string> text = short_text(member);
    if (text) member.take();
    return text.value_or(std::string());
}

std::string text_in(const json::Value& content) {
    if (content.is_string()) return content.text();
    if (content.is_object()) return content.member("text").text();
    std::string out;
    for (json::Value part = content.first(); part; part = part.next())
        out += part.is_string() ? part.text() : part.member("text").text();
    return out;
}

// Bytes in the part itself, or a place where they are. False when there is neither.
Result<bool> Parts::read_file(const json::Value& part, EventBody& body) {
    const json::Value inline_data = part.member("inlineData");
    if (inline_data.is_object()) {
        KATO_TRY(std::optional<Attachment> blob,
                 records_.longs().base64(inline_data.member("data")));
        if (!blob) return false;
        blob->media_type = take_text(inline_data, "mimeType");
        blob->name = take_text(inline_data, "displayName");
        body.attachments.push_back(std::move(*blob));
        return true;
    }
    const json::Value file = part.member("fileData");
    if (!file.member("fileUri").is_string()) return false;
    Attachment attachment;
    attachment.uri = take_text(file, "fileUri");
    attachment.media_type = take_text(file, "mimeType");
    attachment.name = take_text(file, "displayName");
    body.attachments.push_back(std::move(attachment));
    return true;
}

// {output} or {error}, or anything else.
Status Parts::read_response(const json::Value& response, EventBody& body) {
    if (response.is_string()) return records_.longs().text(response, body);
    for (const std::string_view name : {"output", "error"}) {
        const json::Value text = response.member(name);
        if (!text.is_string() || body.stored_text) continue;
        if (name == "error") body.outcome = Outcome::failure;
        if (text.spill() != nullptr) {
            if (body.text.empty()) KATO_CHECK(records_.longs().text(text, body));
            continue;
        }
        append_line(body.text, text.text());
        text.take();
    }
    if (body.data.empty()) {
        body.data = response.remainder();
        response.take();
    }
    return done();
}

Status Parts::read_result(const json::Value& result, EventBody& body) {
    if (result.is_string()) return records_.longs().text(result, body);
    if (result.is_object()) {
        const json::Value answer = result.member("functionResponse");
        if (!answer.is_object()) {
            if (result.member("text").is_string() && !body.stored_text &&
                result.member("text").spill() == nullptr) {
                append_line(body.text, result.member("text").text());
                result.member("text").take();
                return done();
            }
            KATO_TRY(const bool found, read_file(result, body));
            return found ? done() : read_response(result, body);
        }
        if (text_of(answer, "id") == body.call_id) answer.member("id").take();
        if (text_of(answer, "name") == body.name) answer.member("name").take();
        KATO_CHECK(read_response(answer.member("response"), body));
        return read_result(answer.member("parts"), body);
    }
    if (result.is_array()) {
        for (json::Value part = result.first(); part; part = part.next())
            KATO_CHECK(read_result(part, body));
        if (!result.first()) result.take();
    }
    return done();
}

Result<bool> Parts::read_known(const json::Value& part, EventBody& body) {
    const json::Value text = part.is_string() ? part : part.member("text");
    if (text.is_string()) {
        if (record::take_flag(part, "thought") && body.role == Role::assistant)
            body.kind = Kind::assistant_thinking;
        KATO_CHECK(records_.longs().text(text, body));
        return true;
    }
    if (part.member("inlineData") || part.member("fileData")) return read_file(part, body);
    if (const json::Value call = part.member("functionCall"); call.is_object()) {
        body.kind = Kind::assistant_tool_call;
        body.role = Role::assistant;
        body.name = take_text(call, "name");
        body.call_id = take_text(call, "id");
        if (body.call_id.empty()) body.call_id = calls_.add(body.name);
        body.data = call.member("args").minified();
        call.member("args").take();
        return true;
    }
    if (part.member("functionResponse").is_object()) {
        body.kind = Kind::assistant_tool_result;
        body.role = Role::tool;
        body.name = take_text(part.member("functionResponse"), "name");
        body.call_id = take_text(part.member("functionResponse"), "id");
        if (body.call_id.empty()) body.call_id = calls_.answer(body.name);
        KATO_CHECK(read_result(part, body));
        return true;
    }
    return false;
}

Status Parts::read_part(const json::Value& part, const EventBody& base,
                        std::vector<ParsedEvent>& events) {
    ParsedEvent event;
    event.body = base;
    KATO_TRY(const bool known, read_known(part, event.body));
    if (known) {
        if (!events.empty()) {
            event.body.extra = part.remainder();
            part.take();
        }
    } else {
        const std::string name = part.is_object() ? part.first().key() : std::string();
        event.body = EventBody();
        event.body.time = base.time;
        event.body.name = name;
        event.body.data = part.minified();
        records_.opaque(part, fmt::format("a part of the type \"{}\"", record::for_people(name)));
        part.take();
    }
    events.push_back(std::move(event));
    return done();
}

Status Parts::read(const json::Value& content, const EventBody& base,
                   std::vector<ParsedEvent>& events) {
    if (content.is_array()) {
        for (json::Value part = content.first(); part; part = part.next())
            KATO_CHECK(read_part(part, base, events));
        if (!content.first()) content.take();
        return done();
    }
    if (!content || content.is_null()) {
        content.take();
        return done();
    }
    if (content.is_string() && content.spill() == nullptr && content.text().empty()) {
        content.take();
        return done();
    }
    return read_part(content, base, events);
}

} // namespace kato::gemini_cli
