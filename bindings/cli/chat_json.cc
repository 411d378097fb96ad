// Every field of a chat and of an event, as docs/cli.md lists them.
#include "chat_json.h"

#include "handles.h"
#include "json.h"
#include "text.h"

#include <utility>

namespace kato_cli {
namespace {

std::string tags_json(const kato_chat* chat) {
    std::string out = "[";
    for (std::size_t i = 0; i < kato_chat_tag_count(chat); ++i) {
        std::size_t len = 0;
        const char* tag = kato_chat_tag_at(chat, i, &len);
        if (i > 0) out += ',';
        out += json_string({tag, len});
    }
    return out + "]";
}

std::string flags_json(std::uint32_t flags) {
    constexpr std::pair<std::uint32_t, const char*> k_names[] = {
        {KATO_EVENT_HIDDEN, "hidden"},         {KATO_EVENT_SIDECHAIN, "sidechain"},
        {KATO_EVENT_SUPERSEDED, "superseded"}, {KATO_EVENT_INJECTED, "injected"},
        {KATO_EVENT_VANISHED, "vanished"},     {KATO_EVENT_LOSSY, "lossy"},
        {KATO_EVENT_NOT_SHOWN, "not_shown"},
    };
    std::string out;
    for (const auto& [bit, name] : k_names) {
        if ((flags & bit) == 0) continue;
        out += out.empty() ? "[" : ",";
        out += json_string(name);
    }
    return out.empty() ? "[]" : out + "]";
}

std::string attachments_json(const kato_event* event) {
    std::string out = "[";
    for (std::size_t i = 0; i < kato_event_attachment_count(event); ++i) {
        std::size_t len = 0;
        const char* json = kato_event_attachment(event, i, &len);
        if (i > 0) out += ',';
        out.append(json, len);
    }
    return out + "]";
}

const char* outcome_name(std::int32_t outcome) {
    if (outcome == KATO_OUTCOME_SUCCESS) return "success";
    return outcome == KATO_OUTCOME_FAILURE ? "failure" : "unknown";
}

} // namespace

std::string chat_json(const kato_chat* chat) {
    JsonObject object("chat");
    object.add("id", text<kato_chat_id>(chat));
    object.add("title", text<kato_chat_title>(chat));
    object.add("provider", text<kato_chat_provider>(chat));
    object.add_text_or_null("project", text<kato_chat_project>(chat));
    object.add_time("created_at", kato_chat_created_us(chat));
    object.add_time("updated_at", kato_chat_updated_us(chat));
    object.add_number("events", kato_chat_event_count(chat));
    object.add_text_or_null("provider_id", text<kato_chat_provider_id>(chat));
    object.add_text_or_null("model", text<kato_chat_model>(chat));
    object.add_text_or_null("parent", text<kato_chat_parent>(chat));
    object.add_text_or_null("parent_event", text<kato_chat_parent_event>(chat));
    object.add_text_or_null("head", text<kato_chat_head>(chat));
    object.add_raw("tags", tags_json(chat));
    object.add_bool("deleted", kato_chat_deleted(chat) != 0);
    return object.line();
}

std::string event_json(const kato_event* event, Place place) {
    JsonObject object("event");
    object.add("id", text<kato_event_id>(event));
    object.add("chat", text<kato_event_chat>(event));
    object.add_text_or_null("parent", text<kato_event_parent>(event));
    if (place == Place::walked) {
        object.add_number("sequence", kato_event_sequence(event));
        object.add_number("depth", kato_event_depth(event));
    }
    object.add("kind", text<kato_event_kind>(event));
    object.add_text_or_null("role", text<kato_event_role>(event));
    object.add_time("time", kato_event_time_us(event));
    object.add_text_or_null("model", text<kato_event_model>(event));
    object.add("text", text<kato_event_text>(event));
    object.add_text_or_null("name", text<kato_event_name>(event));
    object.add_text_or_null("call_id", text<kato_event_call_id>(event));
    object.add_text_or_null("refers", text<kato_event_refers>(event));
    object.add_text_or_null("copy_of", text<kato_event_copy_of>(event));
    object.add_text_or_null("response", text<kato_event_response>(event));
    object.add("outcome", outcome_name(kato_event_outcome(event)));
    object.add_raw("flags", flags_json(kato_event_flags(event)));
    object.add_raw("attachments", attachments_json(event));
    object.add_raw("data", text<kato_event_data>(event));
    object.add_raw("extra", text<kato_event_extra>(event));
    return object.line();
}

} // namespace kato_cli
