#include "codec/codex/messages.h"

#include "codec/codex/injected.h"
#include "codec/record/fields.h"

#include <array>

namespace kato::codex {

using record::short_text;
using record::text_of;

namespace {

struct Voice {
    Kind kind{};
    Role role{};
};

std::optional<Voice> voice_of(std::string_view role) {
    if (role == "user") return Voice{Kind::user_message, Role::user};
    if (role == "assistant") return Voice{Kind::assistant_message, Role::assistant};
    if (role == "developer" || role == "system") return Voice{Kind::system_message, Role::system};
    if (role == "tool") return Voice{Kind::assistant_tool_result, Role::tool};
    return std::nullopt;
}

// The text of a part, wherever that kind of part keeps it.
json::Value text_member(const json::Value& part) {
    if (part.is_string()) return part;
    const std::string type = text_of(part, "type");
    const bool known = type == "input_text" || type == "output_text" || type == "text" ||
                       type == "Text" || type == "summary_text" || type == "reasoning_text" ||
                       type.empty();
    const json::Value text = part.member("text");
    if (known && text.is_string()) return text;
    const json::Value refusal = part.member("refusal");
    return type == "refusal" && refusal.is_string() ? refusal : json::Value();
}

bool is_picture(const json::Value& part) {
    const std::string type = text_of(part, "type");
    return type == "input_image" || type == "image" || type == "image_url" ||
           type == "localImage" || type == "local_image";
}

std::vector<json::Value> list_of(const json::Value& list) {
    std::vector<json::Value> out;
    if (list.is_array()) {
        for (json::Value child = list.first(); child; child = child.next()) out.push_back(child);
    } else if (list.is_string() || list.is_object()) {
        out.push_back(list);
    }
    return out;
}

} // namespace

EventBody& Messages::add(Draft& draft, const Content& content, bool repeated,
                         std::string_view label) const {
    if (!repeated) return draft.add(content.kind, content.role);
    EventBody& body = draft.add_info(label);
    body.role = content.role;
    body.flags |= k_hidden;
    return body;
}

Status Messages::picture_part(Draft& draft, const Content& content, const json::Value& part,
                              bool repeated) {
    std::vector<Attachment> files;
    json::Value url = part.member("image_url");
    if (url.is_object()) url = url.member("url");
    if (!url.is_string()) url = part.member("path");
    KATO_TRY(const bool found, strings_.picture(url, files));
    if (!found) {
        draft.add_raw(text_of(part, "type"), part);
        return done();
    }
    EventBody& body = add(draft, content, repeated, "picture");
    body.attachments = std::move(files);
    part.member("type").take();
    draft.keep_rest(part);
    return done();
}

Status Messages::part(Draft& draft, const Content& content, const json::Value& part, bool repeated,
                      bool injected) {
    const json::Value text = text_member(part);
    if (!text) {
        if (is_picture(part)) return picture_part(draft, content, part, repeated);
        draft.add_raw(text_of(part, "type"), part);
        return done();
    }
    EventBody& body = add(draft, content, repeated, draft.envelope.subtype);
    if (injected) body.flags |= k_injected;
    KATO_CHECK(strings_.text(text, body));
    if (!part.is_string()) part.member("type").take();
    draft.keep_rest(part);
    return done();
}

Status Messages::note_text(Draft& draft, const json::Value& text, bool repeated, bool injected) {
    if (repeated || (!injected && !prompt_.empty())) return done();
    KATO_TRY(std::string beginning, strings_.beginning(text));
    if (injected) {
        if (beginning.find("<environment_context>") != std::string::npos)
            environment_ = std::move(beginning);
    } else {
        prompt_ = request_of(beginning);
        draft.part = Part::prompt;
    }
    return done();
}

// A user's message is compared as a whole, less what was put in.
Status Messages::user_parts(Draft& draft, const Content& content,
                            const std::vector<json::Value>& list) {
    struct Known {
        bool text = false;
        bool injected = false;
    };
    std::vector<Known> known;
    std::string joined;
    std::string lines;
    std::string put_in;
    bool typed = false;
    bool pictures = false;
    for (const json::Value& value : list) {
        Known entry;
        if (const json::Value text = text_member(value)) {
            KATO_TRY(const std::string beginning, strings_.beginning(text));
            entry.text = true;
            entry.injected = is_injected(beginning) || is_picture_tag(beginning);
            if (entry.injected) {
                if (!is_picture_tag(beginning)) put_in += beginning;
            } else {
                if (typed) lines += '\n';
                joined += beginning;
                lines += beginning;
                typed = true;
            }
        } else {
            pictures = pictures || is_picture(value);
        }
        known.push_back(entry);
    }
    const bool only_put_in = !typed && !put_in.empty();
    Mirrors::Found found;
    if (content.mirrored && !list.empty()) {
        const std::array<std::uint64_t, 2> texts = {identity_of(only_put_in ? put_in : joined),
                                                    identity_of(only_put_in ? put_in : lines)};
        found = mirrors_.find({content.speaker, content.channel, content.id, texts, pictures});
    }
    for (std::size_t i = 0; i != list.size(); ++i) {
        const bool repeated =
            found.repeated && (known[i].text ? !known[i].injected || only_put_in : found.pictures);
        KATO_CHECK(part(draft, content, list[i], repeated, known[i].injected));
        if (known[i].text)
            KATO_CHECK(note_text(draft, text_member(list[i]), repeated, known[i].injected));
        if (!known[i].text && !repeated && draft.events.back().body.kind == Kind::user_message)
            draft.part = Part::prompt;
    }
    return done();
}

Status Messages::parts(Draft& draft, const Content& content, const json::Value& list) {
    const std::vector<json::Value> values = list_of(list);
    if (values.empty()) {
        (void)add(draft, content, false, draft.envelope.subtype); // an empty message is one, too
        list.take();
        return done();
    }
    if (content.kind == Kind::user_message) return user_parts(draft, content, values);
    std::size_t index = 0;
    for (const json::Value& value : values) {
        bool repeated = false;
        const json::Value text = text_member(value);
        if (content.mirrored && text) {
            KATO_TRY(const std::string beginning, strings_.beginning(text));
            const std::array<std::uint64_t, 1> identity = {identity_of(beginning)};
            const std::string id = content.id.empty()
                                       ? std::string()
                                       : std::string(content.id) + '/' + std::to_string(index);
            repeated =
                mirrors_.find({content.speaker, content.channel, id, identity, false}).repeated;
        }
        KATO_CHECK(part(draft, content, value, repeated, false));
        ++index;
    }
    return done();
}

Status Messages::message(Draft& draft, const json::Value& item) {
    const std::optional<Voice> voice = voice_of(text_of(item, "role"));
    const json::Value content =
        item.member("content") ? item.member("content") : item.member("message");
    if (!voice || !(content.is_array() || content.is_string() || content.is_null() || !content)) {
        draft.add_raw("message", item);
        draft.not_understood = "a message whose role or content is not known";
        return done();
    }
    const std::string id = text_of(item, "id");
    Content said;
    said.speaker = voice->role == Role::user ? Speaker::user : Speaker::assistant;
    said.channel = Channel::item;
    said.kind = voice->kind;
    said.role = voice->role;
    said.mirrored = voice->role == Role::user || voice->role == Role::assistant;
    said.id = id;
    KATO_CHECK(parts(draft, said, content));
    item.member("role").take();
    item.member("type").take();
    return done();
}

Status Messages::thinking(Draft& draft, const json::Value& list, Channel channel,
                          std::string_view label) {
    const Content content{Speaker::thinking, channel, Kind::assistant_thinking,
                          Role::assistant,   true,    {}};
    for (const json::Value& value : list_of(list)) {
        const json::Value text = text_member(value);
        if (!text) {
            draft.add_raw(text_of(value, "type"), value);
            continue;
        }
        KATO_TRY(const std::string beginning, strings_.beginning(text));
        const std::array<std::uint64_t, 1> identity = {identity_of(beginning)};
        const bool repeated =
            mirrors_.find({content.speaker, content.channel, {}, identity, false}).repeated;
        EventBody& body = add(draft, content, repeated, label);
        KATO_CHECK(strings_.text(text, body));
        if (!value.is_string()) value.member("type").take();
        draft.keep_rest(value);
    }
    return done();
}

Status Messages::reasoning(Draft& draft, const json::Value& item) {
    KATO_CHECK(thinking(draft, item.member("summary"), Channel::item, "reasoning"));
    KATO_CHECK(thinking(draft, item.member("content"), Channel::item, "reasoning"));
    // Encrypted thinking: that it took place is all there is to show.
    if (draft.events.empty()) (void)draft.add(Kind::assistant_thinking, Role::assistant);
    for (const std::string_view name : {"summary", "content"}) {
        const json::Value list = item.member(name);
        if (list.is_null() || (list.is_array() && !list.first())) list.take();
    }
    item.member("type").take();
    return done();
}

// Between agents: its author is one, whoever reads it.
Status Messages::agent_message(Draft& draft, const json::Value& item) {
    Content said{Speaker::assistant, Channel::item, Kind::assistant_message,
                 Role::assistant,    false,         {}};
    KATO_CHECK(parts(draft, said, item.member("content")));
    draft.events.front().body.name = text_of(item, "author");
    item.member("author").take();
    return done();
}

Status Messages::user_event(Draft& draft, const json::Value& event) {
    const json::Value text = event.member("message");
    if (!text.is_string()) {
        draft.add_raw("user_message", event);
        draft.not_understood = "a user's message without text";
        return done();
    }
    std::vector<Attachment> files;
    const bool pictures = event.member("images").first() || event.member("local_images").first();
    KATO_TRY(const std::string beginning, strings_.beginning(text));
    const std::string kind = text_of(event, "kind");
    const bool injected =
        kind == "environment_context" || kind == "user_instructions" || is_injected(beginning);
    const std::array<std::uint64_t, 1> identity = {identity_of(beginning)};
    const Mirrors::Found found =
        mirrors_.find({Speaker::user, Channel::event, {}, identity, pictures});
    for (const std::string_view name : {"images", "local_images"}) {
        const json::Value list = event.member(name);
        for (json::Value file = list.first(); file; file = file.next()) {
            if (file.is_string()) KATO_CHECK(strings_.picture(file, files));
        }
        if (list.is_array() && !list.first()) list.take();
    }
    const json::Value elements = event.member("text_elements");
    if (elements.is_array() && !elements.first()) elements.take();
    const Content said{Speaker::user, Channel::event, Kind::user_message, Role::user, true, {}};
    EventBody& body = add(draft, said, found.repeated, "user_message");
    if (injected) body.flags |= k_injected;
    body.attachments = std::move(files);
    KATO_CHECK(note_text(draft, text, found.repeated, injected));
    KATO_CHECK(strings_.text(text, draft.events.back().body));
    return done();
}

Status Messages::event(Draft& draft, Speaker speaker, const json::Value& text) {
    if (!text.is_string()) {
        draft.add_raw(draft.envelope.subtype, draft.envelope.payload);
        draft.not_understood = "a message without text";
        return done();
    }
    KATO_TRY(const std::string beginning, strings_.beginning(text));
    const std::array<std::uint64_t, 1> identity = {identity_of(beginning)};
    const bool repeated = mirrors_.find({speaker, Channel::event, {}, identity, false}).repeated;
    const Kind kind =
        speaker == Speaker::thinking ? Kind::assistant_thinking : Kind::assistant_message;
    const Content said{speaker, Channel::event, kind, Role::assistant, true, {}};
    EventBody& body = add(draft, said, repeated, draft.envelope.subtype);
    return strings_.text(text, body);
}

Result<bool> Messages::completed(Draft& draft, const json::Value& item) {
    const std::string type = text_of(item, "type");
    const std::string id = text_of(item, "id");
    if (type == "Reasoning") {
        KATO_CHECK(thinking(draft, item.member("summary_text"), Channel::completed, type));
        KATO_CHECK(thinking(draft, item.member("raw_content"), Channel::completed, type));
        if (draft.events.empty()) (void)draft.add_info(type);
        return true;
    }
    if (type == "UserMessage" || type == "AgentMessage") {
        const bool user = type == "UserMessage";
        const Content said{user ? Speaker::user : Speaker::assistant,
                           Channel::completed,
                           user ? Kind::user_message : Kind::assistant_message,
                           user ? Role::user : Role::assistant,
                           true,
                           id};
        KATO_CHECK(parts(draft, said, item.member("content")));
        return true;
    }
    return false;
}

} // namespace kato::codex
