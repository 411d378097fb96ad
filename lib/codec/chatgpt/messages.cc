#include "codec/chatgpt/messages.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"

#include <algorithm>

#include <fmt/format.h>

namespace kato::chatgpt {

using record::short_text;
using record::text_of;

namespace {

bool is_number(const json::Value& value, double number) {
    if (!value.present() || value.type() != json::Type::number) return false;
    const std::string token(value.raw());
    return std::strtod(token.c_str(), nullptr) == number;
}

// Contents whose text is a member of that name.
std::string_view text_member(std::string_view type) {
    if (type == "code" || type == "execution_output" || type == "tether_quote" ||
        type == "sonic_webpage" || type == "system_error" || type == "citable_code_output")
        return "text";
    if (type == "reasoning_recap") return "content";
    if (type == "tether_browsing_display" || type == "tether_browsing_code") return "result";
    if (type == "model_editable_context") return "model_set_context";
    return {};
}

std::uint32_t flags_of(const json::Value& message, std::string_view content_type) {
    const json::Value metadata = message.member("metadata");
    const auto is_set = [&](std::string_view name) {
        return metadata.member(name).boolean().value_or(false);
    };
    std::uint32_t flags = 0;
    if (is_set("is_visually_hidden_from_conversation") || is_number(message.member("weight"), 0))
        flags |= k_hidden;
    const bool context =
        content_type == "user_editable_context" || content_type == "model_editable_context";
    if (context) flags |= k_hidden | k_injected;
    if (is_set("is_user_system_message")) flags |= k_injected;
    return flags;
}

void set_kind(const json::Value& message, std::string_view content_type, EventBody& body) {
    const std::string role = text_of(message.member("author"), "role");
    const std::string recipient = text_of(message, "recipient");
    const std::string channel = text_of(message, "channel");
    const bool context =
        content_type == "user_editable_context" || content_type == "model_editable_context";
    if (role == "user" && !context) {
        body.kind = Kind::user_message;
        body.role = Role::user;
    } else if (role == "tool" || role == "function") {
        body.kind = Kind::assistant_tool_result;
        body.role = Role::tool;
        body.name = text_of(message.member("author"), "name");
    } else if (role == "assistant") {
        const bool thinks = content_type == "thoughts" || channel == "analysis";
        body.kind = !recipient.empty() && recipient != "all" ? Kind::assistant_tool_call
                    : content_type == "reasoning_recap"      ? Kind::provider_info
                    : thinks                                 ? Kind::assistant_thinking
                                                             : Kind::assistant_message;
        body.role = Role::assistant;
        if (body.kind == Kind::assistant_tool_call) body.name = recipient;
    } else if (role == "system" || context) {
        body.kind = Kind::system_message;
        body.role = Role::system;
    }
}

// Only what the tool's own report says.
Outcome outcome_of(const json::Value& message, std::string_view content_type) {
    if (content_type == "system_error") return Outcome::failure;
    const std::string status =
        text_of(message.member("metadata").member("aggregate_result"), "status");
    if (status == "success") return Outcome::success;
    return status == "failed" || status == "failed_with_in_kernel_exception" ? Outcome::failure
                                                                             : Outcome::unknown;
}

ParsedEvent& add(const EventBody& base, std::vector<ParsedEvent>& out) {
    out.emplace_back().body = base;
    return out.back();
}

} // namespace

Result<bool> Messages::text(const json::Value& value, const EventBody& base,
                            std::vector<ParsedEvent>& out) {
    if (!value.is_string()) return false;
    KATO_CHECK(longs_.text(value, add(base, out).body));
    return true;
}

// A picture, a recording: an attachment of the event.
bool Messages::pointer(const json::Value& part, EventBody& body) const {
    if (part.member("audio_asset_pointer").is_object())
        return pointer(part.member("audio_asset_pointer"), body);
    const json::Value asset = part.member("asset_pointer");
    const auto uri = short_text(asset);
    if (!uri) return false;
    Attachment file = assets_.resolve(*uri, {});
    const json::Value size = part.member("size_bytes");
    if (const auto bytes = size.integer(); bytes && *bytes >= 0) {
        if (!file.blob) file.size_bytes = static_cast<std::uint64_t>(*bytes);
        if (file.size_bytes == static_cast<std::uint64_t>(*bytes)) size.take();
    }
    asset.take();
    body.attachments.push_back(std::move(file));
    return true;
}

Result<bool> Messages::part(const json::Value& part, const EventBody& base,
                            std::vector<ParsedEvent>& out) {
    if (part.is_string()) return text(part, base, out);
    if (text_of(part, "content_type") == "audio_transcription") {
        KATO_TRY(const bool there, text(part.member("text"), base, out));
        return there;
    }
    if (out.empty()) add(base, out);
    return pointer(part, out.back().body);
}

// Pieces of text are events of their own; files belong to the piece before them, or the first.
Result<bool> Messages::parts(const json::Value& content, const EventBody& base,
                             std::vector<ParsedEvent>& out) {
    const json::Value list = content.member("parts");
    if (!list.is_array()) return text(list, base, out);
    bool understood = true;
    for (json::Value item = list.first(); item; item = item.next()) {
        KATO_TRY(const bool known, part(item, base, out));
        understood = understood && known;
    }
    if (out.empty()) add(base, out); // an empty message is legal
    const auto says_nothing = [](const ParsedEvent& event) {
        return event.body.text.empty() && !event.body.stored_text && event.body.attachments.empty();
    };
    const auto last = std::remove_if(out.begin() + 1, out.end(), says_nothing);
    out.erase(last, out.end());
    return understood;
}

Result<bool> Messages::thoughts(const json::Value& content, const EventBody& base,
                                std::vector<ParsedEvent>& out) {
    const json::Value list = content.member("thoughts");
    if (!list.is_array()) return parts(content, base, out);
    for (json::Value item = list.first(); item; item = item.next()) {
        const json::Value body = item.member("content");
        const json::Value summary = item.member("summary");
        if (!body.is_string() && !summary.is_string()) return false;
        KATO_CHECK(longs_.text(body.is_string() ? body : summary, add(base, out).body));
        EventBody& event = out.back().body;
        const std::string title = short_text(summary).value_or("");
        if (event.stored_text || title.empty() || !body.is_string()) continue;
        if (event.text.empty()) {
            event.text = title;
        } else {
            event.text = title + "\n\n" + event.text;
        }
        summary.take();
    }
    if (out.empty()) add(base, out);
    return true;
}

Result<bool> Messages::content(const json::Value& content, const EventBody& base,
                               std::vector<ParsedEvent>& out) {
    if (content.is_string()) return text(content, base, out);
    const std::string type = text_of(content, "content_type");
    if (type == "text" || type == "multimodal_text") {
        if (!content.member("parts")) return text(content.member("text"), base, out);
        return parts(content, base, out);
    }
    if (type == "thoughts") return thoughts(content, base, out);
    if (type == "user_editable_context") {
        bool any = false;
        for (const std::string_view name : {"user_profile", "user_instructions"}) {
            const json::Value member = content.member(name);
            if (!member.is_string()) continue;
            KATO_TRY(const bool known, text(member, base, out));
            any = any || known;
        }
        if (!any) add(base, out); // the text stands in the metadata
        return true;
    }
    if (type == "computer_output") {
        add(base, out);
        return pointer(content.member("screenshot"), out.back().body);
    }
    const std::string_view member = text_member(type);
    if (member.empty()) return false;
    if (!content.member(member) && content.member("parts").is_array())
        return parts(content, base, out);
    return text(content.member(member), base, out);
}

// Uploads; a picture that is part of the message as well only gets its name.
void Messages::attachments(const json::Value& metadata, EventBody& body) const {
    const json::Value list = metadata.member("attachments");
    for (json::Value item = list.first(); item; item = item.next()) {
        const std::string id = text_of(item, "id");
        const std::string name = text_of(item, "name");
        if (id.empty() && name.empty()) continue;
        const auto same = std::find_if(
            body.attachments.begin(), body.attachments.end(), [&](const Attachment& a) {
                return !id.empty() && a.uri.size() >= id.size() && a.uri.ends_with(id);
            });
        Attachment file = same != body.attachments.end() ? *same : assets_.resolve(id, name);
        file.name = name.empty() ? file.name : name;
        if (file.media_type.empty()) {
            file.media_type = text_of(item, "mime_type");
            if (file.media_type.empty()) file.media_type = text_of(item, "mimeType");
        }
        const auto size = item.member("size").integer();
        if (!file.blob && size && *size >= 0) file.size_bytes = static_cast<std::uint64_t>(*size);
        if (same != body.attachments.end())
            *same = std::move(file);
        else
            body.attachments.push_back(std::move(file));
    }
}

// Arguments are JSON or program text: `data`, which is what calls have.
Status Messages::as_call(ParsedEvent& event) {
    EventBody& body = event.body;
    if (body.stored_text || body.text.empty()) return done();
    inner_text_ = std::move(body.text);
    body.text.clear();
    const bool structured =
        inner_.parse(inner_text_).ok() && (inner_.root().is_object() || inner_.root().is_array());
    if (structured)
        body.data = inner_.root().minified();
    else
        json::append_string(body.data, inner_text_);
    return done();
}

Result<std::string> Messages::read(const Node& node, const std::string& default_model,
                                   std::vector<ParsedEvent>& out) {
    const json::Value message = node.message;
    const json::Value content = message.member("content");
    const json::Value metadata = message.member("metadata");
    const std::string type = content.is_string() ? "text" : text_of(content, "content_type");
    EventBody base;
    base.time = record::read_time(message.member("create_time"));
    base.flags = flags_of(message, type);
    set_kind(message, type, base);
    if (base.role == Role::assistant) {
        const std::string model = text_of(metadata, "model_slug");
        base.model = model.empty() ? default_model : model;
    }
    if (base.kind == Kind::assistant_tool_result) base.outcome = outcome_of(message, type);
    std::string problem;
    if (base.role == Role::none) {
        problem = "a message of nobody that is known";
    } else {
        KATO_TRY(const bool understood, this->content(content, base, out));
        if (!understood)
            problem = type.empty() ? "a message without content"
                      : type == "text" || type == "multimodal_text"
                          ? "a message with parts of an unknown type"
                          : fmt::format("a message of the unknown content type \"{}\"",
                                        record::for_people(type));
    }
    if (!problem.empty() && std::all_of(out.begin(), out.end(), [](const ParsedEvent& event) {
            return event.body.text.empty() && !event.body.stored_text &&
                   event.body.attachments.empty();
        })) {
        out.assign(1, ParsedEvent());
        EventBody& raw = out.front().body;
        raw.kind = Kind::provider_raw;
        raw.time = base.time;
        raw.flags = base.flags;
        raw.name = type;
        return problem; // all of it stays in `extra`
    }
    attachments(metadata, out.front().body);
    if (base.kind == Kind::assistant_tool_call)
        for (ParsedEvent& event : out) KATO_CHECK(as_call(event));
    const json::Value author = message.member("author");
    author.member("role").take();
    if (!base.name.empty())
        (base.kind == Kind::assistant_tool_call ? message.member("recipient")
                                                : author.member("name"))
            .take();
    if (text_of(message, "recipient") == "all") message.member("recipient").take();
    if (base.time) message.member("create_time").take();
    if (!base.model.empty() && text_of(metadata, "model_slug") == base.model)
        metadata.member("model_slug").take();
    if (text_of(message, "id") == node.id) message.member("id").take();
    return problem;
}

} // namespace kato::chatgpt
