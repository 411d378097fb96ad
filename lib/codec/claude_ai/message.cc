#include "codec/claude_ai/message.h"

#include "codec/record/fields.h"
#include "codec/record/find.h"
#include "codec/record/titles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kato::claude_ai {

using record::short_text;
using record::text_of;

namespace {

// What stands in a flat text in place of a block that it cannot show.
constexpr std::array<std::string_view, 3> k_placeholders = {
    "Viewing artifacts created via the Analysis Tool web feature preview isn\xE2\x80\x99t yet "
    "supported on mobile.",
    "Viewing artifacts created via the Analysis Tool web feature preview isn't yet supported on "
    "mobile.",
    "```\nThis block is not supported on your current device yet.\n```",
};

constexpr std::size_t k_max_pieces = 256; // between placeholders

std::string without_space(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
    return out;
}

bool is_message(const EventBody& body) {
    return body.kind == Kind::user_message || body.kind == Kind::assistant_message;
}

bool says_anything(const json::Value& message) {
    for (const std::string_view name : {"text", "content"})
        if (message.member(name)) return true;
    for (const std::string_view name : {"attachments", "files"})
        if (message.member(name).first()) return true;
    return false;
}

bool is_absent(const json::Value& value) { return !value || value.is_null(); }

} // namespace

bool says_no_more(std::string_view flat, std::string_view blocks) {
    const std::string all = without_space(blocks);
    std::size_t at = 0;
    std::size_t pieces = 0;
    // The pieces between placeholders, each behind the one before.
    while (!flat.empty()) {
        if (++pieces > k_max_pieces) return false;
        std::size_t begin = flat.size();
        std::size_t length = 0;
        for (const std::string_view placeholder : k_placeholders) {
            const std::size_t found = flat.find(placeholder);
            if (found >= begin) continue;
            begin = found;
            length = placeholder.size();
        }
        const std::string piece = without_space(flat.substr(0, begin));
        const std::size_t found = record::find_text(all, piece, at);
        if (found == std::string::npos) return false;
        at = found + piece.size();
        flat.remove_prefix(begin + length);
    }
    return true;
}

Status Message::read_content(const json::Value& message, const EventBody& base,
                             std::vector<ParsedEvent>& events) {
    json::Value content = message.member("content");
    if (content.is_object()) { // captured from another of the provider's programs
        const json::Value blocks = content.member("contentBlocks");
        if (text_of(content, "role") == text_of(message, "role")) content.member("role").take();
        if (blocks.is_array() && blocks.first()) {
            const std::optional<std::string> flat = short_text(content.member("content"));
            for (json::Value block = blocks.first(); block; block = block.next())
                KATO_CHECK(blocks_.read(block, base, events));
            std::string said;
            for (const ParsedEvent& event : events)
                if (is_message(event.body)) said += event.body.text;
            if (flat && says_no_more(*flat, said)) content.member("content").take();
            return done();
        }
        content = content.member("content");
    }
    if (content.is_array()) {
        for (json::Value block = content.first(); block; block = block.next())
            KATO_CHECK(blocks_.read(block, base, events));
        if (!content.first()) content.take();
    } else if (content.is_string()) {
        events.emplace_back();
        events.back().body = base;
        KATO_CHECK(records_.longs().text(content, events.back().body));
    } else if (content.is_null()) {
        content.take();
    }
    return done();
}

// The flat text.
Status Message::read_text(const json::Value& message, const EventBody& base,
                          std::vector<ParsedEvent>& events) {
    const json::Value text = message.member("text");
    if (is_absent(text)) {
        text.take();
        return done();
    }
    if (!text.is_string()) return done();
    std::string said;
    bool stored = false;
    for (const ParsedEvent& event : events) {
        if (!is_message(event.body)) continue;
        said += event.body.text;
        stored = stored || event.body.stored_text.has_value();
    }
    if (text.spill() == nullptr && says_no_more(text.text(), said)) {
        text.take();
        return done();
    }
    if (stored || !record::is_blank(said)) return done(); // stays
    ParsedEvent event;
    event.body = base;
    KATO_CHECK(records_.longs().text(text, event.body));
    events.push_back(std::move(event));
    return done();
}

