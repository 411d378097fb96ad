// Writes chats as Markdown: facts in front, then who said what, in the order of the tree.
#include "codec/json/json.h"
#include "codec/markdown/markdown.h"
#include "codec/markdown/text.h"
#include "codec/readable/readable.h"

#include <unordered_map>

#include <fmt/format.h>

namespace kato {
namespace {

using markdown::as_code;
using markdown::as_prose;
using markdown::inline_text;
using markdown::visible;
using markdown::yaml_text;
using readable::short_id;
using readable::Speaker;
using readable::speaker_of;
using readable::time_text;

constexpr std::size_t k_flush_bytes = 1 << 20;
constexpr std::size_t k_longest_uri = 200;
constexpr std::size_t k_longest_line = 100; // of a tool's argument beside its name

class MarkdownWriter final : public Writer {
public:
    MarkdownWriter(Output out, const WriterOptions& options)
        : out_(std::move(out)), options_(options) {}

    Wants wants() const override { return {}; }
    Status begin() override { return done(); }
    Status chat(const ChatView& chat, std::span<const SourceReference> sources) override;
    Status usage(const Usage& usage) override;
    Status event(const EventView& event) override;
    Status blob(const BlobView&) override { return done(); } // named where they are used
    Status end() override;

private:
    void open_chat();
    void heading(const EventView& event);
    static std::string block_name(const EventBody& body);
    static std::string facts(const EventView& event);
    void content(const EventBody& body);
    void branch(const EventView& event);
    static std::string arguments(const EventBody& body);
    void attachments(const EventBody& body);
    Status flush(std::size_t from);

    Output out_;
    WriterOptions options_;
    std::string text_{};
    bool first_chat_ = true;
    bool waiting_ = false; // the chat's facts are complete with its usage
    std::string facts_{};
    std::string title_{};
    Usage tokens_{};

    // Of the current chat
    Speaker speaker_ = Speaker::none;
    std::string spoken_as_{};           // the last heading, with what it said of the speaker
    std::optional<Uuid> previous_{};    // the last event, shown or not
    std::optional<std::string> jump_{}; // a branch began, and nothing of it was shown yet
    // What was left out, and the shown event before it.
    std::unordered_map<Uuid, std::optional<Uuid>, UuidHash> left_out_{};
};

Status MarkdownWriter::flush(std::size_t from) {
    if (text_.size() < from) return done();
    Status status = out_(text_);
    text_.clear();
    return status;
}

Status MarkdownWriter::end() {
    open_chat();
    return flush(1);
}

Status MarkdownWriter::chat(const ChatView& chat, std::span<const SourceReference> sources) {
    open_chat(); // of a chat before, without events
    facts_.clear();
    const auto fact = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) facts_ += fmt::format("{}: {}\n", name, yaml_text(value));
    };
    const auto id = [&](std::string_view name, const std::optional<Uuid>& value) {
        if (value) fact(name, to_string(*value));
    };
    title_ = chat.shown_title();
    fact("title", title_);
    fact("id", to_string(chat.id));
    fact("provider", chat.provider);
    fact("provider_id", chat.provider_id);
    fact("project", chat.project);
    fact("model", chat.model);
    if (chat.created) fact("created", format_time(*chat.created));
    if (chat.updated) fact("updated", format_time(*chat.updated));
    id("parent_chat", chat.parent_chat);
    id("parent_event", chat.parent_event);
    id("forked_from", chat.forked_from);
    if (!chat.tags.empty()) {
        facts_ += "tags:\n";
        for (const std::string& tag : chat.tags) facts_ += fmt::format("  - {}\n", yaml_text(tag));
    }
    if (!sources.empty()) {
        facts_ += "sources:\n";
        for (const SourceReference& source : sources)
            facts_ += fmt::format("  - name: {}\n    format: {}\n    size: {}\n    sha256: {}\n",
                                  yaml_text(source.name), yaml_text(source.format),
                                  source.size_bytes, yaml_text(to_hex(source.sha256)));
    }
    readable::count_unshown_parts(options_.loss, chat);
    tokens_ = Usage();
    waiting_ = true;
    speaker_ = Speaker::none;
    spoken_as_.clear();
    previous_.reset();
    jump_.reset();
    left_out_.clear();
    return done();
}

