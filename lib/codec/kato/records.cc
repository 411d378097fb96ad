#include "codec/kato/records.h"

#include "codec/kato/names.h"

namespace kato {
namespace {

void put_user(LineBuffer& line, const ChatView& chat) {
    if (chat.user_title.empty() && !chat.user_head && chat.tags.empty()) return;
    line.key("user");
    line.begin_object();
    line.string_if("title", chat.user_title);
    line.id_if("head", chat.user_head);
    if (!chat.tags.empty()) {
        line.key("tags");
        char before = '[';
        for (const std::string& tag : chat.tags) {
            line.raw({&before, 1});
            line.text(tag);
            before = ',';
        }
        line.raw("]");
    }
    line.end_object();
}

void put_flags(LineBuffer& line, std::uint32_t flags) {
    char before = '[';
    for (const auto& [name, flag] : k_kato_flags) {
        if ((flags & flag) == 0) continue;
        if (before == '[') line.key("flags");
        line.raw({&before, 1});
        line.text(name);
        before = ',';
    }
    if (before == ',') line.raw("]");
}

void put_attachments(LineBuffer& line, const std::vector<Attachment>& attachments) {
    if (attachments.empty()) return;
    line.key("attachments");
    char before = '[';
    for (const Attachment& attachment : attachments) {
        line.raw({&before, 1});
        line.begin_object();
        line.string_if("media_type", attachment.media_type);
        line.string_if("name", attachment.name);
        line.string_if("uri", attachment.uri);
        line.number_if("size", attachment.size_bytes);
        if (attachment.blob) line.hex("sha256", *attachment.blob);
        line.end_object();
        before = ',';
    }
    line.raw("]");
}

void put_origins(LineBuffer& line, const std::vector<Origin>& origins) {
    if (origins.empty()) return;
    line.key("from");
    char before = '[';
    for (const Origin& origin : origins) {
        line.raw({&before, 1});
        line.begin_object();
        line.string("source", origin.source_id);
        line.number("offset", origin.place.offset);
        line.number("length", origin.place.length);
        line.number_if("line", origin.place.line);
        line.end_object();
        before = ',';
    }
    line.raw("]");
}

} // namespace

void put_chat(LineBuffer& line, const ChatView& chat, std::span<const SourceReference> sources) {
    line.id("id", chat.id);
    line.string_if("provider", chat.provider);
    line.string_if("provider_id", chat.provider_id);
    line.string_if("title", chat.title);
    line.string_if("project", chat.project);
    line.string_if("model", chat.model);
    if (chat.created_here) line.raw(",\"made_here\":true");
    line.time_if("created_at", chat.created);
    line.time_if("updated_at", chat.updated);
    line.id_if("parent_chat", chat.parent_chat);
    line.id_if("parent_event", chat.parent_event);
    line.id_if("forked_from", chat.forked_from);
    line.id_if("head", chat.head);
    line.id_if("head_record", chat.head_record);
    put_user(line, chat);
    if (!sources.empty()) {
        line.key("sources");
        char before = '[';
        for (const SourceReference& source : sources) {
            line.raw({&before, 1});
            line.begin_object();
            line.string("id", source.id);
            line.string_if("format", source.format);
            line.string_if("name", source.name);
            line.number("size", source.size_bytes);
            line.hex("sha256", source.sha256);
            line.end_object();
            before = ',';
        }
        line.raw("]");
    }
    line.json_if("x", chat.extra);
}

void put_usage(LineBuffer& line, const Usage& usage) {
    line.string("response", usage.response);
    line.string_if("model", usage.model);
    line.number_if("input", usage.input);
    line.number_if("output", usage.output);
    line.number_if("cache_read", usage.cache_read);
    line.number_if("cache_write", usage.cache_write);
    line.number_if("reasoning", usage.reasoning);
    if (usage.approximate) line.raw(",\"approximate\":true");
}

void put_event(LineBuffer& line, const EventView& event) {
    const EventBody& body = event.body;
    const std::string id_text = to_string(event.id);
    line.id("id", event.id);
    line.id_if("parent", event.parent);
    line.string("kind", kind_name(body.kind));
    line.string_if("role", role_name(body.role));
    line.time_if("time", body.time);
    line.string_if("model", body.model);
    // What the reader would assume is left out, so that an event made here looks the same after an
    // import, which gives it a record.
    const bool made_here = event.record.empty() || event.record == id_text;
    if (!made_here) line.string("record", event.record);
    line.number_if("block", std::uint64_t{event.block});
    if (event.revision && !(made_here && *event.revision == default_revision(id_text)))
        line.hex("rev", *event.revision);
    if ((body.flags & k_not_shown) != 0) line.raw(",\"shown\":false");
    line.string_if("text", body.text);
    line.json_if("data", body.data);
    line.string_if("name", body.name);
    line.string_if("call_id", body.call_id);
    line.id_if("refers", event.refers);
    if (body.outcome == Outcome::success) line.string("outcome", k_kato_success);
    if (body.outcome == Outcome::failure) line.string("outcome", k_kato_failure);
    put_flags(line, body.flags);
    line.string_if("response", body.response);
    put_attachments(line, body.attachments);
    put_origins(line, event.origins);
    line.id_if("copy_of", event.copy_of);
    line.json_if("x", body.extra);
}

Status put_blob(LineBuffer& line, const BlobView& blob) {
    line.hex("sha256", blob.sha256);
    line.number("size", blob.size_bytes);
    line.key("data");
    line.raw("\"");
    std::uint64_t size = 0;
    KATO_CHECK(blob.read([&](std::string_view piece) -> Status {
        size += piece.size();
        line.base64(piece);
        return line.status();
    }));
    if (size != blob.size_bytes) {
        Error error{Code::corrupt, "a blob has another size than its record says"};
        error.hint = "kato doctor looks for such damage";
        return error;
    }
    line.end_base64();
    line.raw("\"");
    return done();
}

} // namespace kato