// What was pasted, or what was taken out of a file, is text of the message: it can be read and searched.
Status Message::read_attachment(const json::Value& file, const EventBody& base,
                                std::vector<ParsedEvent>& events) {
    if (!file.is_object()) return done();
    ParsedEvent event;
    event.body = base;
    Attachment attachment;
    const auto take = [&](std::string_view name, std::string& out) {
        const json::Value member = file.member(name);
        if (const std::optional<std::string> text = short_text(member)) {
            out = *text;
            member.take();
        }
    };
    take("file_name", attachment.name);
    take("file_type", attachment.media_type);
    const json::Value size = file.member("file_size");
    if (const std::optional<std::int64_t> bytes = size.integer(); bytes && *bytes >= 0) {
        attachment.size_bytes = static_cast<std::uint64_t>(*bytes);
        size.take();
    }
    const json::Value text = file.member("extracted_content");
    if (text.is_string()) KATO_CHECK(records_.longs().text(text, event.body));
    event.body.attachments.push_back(std::move(attachment));
    if (!events.empty()) {
        event.body.extra = file.remainder();
        file.take();
    }
    events.push_back(std::move(event));
    return done();
}

// Files and pictures, of which there are only names; they belong to what was said with them.
void Message::read_files(const json::Value& message, const EventBody& base,
                         std::vector<ParsedEvent>& events) {
    const json::Value files = message.member("files");
    const json::Value again = message.member("files_v2");
    if (again && again.minified() == files.minified()) again.take();
    if (!files.is_array()) return;
    std::vector<Attachment> found;
    for (json::Value file = files.first(); file; file = file.next()) {
        Attachment attachment;
        const json::Value name = file.member("file_name");
        attachment.name = short_text(name).value_or(std::string());
        if (name.is_string() && name.spill() == nullptr) name.take();
        for (const std::string_view place : {"preview_url", "thumbnail_url"}) {
            const json::Value uri = file.member(place);
            if (!attachment.uri.empty() || !short_text(uri) || short_text(uri)->empty()) continue;
            attachment.uri = *short_text(uri);
            uri.take();
        }
        if (attachment.uri.empty()) attachment.uri = text_of(file, "file_uuid");
        found.push_back(std::move(attachment));
    }
    if (!files.first()) files.take();
    if (found.empty()) return;
    auto first = std::find_if(events.begin(), events.end(),
                              [](const ParsedEvent& event) { return is_message(event.body); });
    if (first == events.end()) {
        events.emplace_back();
        events.back().body = base;
        first = events.end() - 1;
    }
    first->body.attachments.insert(first->body.attachments.end(), found.begin(), found.end());
}

Result<std::vector<ParsedEvent>> Message::read(const json::Value& message, const Time& time) {
    std::vector<ParsedEvent> events;
    const std::string_view sender_name = message.member("sender") ? "sender" : "role";
    const std::string sender = text_of(message, sender_name);
    EventBody base;
    base.time = time;
    const bool human = sender == "human" || sender == "user";
    std::string problem;
    if (sender.empty())
        problem = "a message without a sender";
    else if (!human && sender != "assistant")
        problem = fmt::format("a message of \"{}\"", record::for_people(sender));
    else if (!says_anything(message))
        problem = "a message without text and content";
    if (!problem.empty()) {
        events.emplace_back();
        EventBody& body = events.back().body;
        body.time = time;
        body.name = sender;
        body.data = message.minified();
        records_.opaque(message, std::move(problem));
        KATO_CHECK(records_.longs().leftovers(message, body.attachments));
        message.take();
        return events;
    }
    base.kind = human ? Kind::user_message : Kind::assistant_message;
    base.role = human ? Role::user : Role::assistant;
    if (!human) {
        const json::Value model = message.member("model");
        base.model = short_text(model).value_or(std::string());
        if (!base.model.empty()) model.take();
    }
    message.member(sender_name).take();
    KATO_CHECK(read_content(message, base, events));
    KATO_CHECK(read_text(message, base, events));
    const json::Value attachments = message.member("attachments");
    for (json::Value file = attachments.first(); file; file = file.next())
        KATO_CHECK(read_attachment(file, base, events));
    if (attachments.is_array() && !attachments.first()) attachments.take();
    read_files(message, base, events);
    if (events.empty()) {
        events.emplace_back();
        events.back().body = base;
    }
    return events;
}

} // namespace kato::claude_ai