Status MarkdownWriter::usage(const Usage& usage) {
    readable::add_usage(tokens_, usage);
    return done();
}

void MarkdownWriter::open_chat() {
    if (!waiting_) return;
    waiting_ = false;
    if (!tokens_.response.empty()) {
        facts_ +=
            fmt::format("tokens:\n  input: {}\n  output: {}\n", tokens_.input, tokens_.output);
        if (tokens_.cache_read != 0)
            facts_ += fmt::format("  cache_read: {}\n", tokens_.cache_read);
        if (tokens_.cache_write != 0)
            facts_ += fmt::format("  cache_write: {}\n", tokens_.cache_write);
        if (tokens_.reasoning != 0) facts_ += fmt::format("  reasoning: {}\n", tokens_.reasoning);
        if (tokens_.approximate) facts_ += "  approximate: true\n";
    }
    // Only the very beginning of a file can be a front matter.
    if (first_chat_)
        text_ += "---\n" + facts_ + "---\n\n";
    else
        text_ += "* * *\n\n";
    const std::string title = inline_text(title_);
    text_ += fmt::format("# {}\n\n",
                         title.find_first_not_of(' ') == std::string::npos ? "(no title)" : title);
    if (!first_chat_) text_ += as_code(facts_, "yaml");
    first_chat_ = false;
}

// What is said of an event beside its speaker.
std::string MarkdownWriter::facts(const EventView& event) {
    std::string out;
    const auto add = [&](std::string_view fact) {
        if (!out.empty()) out += ", ";
        out += fact;
    };
    if (event.body.time) add(time_text(*event.body.time));
    add(short_id(event.id));
    for (const auto& [flag, word] : readable::k_flag_words)
        if ((event.body.flags & flag) != 0) add(word);
    if (event.copy_of) add(fmt::format("copy of {}", short_id(*event.copy_of)));
    return out;
}

// The heading of a block that is no plain message; empty for one.
std::string MarkdownWriter::block_name(const EventBody& body) {
    const std::string tool = body.name.empty() ? std::string() : ": " + inline_text(body.name);
    switch (body.kind) {
    case Kind::user_message:
    case Kind::assistant_message:
    case Kind::system_message: return {};
    case Kind::assistant_thinking: return "Thinking";
    case Kind::assistant_tool_call: return "Tool call" + tool;
    case Kind::assistant_tool_result:
        return "Tool result" + tool +
               (body.outcome == Outcome::failure   ? ", failed"
                : body.outcome == Outcome::success ? ""
                                                   : ", outcome not known");
    case Kind::assistant_decision_prompt: return "Question" + tool;
    case Kind::user_decision_response: return "Answer" + tool;
    case Kind::provider_info:
    case Kind::provider_raw: break;
    }
    return inline_text(kind_name(body.kind)) + tool;
}

void MarkdownWriter::heading(const EventView& event) {
    const EventBody& body = event.body;
    const Speaker speaker = speaker_of(body.kind);
    std::string name = "Provider";
    if (speaker == Speaker::user) name = "User";
    if (speaker == Speaker::system) name = "System";
    if (speaker == Speaker::assistant) name = "Assistant";
    // A tool's result belongs to the turn of its call, and says nothing of the model.
    if (speaker == Speaker::assistant && !body.model.empty())
        name += " (" + inline_text(body.model) + ")";
    const bool goes_on = speaker == speaker_ && (name == spoken_as_ || body.model.empty());
    const std::string block = block_name(body);
    if (!goes_on || block.empty()) {
        if (!goes_on) spoken_as_ = name;
        text_ += fmt::format("## {}\n\n", spoken_as_);
    }
    speaker_ = speaker;
    if (!block.empty()) text_ += fmt::format("### {}\n\n", block);
    text_ += fmt::format("*{}*\n\n", facts(event));
}

