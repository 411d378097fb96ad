#include "codec/claude_ai/blocks.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"

#include <fmt/format.h>

namespace kato::claude_ai {

using record::short_text;
using record::text_of;

namespace {

void append_line(std::string& out, std::string_view text) {
    if (!out.empty()) out += '\n';
    out += text;
}

// Takes the member when it is a text.
std::string take_text(const json::Value& object, std::string_view name) {
    const json::Value member = object.member(name);
    const std::optional<std::string> text = short_text(member);
    if (text) member.take();
    return text.value_or(std::string());
}

bool is_call(std::string_view type) { return type == "tool_use" || type == "tool-call"; }
bool is_result(std::string_view type) { return type == "tool_result" || type == "tool-result"; }

} // namespace

void Blocks::begin() {
    artifacts_.begin();
    calls_ = record::OpenCalls();
}

void Blocks::begin_message(std::string name, std::optional<std::size_t> parent) {
    calls_.begin_message(std::move(name));
    artifacts_.begin_message(parent);
}

Status Blocks::read_call(const json::Value& block, EventBody& body) {
    body.kind = Kind::assistant_tool_call;
    body.role = Role::assistant;
    body.name = take_text(block, "name");
    if (body.name.empty()) body.name = take_text(block, "toolName");
    for (const std::string_view name : {"id", "toolCallId"}) {
        if (body.call_id.empty()) body.call_id = take_text(block, name);
        if (block.member(name).is_null()) block.member(name).take();
    }
    if (body.call_id.empty()) body.call_id = calls_.add(body.name);
    json::Value input = block.member("input");
    if (!input) input = block.member("args");
    if (body.name == k_artifact_tool && input.is_object()) {
        KATO_TRY(std::optional<Attachment> document, artifacts_.replay(input));
        if (document) body.attachments.push_back(std::move(*document));
    }
    body.data = input.minified();
    input.take();
    return done();
}

// Base64 in the block itself; false when there is none.
Result<bool> Blocks::read_picture(const json::Value& block, EventBody& body) {
    const json::Value source = block.member("source");
    if (text_of(source, "type") != "base64") return false;
    KATO_TRY(std::optional<Attachment> blob, records_.longs().base64(source.member("data")));
    if (!blob) return false;
    source.member("type").take();
    blob->media_type = take_text(source, "media_type");
    body.attachments.push_back(std::move(*blob));
    return true;
}

// One part of a result's content. What does not fit stays where it is, among the leftovers.
Status Blocks::read_part(const json::Value& part, EventBody& body) {
    const std::string type = text_of(part, "type");
    const json::Value text = part.is_string() ? part : part.member("text");
    if (text.is_string() && !body.stored_text) {
        if (text.spill() == nullptr) {
            append_line(body.text, text.text());
            text.take();
        } else if (body.text.empty()) {
            KATO_CHECK(records_.longs().text(text, body));
        }
        if (type == "text") part.member("type").take();
        return done();
    }
    if (type == "image") {
        KATO_TRY(const bool found, read_picture(part, body));
        if (found) part.member("type").take();
        if (found) return done();
    }
    // Found pages, files and the like: what names them can be searched for, all of it stays.
    for (const std::string_view name : {"title", "url", "file_name", "name"}) {
        const std::optional<std::string> line = short_text(part.member(name));
        if (line && !line->empty() && !body.stored_text) append_line(body.text, *line);
    }
    return done();
}

Status Blocks::read_result_content(const json::Value& content, EventBody& body) {
    if (content.is_string()) return records_.longs().text(content, body);
    if (!content.is_array()) {
        if (!content || content.is_null()) return done();
        body.data = content.minified();
        content.take();
        return done();
    }
    for (json::Value part = content.first(); part; part = part.next())
        KATO_CHECK(read_part(part, body));
    if (!content.first()) content.take();
    return done();
}

Status Blocks::read_result(const json::Value& block, EventBody& body) {
    body.kind = Kind::assistant_tool_result;
    body.role = Role::tool;
    body.name = take_text(block, "name");
    if (body.name.empty()) body.name = take_text(block, "toolName");
    for (const std::string_view name : {"tool_use_id", "toolCallId"}) {
        if (body.call_id.empty()) body.call_id = take_text(block, name);
        if (block.member(name).is_null()) block.member(name).take();
    }
    if (body.call_id.empty()) body.call_id = calls_.answer(body.name);
    const json::Value error = block.member("is_error");
    if (const std::optional<bool> failed = error.boolean()) {
        body.outcome = *failed ? Outcome::failure : Outcome::success;
        error.take();
    }
    json::Value content = block.member("content");
    if (!content) content = block.member("result");
    return read_result_content(content, body);
}

Result<bool> Blocks::read_known(const json::Value& block, const std::string& type,
                                EventBody& body) {
    const json::Value type_member = block.member("type");
    if ((type == "text" || type == "voice_note") && block.member("text").is_string()) {
        if (type == "text") type_member.take();
        KATO_CHECK(records_.longs().text(block.member("text"), body));
        return true;
    }
    if (type == "thinking" && block.member("thinking").is_string()) {
        type_member.take();
        body.kind = Kind::assistant_thinking;
        body.role = Role::assistant;
        KATO_CHECK(records_.longs().text(block.member("thinking"), body));
        return true;
    }
    if (type == "redacted_thinking") {
        body.kind = Kind::assistant_thinking;
        body.role = Role::assistant;
        return true;
    }
    if (type == "token_budget") {
        body.kind = Kind::provider_info;
        body.role = Role::none;
        body.name = type;
        body.data = block.minified();
        block.take();
        return true;
    }
    if (type == "image") {
        KATO_TRY(const bool found, read_picture(block, body));
        if (found) type_member.take();
        return found;
    }
    if (is_call(type) && (block.member("name") || block.member("toolName"))) {
        if (type == "tool_use") type_member.take();
        KATO_CHECK(read_call(block, body));
        return true;
    }
    if (!is_result(type)) return false;
    if (type == "tool_result") type_member.take();
    KATO_CHECK(read_result(block, body));
    return true;
}

Status Blocks::read(const json::Value& block, const EventBody& base,
                    std::vector<ParsedEvent>& events) {
    const std::string type = text_of(block, "type");
    ParsedEvent event;
    event.body = base;
    KATO_TRY(const bool known, read_known(block, type, event.body));
    if (known) {
        if (!events.empty()) {
            event.body.extra = block.remainder();
            block.take();
        }
    } else {
        event.body.kind = Kind::provider_raw;
        event.body.role = Role::none;
        event.body.model.clear();
        event.body.name = type;
        event.body.data = block.minified();
        records_.opaque(block, type.empty() ? "a block without a type"
                                            : fmt::format("a block of the type \"{}\"",
                                                          record::for_people(type)));
        block.take();
    }
    events.push_back(std::move(event));
    return done();
}

} // namespace kato::claude_ai
