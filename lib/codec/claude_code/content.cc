#include "codec/claude_code/content.h"

#include "codec/claude_code/questions.h"
#include "codec/record/fields.h"
#include "codec/record/titles.h"

#include <fmt/format.h>

namespace kato::claude_code {

using record::short_text;

namespace {

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_call(std::string_view type) { return type == "tool_use" || ends_with(type, "_tool_use"); }
bool is_result(std::string_view type) {
    return type == "tool_result" || ends_with(type, "_tool_result");
}

void append_line(std::string& out, std::string_view text) {
    if (!out.empty()) out += '\n';
    out += text;
}

// Titles and addresses of a web search's hits, for reading; everything stays in `data`.
void append_hits(const json::Value& content, std::string& out) {
    for (json::Value hit = content.first(); hit; hit = hit.next()) {
        for (const std::string_view name : {"title", "url"}) {
            const std::optional<std::string> text = short_text(hit.member(name));
            if (text && !text->empty()) append_line(out, *text);
        }
    }
}

} // namespace

void Content::read_call(const json::Value& block, EventBody& body) const {
    body.kind = Kind::assistant_tool_call;
    body.role = Role::assistant;
    if (const auto name = short_text(block.member("name"))) {
        body.name = *name;
        block.member("name").take();
    }
    if (const auto id = short_text(block.member("id"))) {
        body.call_id = *id;
        block.member("id").take();
    }
    const json::Value input = block.member("input");
    if (body.name == k_question_tool) {
        body.kind = Kind::assistant_decision_prompt;
        body.text = question_text(input);
    }
    body.data = input.minified();
    input.take();
}

// An image or a document: its source says where the bytes are. True when it was understood.
Result<bool> Content::read_file(const json::Value& block, EventBody& body) {
    const json::Value source = block.member("source");
    const std::string type = short_text(source.member("type")).value_or(std::string());
    Attachment file;
    if (type == "base64") {
        KATO_TRY(std::optional<Attachment> blob, longs_.base64(source.member("data")));
        if (!blob) return false;
        file = std::move(*blob);
    } else if (type == "url" || type == "path" || type == "file") {
        const json::Value place =
            source.member(type == "file" ? "file_id" : std::string_view(type));
        const std::optional<std::string> uri = short_text(place);
        if (!uri) return false;
        file.uri = *uri;
        place.take();
        if (type == "url") source.member("type").take(); // else it says what kind of name that is
    } else if (type == "text" && source.member("data").is_string()) {
        KATO_CHECK(longs_.text(source.member("data"), body));
        return true;
    } else {
        return false;
    }
    if (type == "base64") source.member("type").take();
    if (const auto media_type = short_text(source.member("media_type"))) {
        file.media_type = *media_type;
        source.member("media_type").take();
    }
    if (const auto title = short_text(block.member("title"))) {
        file.name = *title;
        block.member("title").take();
    }
    body.attachments.push_back(std::move(file));
    return true;
}

// One part of a result's content. What does not fit stays where it is, among the leftovers.
Status Content::read_result_part(const json::Value& part, EventBody& body) {
    const std::string type = short_text(part.member("type")).value_or(std::string());
    if (type == "image" || type == "document") {
        // A document that is a text of its own would overwrite the result's: it stays whole.
        if (short_text(part.member("source").member("type")) == "text") return done();
        KATO_TRY(const bool understood, read_file(part, body));
        if (understood) part.member("type").take();
        return done();
    }
    const json::Value text = part.is_string() ? part : part.member("text");
    if (!text.is_string() || body.stored_text) return done();
    if (text.spill() != nullptr) {
        if (!body.text.empty()) return done();
        KATO_CHECK(longs_.text(text, body));
    } else {
        append_line(body.text, text.text());
        text.take();
    }
    if (type == "text") part.member("type").take();
    return done();
}

Status Content::read_result_content(const json::Value& content, EventBody& body) {
    if (content.is_string()) return longs_.text(content, body);
    const json::Value first = content.first();
    const std::string part_type = short_text(first.member("type")).value_or(std::string());
    const bool parts = content.is_array() && (!first || first.is_string() || part_type == "text" ||
                                              part_type == "image" || part_type == "document" ||
                                              part_type == "tool_reference");
    if (parts) {
        if (!first) content.take();
        for (json::Value part = first; part; part = part.next())
            KATO_CHECK(read_result_part(part, body));
        return done();
    }
    if (!content || content.is_null()) return done();
    if (content.is_array()) append_hits(content, body.text);
    if (ends_with(short_text(content.member("type")).value_or(std::string()), "_error"))
        body.outcome = Outcome::failure;
    body.data = content.minified();
    content.take();
    return done();
}

Status Content::read_result(const json::Value& block, const json::Value& record, const Uuid& chat,
                            EventBody& body) {
    body.kind = Kind::assistant_tool_result;
    body.role = Role::tool;
    if (const auto id = short_text(block.member("tool_use_id"))) {
        body.call_id = *id;
        block.member("tool_use_id").take();
    }
    const json::Value error = block.member("is_error");
    if (const std::optional<bool> failed = error.boolean()) {
        body.outcome = *failed ? Outcome::failure : Outcome::success;
        error.take();
    }
    const Call* call = calls_.find(chat, body.call_id);
    const json::Value answers = record.member("toolUseResult").member("answers");
    const bool answered =
        answers.is_object() && record.member("toolUseResult").member("questions").is_array();
    if (answered || (call != nullptr && call->question)) {
        body.kind = Kind::user_decision_response;
        body.role = Role::user;
        // The answers are what was said; the block only says that there was an answer, and stays.
        body.text = answer_text(answers);
        if (!body.text.empty()) return done();
    }
    if (block.member("content")) return read_result_content(block.member("content"), body);
    return read_result_content(block.member("output"), body); // a line of its own says it so
}

Result<bool> Content::read_block(const json::Value& block, const Envelope& envelope,
                                 const Uuid& chat, EventBody& body) {
    if (block.is_string()) {
        KATO_CHECK(longs_.text(block, body));
        return true;
    }
    const json::Value type_member = block.member("type");
    const std::string type = short_text(type_member).value_or(std::string());
    const bool assistant = envelope.type == "assistant";
    if (type == "text" && block.member("text").is_string()) {
        type_member.take();
        KATO_CHECK(longs_.text(block.member("text"), body));
        return true;
    }
    if (type == "thinking" && block.member("thinking").is_string()) {
        type_member.take();
        body.kind = Kind::assistant_thinking;
        body.role = Role::assistant;
        KATO_CHECK(longs_.text(block.member("thinking"), body));
        return true;
    }
    if (type == "redacted_thinking") {
        body.kind = Kind::assistant_thinking;
        body.role = Role::assistant;
        return true;
    }
    if (type == "image" || type == "document") {
        KATO_TRY(const bool understood, read_file(block, body));
        if (understood && type == "image") type_member.take();
        return understood;
    }
    if (type == "fallback" && assistant) { // another model answered
        body.kind = Kind::provider_info;
        body.role = Role::none;
        body.name = type;
        body.data = block.minified();
        block.take();
        return true;
    }
    if (is_call(type) && assistant) {
        if (type == "tool_use") type_member.take();
        read_call(block, body);
        return true;
    }
    if (is_result(type)) {
        if (type == "tool_result") type_member.take();
        KATO_CHECK(read_result(block, envelope.root, chat, body));
        return true;
    }
    return false;
}

Result<bool> Content::read(const json::Value& content, const Envelope& envelope, const Uuid& chat,
                           const EventBody& text_body, std::vector<ParsedEvent>& events) {
    if (content.is_string()) {
        ParsedEvent event;
        event.body = text_body;
        KATO_CHECK(longs_.text(content, event.body));
        events.push_back(std::move(event));
        return true;
    }
    if (!content || (!content.is_array() && !content.is_null())) return false;
    bool understood = !content.first();
    std::vector<json::Value> unknown;
    if (!content.first()) {
        events.emplace_back();
        events.back().body = text_body;
        content.take();
    }
    for (json::Value block = content.first(); block; block = block.next()) {
        ParsedEvent event;
        event.body = text_body;
        KATO_TRY(const bool known, read_block(block, envelope, chat, event.body));
        if (known) {
            understood = true;
            // The first block's leftovers go with the record's.
            if (!events.empty()) {
                event.body.extra = block.remainder();
                block.take();
            }
        } else {
            event.body = EventBody();
            event.body.time = text_body.time;
            event.body.response = text_body.response;
            event.body.flags = text_body.flags & k_sidechain;
            event.body.name = short_text(block.member("type")).value_or(std::string());
            event.body.data = block.minified();
            unknown.push_back(block);
            block.take();
        }
        events.push_back(std::move(event));
    }
    if (!understood) return false; // nor is the record
    for (const json::Value& block : unknown) {
        const std::string type = short_text(block.member("type")).value_or(std::string());
        records_.opaque(block, type.empty() ? "a block without a type"
                                            : fmt::format("a block of the type \"{}\"",
                                                          record::for_people(type)));
    }
    return true;
}

} // namespace kato::claude_code
