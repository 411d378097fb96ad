// Writes the head's path of each chat as one line of messages.
#include "codec/image.h"
#include "codec/json/json.h"
#include "codec/kato/line_buffer.h"
#include "codec/openai_messages/openai_messages.h"

#include <unordered_map>
#include <unordered_set>

namespace kato {
namespace {

class OpenAiMessagesWriter final : public Writer {
public:
    OpenAiMessagesWriter(Output out, const WriterOptions& options)
        : line_(std::move(out)), options_(options) {}

    Wants wants() const override {
        Wants wants;
        wants.head_path = true;
        return wants;
    }
    Status begin() override { return done(); }
    Status chat(const ChatView& chat, std::span<const SourceReference> sources) override;
    Status usage(const Usage&) override {
        drop("usage");
        return done();
    }
    Status event(const EventView& event) override;
    Status blob(const BlobView&) override { return done(); }
    Status end() override;

private:
    void drop(std::string_view what, std::uint64_t count = 1) {
        if (options_.loss != nullptr) options_.loss->drop(what, count);
    }
    void count_parts(const EventView& event);
    void count_links(const ChatView& chat);
    Status end_chat();
    void begin_message(std::string_view role);
    void end_message();
    Status said(std::string_view role, const EventView& event);
    Status content(const EventBody& body);
    Status image(const Attachment& attachment, bool& taken);
    void assistant_text(const EventView& event);
    void call(const EventView& event);
    Status result(const EventView& event);
    void end_turn();
    static std::string call_id(const EventView& event);
    static std::string arguments(const EventBody& body);

    LineBuffer line_;
    WriterOptions options_;

    // Of the current chat
    bool in_chat_ = false;
    bool first_message_ = true;
    std::unordered_map<Uuid, std::string, UuidHash> calls_{}; // event -> id of its call
    std::unordered_set<std::string> call_ids_{};

