// Writes the canonical format.
#include "codec/kato/kato.h"
#include "codec/kato/line_buffer.h"
#include "codec/kato/names.h"

namespace kato {
namespace {

class KatoWriter final : public Writer {
public:
    KatoWriter(Output out, const WriterOptions& options)
        : line_(std::move(out)), blobs_(options.blobs) {}

    Status begin() override {
        line_.begin("{\"kato\":1");
        return line_.end();
    }

    Status chat(const ChatView& chat, std::span<const SourceReference> sources) override;
    Status usage(const Usage& usage) override;
    Status event(const EventView& event) override;
    Status blob(const BlobView& blob) override;
    Status end() override { return line_.flush(); }

private:
    void user(const ChatView& chat);
    void attachments(const std::vector<Attachment>& attachments);
    void origins(const std::vector<Origin>& origins);
    void flags(std::uint32_t flags);

    LineBuffer line_;
    bool blobs_;
};

void KatoWriter::user(const ChatView& chat) {
    if (chat.user_title.empty() && !chat.user_head && chat.tags.empty()) return;
    line_.key("user");
    line_.begin_object();
    line_.string_if("title", chat.user_title);
    line_.id_if("head", chat.user_head);
    if (!chat.tags.empty()) {
        line_.key("tags");
        char before = '[';
        for (const std::string& tag : chat.tags) {
            line_.raw({&before, 1});
            line_.text(tag);
            before = ',';
        }
        line_.raw("]");
    }
    line_.end_object();
}

Status KatoWriter::chat(const ChatView& chat, std::span<const SourceReference> sources) {
    line_.begin("{\"type\":\"chat\"");
    line_.id("id", chat.id);
    line_.string_if("provider", chat.provider);
    line_.string_if("provider_id", chat.provider_id);
    line_.string_if("title", chat.title);
    line_.string_if("project", chat.project);
    line_.string_if("model", chat.model);
    if (chat.created_here) line_.raw(",\"made_here\":true");
    line_.time_if("created_at", chat.created);
    line_.time_if("updated_at", chat.updated);
    line_.id_if("parent_chat", chat.parent_chat);
    line_.id_if("parent_event", chat.parent_event);
    line_.id_if("forked_from", chat.forked_from);
    line_.id_if("head", chat.head);
    line_.id_if("head_record", chat.head_record);
    user(chat);
    if (!sources.empty()) {
        line_.key("sources");
        char before = '[';
        for (const SourceReference& source : sources) {
            line_.raw({&before, 1});
            line_.begin_object();
            line_.string("id", source.id);
            line_.string_if("format", source.format);
            line_.string_if("name", source.name);
            line_.number("size", source.size_bytes);
            line_.hex("sha256", source.sha256);
            line_.end_object();
            before = ',';
        }
        line_.raw("]");
    }
    line_.json_if("x", chat.extra);
    return line_.end();
}

Status KatoWriter::usage(const Usage& usage) {
    line_.begin("{\"type\":\"usage\"");
    line_.string("response", usage.response);
    line_.string_if("model", usage.model);
    line_.number_if("input", usage.input);
    line_.number_if("output", usage.output);
    line_.number_if("cache_read", usage.cache_read);
    line_.number_if("cache_write", usage.cache_write);
    line_.number_if("reasoning", usage.reasoning);
    if (usage.approximate) line_.raw(",\"approximate\":true");
    return line_.end();
}

void KatoWriter::flags(std::uint32_t flags) {
    char before = '[';
    for (const auto& [name, flag] : k_kato_flags) {
        if ((flags & flag) == 0) continue;
        if (before == '[') line_.key("flags");
        line_.raw({&before, 1});
        line_.text(name);
        before = ',';
    }
    if (before == ',') line_.raw("]");
}

void KatoWriter::attachments(const std::vector<Attachment>& attachments) {
    if (attachments.empty()) return;
    line_.key("attachments");
    char before = '[';
    for (const Attachment& attachment : attachments) {
        line_.raw({&before, 1});
        line_.begin_object();
        line_.string_if("media_type", attachment.media_type);
        line_.string_if("name", attachment.name);
        line_.string_if("uri", attachment.uri);
        line_.number_if("size", attachment.size_bytes);
        if (attachment.blob) line_.hex("sha256", *attachment.blob);
        line_.end_object();
        before = ',';
    }
    line_.raw("]");
}

void KatoWriter::origins(const std::vector<Origin>& origins) {
    if (origins.empty()) return;
    line_.key("from");
    char before = '[';
    for (const Origin& origin : origins) {
        line_.raw({&before, 1});
        line_.begin_object();
        line_.string("source", origin.source_id);
        line_.number("offset", origin.place.offset);
        line_.number("length", origin.place.length);
        line_.number_if("line", origin.place.line);
        line_.end_object();
        before = ',';
    }
    line_.raw("]");
}

Status KatoWriter::event(const EventView& event) {
    const EventBody& body = event.body;
    const std::string id_text = to_string(event.id);
    line_.begin("{\"type\":\"event\"");
    line_.id("id", event.id);
    line_.id_if("parent", event.parent);
    line_.string("kind", kind_name(body.kind));
    line_.string_if("role", role_name(body.role));
    line_.time_if("time", body.time);
    line_.string_if("model", body.model);
    // What the reader would assume is left out, so that an event made here looks the same after an
    // import, which gives it a record.
    const bool made_here = event.record.empty() || event.record == id_text;
    if (!made_here) line_.string("record", event.record);
    line_.number_if("block", std::uint64_t{event.block});
    if (event.revision && !(made_here && *event.revision == default_revision(id_text)))
        line_.hex("rev", *event.revision);
    if ((body.flags & k_not_shown) != 0) line_.raw(",\"shown\":false");
    line_.string_if("text", body.text);
    line_.json_if("data", body.data);
    line_.string_if("name", body.name);
    line_.string_if("call_id", body.call_id);
    line_.id_if("refers", event.refers);
    if (body.outcome == Outcome::success) line_.string("outcome", k_kato_success);
    if (body.outcome == Outcome::failure) line_.string("outcome", k_kato_failure);
    flags(body.flags);
    line_.string_if("response", body.response);
    attachments(body.attachments);
    origins(event.origins);
    line_.id_if("copy_of", event.copy_of);
    line_.json_if("x", body.extra);
    return line_.end();
}

Status KatoWriter::blob(const BlobView& blob) {
    if (!blobs_) return done();
    line_.begin("{\"type\":\"blob\"");
    line_.hex("sha256", blob.sha256);
    line_.number("size", blob.size_bytes);
    line_.key("data");
    line_.raw("\"");
    std::uint64_t size = 0;
    KATO_CHECK(blob.read([&](std::string_view piece) -> Status {
        size += piece.size();
        line_.base64(piece);
        return line_.status();
    }));
    if (size != blob.size_bytes) {
        Error error{Code::corrupt, "a blob has another size than its record says"};
        error.hint = "kato doctor looks for such damage";
        return error;
    }
    line_.end_base64();
    line_.raw("\"");
    return line_.end();
}

} // namespace

std::unique_ptr<Writer> make_kato_writer(Output out, const WriterOptions& options) {
    return std::make_unique<KatoWriter>(std::move(out), options);
}

} // namespace kato