void MarkdownWriter::branch(const EventView& event) {
    if (options_.head_path_only || event.parent == previous_) return;
    std::optional<Uuid> from = event.parent;
    while (from) { // what is left out cannot be found by its id
        const auto hidden = left_out_.find(*from);
        if (hidden == left_out_.end()) break;
        from = hidden->second;
    }
    jump_ = from ? fmt::format("Branch: goes on after {}", short_id(*from))
                 : "Branch: another beginning";
}

// A tool's input, an argument a line.
std::string MarkdownWriter::arguments(const EventBody& body) {
    json::Document document;
    if (body.data.empty() || !document.parse(body.data) || !document.root().is_object())
        return as_code(visible(body.data.empty() ? body.text : body.data),
                       body.data.empty() ? "" : "json");
    std::string lines;
    for (json::Value value = document.root().first(); value; value = value.next()) {
        const std::string text =
            visible(value.is_string() ? value.text() : std::string(value.raw()));
        std::string name = visible(value.key());
        for (char& c : name)
            if (c == '\n') c = ' ';
        if (text.size() <= k_longest_line && text.find('\n') == std::string::npos) {
            lines += fmt::format("{}: {}\n", name, text);
            continue;
        }
        lines += name + ":\n    ";
        for (const char c : text) {
            lines += c;
            if (c == '\n') lines += "    ";
        }
        lines += '\n';
    }
    return as_code(lines);
}

void MarkdownWriter::attachments(const EventBody& body) {
    for (const Attachment& attachment : body.attachments) {
        text_ += "- Attachment:";
        const auto add = [&](std::string_view word) {
            if (!word.empty()) text_ += ' ' + inline_text(word.substr(0, k_longest_uri)) + ',';
        };
        add(attachment.name);
        add(attachment.media_type);
        add(attachment.uri);
        text_ += attachment.size_bytes == 0 ? std::string(" size not known")
                                            : fmt::format(" {} bytes", attachment.size_bytes);
        if (attachment.blob) {
            text_ += ", SHA-256 " + to_hex(*attachment.blob);
            if (options_.loss != nullptr) options_.loss->drop("attachments");
        }
        text_ += '\n';
    }
    if (!body.attachments.empty()) text_ += '\n';
}

void MarkdownWriter::content(const EventBody& body) {
    const std::size_t before = text_.size();
    switch (body.kind) {
    case Kind::assistant_tool_call: text_ += arguments(body); break;
    case Kind::assistant_tool_result:
    case Kind::provider_info:
    case Kind::provider_raw:
        text_ += as_code(visible(body.text.empty() ? body.data : body.text));
        break;
    default:
        if (!body.text.empty())
            text_ += as_prose(visible(body.text));
        else
            text_ += arguments(body);
    }
    attachments(body);
    if (text_.size() == before)
        text_ += body.kind == Kind::assistant_thinking ? "(not readable)\n\n" : "(empty)\n\n";
}

Status MarkdownWriter::event(const EventView& event) {
    open_chat();
    if (previous_) branch(event);
    previous_ = event.id;
    if (!readable::is_shown(event.body, options_.include_hidden)) {
        left_out_.emplace(event.id, event.parent);
        readable::count_unshown(options_.loss, event.body);
        return done();
    }
    if (jump_) {
        text_ += fmt::format("* * *\n\n*{}*\n\n", *jump_);
        jump_.reset();
        speaker_ = Speaker::none;
    }
    heading(event);
    content(event.body);
    readable::count_unshown_parts(options_.loss, event.body);
    return flush(k_flush_bytes);
}

} // namespace

std::unique_ptr<Writer> make_markdown_writer(Output out, const WriterOptions& options) {
    return std::make_unique<MarkdownWriter>(std::move(out), options);
}

} // namespace kato