    // The assistant's message that is being put together.
    bool in_turn_ = false;
    std::string text_{};
    std::string response_{};
    struct Call {
        std::string id;
        std::string name;
        std::string arguments;
    };
    std::vector<Call> turn_calls_{};
};

void OpenAiMessagesWriter::begin_message(std::string_view role) {
    if (!first_message_) line_.raw(",");
    first_message_ = false;
    line_.begin_object();
    line_.string("role", role);
}

void OpenAiMessagesWriter::end_message() { line_.end_object(); }

Status OpenAiMessagesWriter::end_chat() {
    if (!in_chat_) return done();
    end_turn();
    in_chat_ = false;
    line_.raw("]");
    return line_.end();
}

Status OpenAiMessagesWriter::end() {
    KATO_CHECK(end_chat());
    return line_.flush();
}

void OpenAiMessagesWriter::count_links(const ChatView& chat) {
    if (chat.parent_chat || chat.parent_event || chat.forked_from) drop("links");
    if (!chat.tags.empty()) drop("tags", chat.tags.size());
}

Status OpenAiMessagesWriter::chat(const ChatView& chat, std::span<const SourceReference> sources) {
    KATO_CHECK(end_chat());
    in_chat_ = true;
    first_message_ = true;
    calls_.clear();
    call_ids_.clear();
    if (!chat.title.empty() || !chat.user_title.empty()) drop("titles");
    if (!chat.project.empty()) drop("projects");
    if (!chat.extra.empty()) drop("x");
    drop("sources", sources.size());
    count_links(chat);
    line_.begin("{\"messages\":[");
    return line_.status();
}

// What of an event that is written has no place in a message.
void OpenAiMessagesWriter::count_parts(const EventView& event) {
    const EventBody& body = event.body;
    if (body.time) drop("times");
    if (!body.model.empty()) drop("models");
    if (body.outcome != Outcome::unknown) drop("outcomes");
    if ((body.flags & ~k_hidden) != 0) drop("flags");
    if (!body.extra.empty()) drop("x");
    const bool is_call = body.kind == Kind::assistant_tool_call ||
                         (body.kind == Kind::assistant_decision_prompt && !body.data.empty());
    if (is_call ? !body.text.empty() && !body.data.empty()
                : !body.text.empty() && !body.data.empty())
        drop(is_call ? "text" : "data");
    if (!body.attachments.empty() && body.kind != Kind::user_message)
        drop("attachments", body.attachments.size());
}

// As it is, when the provider has one that no other call of the chat has.
std::string OpenAiMessagesWriter::call_id(const EventView& event) {
    if (!event.body.call_id.empty()) return event.body.call_id;
    return "call_" + to_hex(event.id.bytes).substr(0, 24);
}

// Always an object, as a text.
std::string OpenAiMessagesWriter::arguments(const EventBody& body) {
    if (body.data.starts_with('{')) return body.data;
    std::string out = "{";
    if (!body.data.empty()) {
        out += "\"input\":" + body.data;
    } else if (!body.text.empty()) {
        out += "\"input\":";
        json::append_string(out, body.text);
    }
    return out + '}';
}

void OpenAiMessagesWriter::end_turn() {
    if (!in_turn_) return;
    in_turn_ = false;
    begin_message("assistant");
    if (!text_.empty() || turn_calls_.empty())
        line_.string("content", text_);
    else
        line_.json_if("content", "null");
    if (!turn_calls_.empty()) {
        line_.key("tool_calls");
        char before = '[';
        for (const Call& call : turn_calls_) {
            line_.raw({&before, 1});
            line_.begin_object();
            line_.string("id", call.id);
            line_.string("type", "function");
            line_.key("function");
            line_.begin_object();
            line_.string("name", call.name);
            line_.string("arguments", call.arguments);
            line_.end_object();
            line_.end_object();
            before = ',';
        }
        line_.raw("]");
    }
    end_message();
    text_.clear();
    response_.clear();
    turn_calls_.clear();
}

// Blocks of one response are one message, as far as text comes before calls.
void OpenAiMessagesWriter::assistant_text(const EventView& event) {
    const std::string& response = event.body.response;
    const bool goes_on =
        in_turn_ && turn_calls_.empty() && !response.empty() && response == response_;
    if (!goes_on) end_turn();
    in_turn_ = true;
    response_ = response;
    if (!text_.empty()) text_ += "\n\n";
    text_ += event.body.text;
}

void OpenAiMessagesWriter::call(const EventView& event) {
    const EventBody& body = event.body;
    if (!in_turn_ || (body.response != response_ && !body.response.empty())) end_turn();
    if (!in_turn_) response_ = body.response;
    in_turn_ = true;
    std::string id = call_id(event);
    if (!call_ids_.insert(id).second) { // said twice: a result must name one of them
        id = "call_" + to_hex(event.id.bytes).substr(0, 24);
        call_ids_.insert(id);
    }
    calls_[event.id] = id;
    turn_calls_.push_back({id, body.name.empty() ? "unknown" : body.name, arguments(body)});
}

Status OpenAiMessagesWriter::result(const EventView& event) {
    const EventBody& body = event.body;
    std::string id;
    if (event.refers) {
        if (const auto found = calls_.find(*event.refers); found != calls_.end())
            id = found->second;
    }
    if (id.empty() && call_ids_.contains(body.call_id)) id = body.call_id;
    if (id.empty()) { // a tool's message without its call is refused everywhere
        drop(kind_name(body.kind));
        return done();
    }
    end_turn();
    count_parts(event);
    begin_message("tool");
    line_.string("tool_call_id", id);
    line_.string("content", body.text.empty() ? body.data : body.text);
    end_message();
    return line_.status();
}

// A picture as a data URL, when it is one and its bytes are here.
Status OpenAiMessagesWriter::image(const Attachment& attachment, bool& taken) {
    if (!attachment.blob || !options_.blob_source) return done();
    KATO_TRY(const BlobView blob, options_.blob_source(*attachment.blob));
    KATO_TRY(const std::string_view type, raster_image_type(blob));
    if (type.empty()) return done();
    taken = true;
    if (!options_.blobs) {
        if (options_.loss != nullptr) options_.loss->leave_out("attachments");
        return done();
    }
    line_.raw(",");
    line_.begin_object();
    line_.string("type", "image_url");
    line_.key("image_url");
    line_.begin_object();
    line_.key("url");
    line_.raw("\"data:");
    line_.raw(type);
    line_.raw(";base64,");
    KATO_CHECK(blob.read([&](std::string_view piece) -> Status {
        line_.base64(piece);
        return line_.status();
    }));
    line_.end_base64();
    line_.raw("\"");
    line_.end_object();
    line_.end_object();
    return line_.status();
}

Status OpenAiMessagesWriter::content(const EventBody& body) {
    const std::string& text = body.text.empty() ? body.data : body.text;
    if (body.attachments.empty() || body.kind != Kind::user_message) {
        line_.string("content", text);
        return done();
    }
    line_.key("content");
    line_.raw("[");
    line_.begin_object();
    line_.string("type", "text");
    line_.string("text", text);
    line_.end_object();
    for (const Attachment& attachment : body.attachments) {
        bool taken = false;
        KATO_CHECK(image(attachment, taken));
        if (!taken) drop("attachments");
    }
    line_.raw("]");
    return line_.status();
}

Status OpenAiMessagesWriter::said(std::string_view role, const EventView& event) {
    end_turn();
    count_parts(event);
    begin_message(role);
    KATO_CHECK(content(event.body));
    end_message();
    return line_.status();
}

Status OpenAiMessagesWriter::event(const EventView& event) {
    const EventBody& body = event.body;
    if ((body.flags & k_not_shown) != 0) {
        drop("revisions");
        return done();
    }
    if ((body.flags & k_hidden) != 0 && is_conversation(body.kind) && !options_.include_hidden) {
        if (options_.loss != nullptr) options_.loss->leave_out("hidden");
        return done();
    }
    switch (body.kind) {
    case Kind::system_message: return said("system", event);
    case Kind::user_message: return said("user", event);
    case Kind::assistant_message:
        count_parts(event);
        assistant_text(event);
        return line_.status();
    case Kind::assistant_tool_call:
    case Kind::assistant_decision_prompt:
        count_parts(event);
        if (body.kind == Kind::assistant_decision_prompt && body.data.empty())
            assistant_text(event);
        else
            call(event);
        return line_.status();
    case Kind::assistant_tool_result: return result(event);
    case Kind::user_decision_response:
        // The answer to a question that was a call is that call's result.
        return event.refers && calls_.contains(*event.refers) ? result(event) : said("user", event);
    case Kind::assistant_thinking:
    case Kind::provider_info:
    case Kind::provider_raw: break;
    }
    drop(kind_name(body.kind));
    return done();
}

} // namespace

std::unique_ptr<Writer> make_openai_messages_writer(Output out, const WriterOptions& options) {
    return std::make_unique<OpenAiMessagesWriter>(std::move(out), options);
}

} // namespace kato
