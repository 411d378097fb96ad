// Writes chats as one JSON object a line, piece by piece: no chat is held in memory.
#include "codec/json_chats/json_chats.h"
#include "codec/kato/records.h"

namespace kato {
namespace {

class JsonChatsWriter final : public Writer {
public:
    JsonChatsWriter(Output out, const WriterOptions& options)
        : line_(std::move(out)), blobs_(options.blobs) {}

    Wants wants() const override {
        Wants wants;
        wants.revisions = true;
        wants.blobs = Wants::Blobs::in_each_chat;
        return wants;
    }

    Status begin() override { return done(); }
    Status chat(const ChatView& chat, std::span<const SourceReference> sources) override;
    Status usage(const Usage& usage) override;
    Status event(const EventView& event) override;
    Status blob(const BlobView& blob) override;
    Status end() override;

private:
    void into(std::string_view list);
    Status end_chat();

    LineBuffer line_;
    bool blobs_;
    bool in_chat_ = false;
    std::string_view list_{}; // the list that is open; empty: none
};

// The next object is an element of this list.
void JsonChatsWriter::into(std::string_view list) {
    if (list == list_) {
        line_.raw(",");
    } else {
        if (!list_.empty()) line_.raw("]");
        line_.key(list);
        line_.raw("[");
        list_ = list;
    }
    line_.begin_object();
}

Status JsonChatsWriter::end_chat() {
    if (!in_chat_) return done();
    if (!list_.empty()) line_.raw("]");
    list_ = {};
    in_chat_ = false;
    return line_.end();
}

Status JsonChatsWriter::chat(const ChatView& chat, std::span<const SourceReference> sources) {
    KATO_CHECK(end_chat());
    in_chat_ = true;
    line_.begin("{\"kato_chat\":1");
    put_chat(line_, chat, sources);
    return line_.status();
}

Status JsonChatsWriter::usage(const Usage& usage) {
    into("usage");
    put_usage(line_, usage);
    line_.end_object();
    return line_.status();
}

Status JsonChatsWriter::event(const EventView& event) {
    into("events");
    put_event(line_, event);
    line_.end_object();
    return line_.status();
}

Status JsonChatsWriter::blob(const BlobView& blob) {
    if (!blobs_) return done();
    into("blobs");
    KATO_CHECK(put_blob(line_, blob));
    line_.end_object();
    return line_.status();
}

Status JsonChatsWriter::end() {
    KATO_CHECK(end_chat());
    return line_.flush();
}

} // namespace

std::unique_ptr<Writer> make_json_chats_writer(Output out, const WriterOptions& options) {
    return std::make_unique<JsonChatsWriter>(std::move(out), options);
}

} // namespace kato
