// Writes chats as a page, event by event; of a chat only its shape and its contents are held in memory.
#include "codec/html/blocks.h"
#include "codec/html/html.h"
#include "codec/html/layout.h"
#include "codec/html/page.h"
#include "codec/html/prose.h"
#include "codec/html/text.h"
#include "codec/readable/readable.h"

#include <unordered_map>

#include <fmt/format.h>

namespace kato {
namespace {

using readable::Speaker;

constexpr std::size_t k_flush_bytes = 1 << 18;
constexpr std::size_t k_most_contents = 2000; // entries
constexpr std::size_t k_least_contents = 4;
constexpr std::size_t k_contents_characters = 80;

struct Heading {
    std::string_view name;
    std::string_view css;
};
Heading heading_of(Speaker speaker) {
    switch (speaker) {
    case Speaker::user: return {"User", "user"};
    case Speaker::assistant: return {"Assistant", "assistant"};
    case Speaker::system: return {"System", "system"};
    case Speaker::none:
    case Speaker::provider: break;
    }
    return {"Provider", "provider"};
}

class HtmlWriter final : public Writer {
public:
    HtmlWriter(Output out, const WriterOptions& options)
        : out_(std::move(out)), options_(options) {}

    Wants wants() const override {
        Wants wants;
        wants.outline = true;
        return wants;
    }
    Status begin() override { return done(); }
    Status chat(const ChatView& chat, std::span<const SourceReference> sources) override;
    Status usage(const Usage& usage) override {
        readable::add_usage(tokens_, usage);
        return done();
    }
    Status outline(const EventView& event) override;
    Status event(const EventView& event) override;
    Status blob(const BlobView&) override { return done(); }
    Status end() override;

private:
    void open_chat();
    void close_chat();
    void top();
    void about();
    void contents();
    void end_turn();
    void begin_turn(const EventView& event);
    void meta(const EventView& event);
    std::string flags(const EventBody& body) const;
    std::string fold_title(const EventView& event) const;
    const std::string& tool_of(const EventView& event) const;
    Status said(const EventView& event);
    Status fold(const EventView& event);
    Status inside(const EventBody& body);
    Status flush(std::size_t from);

    Output out_;
    WriterOptions options_;
    std::string text_{};
    bool page_open_ = false;

    // Of the current chat
    bool waiting_ = false; // for its first event
    bool chat_open_ = false;
    std::string_view element_{}; // around the current chat's events
    ChatView chat_{};
    std::vector<SourceReference> sources_{};
    Usage tokens_{};
    html::Shape shape_{};
    html::Layout layout_{};
    std::vector<std::pair<Uuid, std::string>> contents_{};
    std::size_t more_contents_ = 0;
    Speaker speaker_ = Speaker::none; // of the open turn
    std::string model_{};
    std::unordered_map<Uuid, std::string, UuidHash> tools_{}; // of the calls so far
};

Status HtmlWriter::flush(std::size_t from) {
    if (text_.size() < from) return done();
    Status status = out_(text_);
    text_.clear();
    return status;
}

Status HtmlWriter::chat(const ChatView& chat, std::span<const SourceReference> sources) {
    open_chat(); // of a chat before, without events
    close_chat();
    readable::count_unshown_parts(options_.loss, chat);
    chat_ = chat;
    sources_.assign(sources.begin(), sources.end());
    tokens_ = Usage();
    shape_ = html::Shape();
    contents_.clear();
    tools_.clear();
    more_contents_ = 0;
    waiting_ = true;
    return done();
}

Status HtmlWriter::outline(const EventView& event) {
    const bool shown = readable::is_shown(event.body, options_.include_hidden);
    if ((event.body.flags & k_not_shown) == 0) shape_.add(event, shown);
    if (!shown || event.body.kind != Kind::user_message || (event.body.flags & k_sidechain) != 0)
        return done();
    if (contents_.size() == k_most_contents) {
        ++more_contents_;
        return done();
    }
    std::string line = html::shown_line(event.body.text, k_contents_characters);
    if (!line.empty()) contents_.emplace_back(event.id, std::move(line));
    return done();
}

void HtmlWriter::open_chat() {
    if (!waiting_) return;
    waiting_ = false;
    shape_.finish(chat_.head);
    const std::string id = "c-" + to_string(chat_.id);
    if (!page_open_) html::begin_page(text_, chat_.shown_title(), id);
    element_ = page_open_ ? "section" : "main"; // a page has one main element
    page_open_ = true;
    chat_open_ = true;
    text_ += "<div class=\"chat\">\n";
    top();
    text_ += fmt::format("<{} id=\"{}\">\n", element_, id);
}

void HtmlWriter::close_chat() {
    if (!chat_open_) return;
    chat_open_ = false;
    end_turn();
    layout_.close_all(text_);
    if (shape_.size() == 0) text_ += "<p class=\"empty\">(no events)</p>\n";
    text_ +=
        fmt::format("</{}>\n<footer class=\"bottom\">Exported by Kato. This page runs no scripts "
                    "and loads nothing.</footer>\n</div>\n",
                    element_);
}

Status HtmlWriter::end() {
    open_chat();
    close_chat();
    if (!page_open_) html::begin_page(text_, "No chats", "top");
    html::end_page(text_);
    return flush(1);
}

void HtmlWriter::top() {
    text_ += "<header class=\"top\">\n";
    if (!options_.index.empty())
        text_ +=
            "<nav aria-label=\"Pages\"><a href=\"./" + options_.index + "\">All chats</a></nav>\n";
    text_ += "<h1 dir=\"auto\">" + html::shown(html::title_or_none(chat_.shown_title())) +
             "</h1>\n<p class=\"facts\">";
    const auto fact = [&](std::string_view value) {
        if (!value.empty()) text_ += "<span>" + html::shown_line(value, 120) + "</span>";
    };
    fact(chat_.provider);
    fact(chat_.model);
    html::append_span_of_time(text_, chat_.created, chat_.updated);
    for (const std::string& tag : chat_.tags) fact("#" + tag);
    text_ += "</p>\n";
    about();
    contents();
    text_ += "</header>\n";
}

void HtmlWriter::about() {
    text_ += "<details class=\"about\"><summary>About this chat</summary><dl>\n";
    const auto fact = [&](std::string_view name, std::string_view value) {
        if (value.empty()) return;
        text_ += fmt::format("<dt>{}</dt><dd dir=\"auto\">", name) + html::shown(value) + "</dd>\n";
    };
    const auto id = [&](std::string_view name, const std::optional<Uuid>& value) {
        if (value) fact(name, to_string(*value));
    };
    id("Id", chat_.id);
    fact("Provider", chat_.provider);
    fact("Provider's id", chat_.provider_id);
    fact("Project", chat_.project);
    fact("Model", chat_.model);
    if (chat_.created) fact("Created", format_time(*chat_.created));
    if (chat_.updated) fact("Updated", format_time(*chat_.updated));
    id("Started by chat", chat_.parent_chat);
    id("Started by event", chat_.parent_event);
    id("Forked from", chat_.forked_from);
    if (!tokens_.response.empty()) {
        std::string tokens = fmt::format("{} in, {} out", tokens_.input, tokens_.output);
        if (tokens_.cache_read != 0) tokens += fmt::format(", {} from cache", tokens_.cache_read);
        if (tokens_.cache_write != 0) tokens += fmt::format(", {} to cache", tokens_.cache_write);
        if (tokens_.reasoning != 0) tokens += fmt::format(", {} reasoning", tokens_.reasoning);
        if (tokens_.approximate) tokens += ", approximately";
        fact("Tokens", tokens);
    }
    for (const SourceReference& source : sources_)
        fact("Source", fmt::format("{} ({}, {} bytes, SHA-256 {})", source.name, source.format,
                                   source.size_bytes, to_hex(source.sha256)));
    text_ += "</dl></details>\n";
}

void HtmlWriter::contents() {
    if (contents_.size() < k_least_contents) return;
    text_ += fmt::format("<details class=\"contents\"><summary>Contents ({} messages)</summary>"
                         "<nav aria-label=\"Contents\"><ol>\n",
                         contents_.size() + more_contents_);
    for (const auto& [event, line] : contents_)
        text_ +=
            "<li><a dir=\"auto\" href=\"#" + html::element_id(event) + "\">" + line + "</a></li>\n";
    text_ += "</ol>";
    if (more_contents_ != 0) text_ += fmt::format("<p>and {} more</p>", more_contents_);
    text_ += "</nav></details>\n";
    contents_.clear();
}

void HtmlWriter::end_turn() {
    if (speaker_ != Speaker::none) text_ += "</article>\n";
    speaker_ = Speaker::none;
}

std::string HtmlWriter::flags(const EventBody& body) const {
    std::string out;
    const std::uint32_t shown = layout_.is_aside() ? body.flags & ~k_sidechain : body.flags;
    for (const auto& [flag, word] : readable::k_flag_words)
        if ((shown & flag) != 0) out += fmt::format(" <span class=\"flag\">{}</span>", word);
    return out;
}

// A turn goes on as long as the same one speaks; what says no model belongs to what was before it.
void HtmlWriter::begin_turn(const EventView& event) {
    const EventBody& body = event.body;
    const Speaker speaker = readable::speaker_of(body.kind);
    if (speaker == speaker_ && (body.model.empty() || body.model == model_)) return;
    end_turn();
    speaker_ = speaker;
    if (speaker != Speaker::assistant)
        model_.clear();
    else if (!body.model.empty())
        model_ = body.model;
    const Heading heading = heading_of(speaker);
    text_ +=
        fmt::format("<article class=\"turn {}\">\n<header><h2>{}</h2>", heading.css, heading.name);
    if (speaker == Speaker::assistant && !model_.empty())
        text_ += "<span>" + html::shown_line(model_, 80) + "</span>";
    if (body.time) {
        text_ += "<a href=\"#" + html::element_id(event.id) + "\">";
        html::append_time(text_, *body.time);
        text_ += "</a>";
    }
    text_ += "</header>\n";
}

void HtmlWriter::meta(const EventView& event) {
    std::string words = flags(event.body);
    if (event.copy_of)
        words += " <span class=\"flag\">copy of " + readable::short_id(*event.copy_of) + "</span>";
    if (!words.empty()) text_ += "<div class=\"meta\">" + words + "</div>\n";
}

// Many providers name the tool in the call alone.
const std::string& HtmlWriter::tool_of(const EventView& event) const {
    if (!event.body.name.empty() || !event.refers) return event.body.name;
    const auto call = tools_.find(*event.refers);
    return call == tools_.end() ? event.body.name : call->second;
}

std::string HtmlWriter::fold_title(const EventView& event) const {
    const EventBody& body = event.body;
    const auto title = [&](std::string_view what, const std::string& preview) {
        std::string out = fmt::format("<b>{}</b>", what);
        if (const std::string& tool = tool_of(event); !tool.empty())
            out += " <b><code>" + html::shown_line(tool, 80) + "</code></b>";
        if (body.outcome == Outcome::failure) out += " <span class=\"bad\">failed</span>";
        out += flags(body);
        if (!preview.empty()) out += " <bdi>" + preview + "</bdi>";
        return out;
    };
    switch (body.kind) {
    case Kind::assistant_thinking: return title("Thinking", html::shown_line(body.text, 60));
    case Kind::assistant_tool_call: return title("Call", html::call_preview(body));
    case Kind::assistant_tool_result: return title("Result", html::result_preview(body));
    default: return title(kind_name(body.kind), html::result_preview(body));
    }
}

Status HtmlWriter::inside(const EventBody& body) {
    switch (body.kind) {
    case Kind::assistant_thinking:
    case Kind::assistant_message: return html::append_markdown(text_, body.text);
    case Kind::assistant_tool_call: html::append_arguments(text_, body); break;
    case Kind::assistant_tool_result:
    case Kind::provider_info:
    case Kind::provider_raw:
        html::append_raw(text_, body.text.empty() ? body.data : body.text);
        break;
    default:
        if (!body.text.empty())
            html::append_plain(text_, body.text);
        else if (!body.data.empty())
            html::append_arguments(text_, body);
    }
    return done();
}

Status HtmlWriter::fold(const EventView& event) {
    const bool thinking = event.body.kind == Kind::assistant_thinking;
    text_ += fmt::format("<details class=\"fold{}\" id=\"{}\"><summary>",
                         thinking ? " thinking" : "", html::element_id(event.id));
    text_ += fold_title(event) + "</summary><div class=\"inside\"" +
             (thinking ? " lang=\"\" dir=\"auto\"" : "") + ">\n";
    const EventBody& body = event.body;
    if (body.text.empty() && body.data.empty() && body.attachments.empty())
        text_ += thinking ? "<p class=\"empty\">(the provider keeps it to itself)</p>\n"
                          : "<p class=\"empty\">(empty)</p>\n";
    else
        KATO_CHECK(inside(body));
    KATO_CHECK(
        html::append_attachments(text_, body, options_, [&] { return flush(k_flush_bytes); }));
    text_ += "</div></details>\n";
    return done();
}

Status HtmlWriter::said(const EventView& event) {
    meta(event);
    text_ +=
        "<div class=\"said\" lang=\"\" dir=\"auto\" id=\"" + html::element_id(event.id) + "\">\n";
    const EventBody& body = event.body;
    if (body.kind == Kind::assistant_decision_prompt || body.kind == Kind::user_decision_response)
        text_ += fmt::format("<p class=\"facts\"><span>{}</span></p>\n",
                             body.kind == Kind::assistant_decision_prompt ? "Question" : "Answer");
    if (body.text.empty() && body.data.empty() && body.attachments.empty())
        text_ += "<p class=\"empty\">(empty)</p>\n";
    else
        KATO_CHECK(inside(body));
    KATO_CHECK(
        html::append_attachments(text_, body, options_, [&] { return flush(k_flush_bytes); }));
    text_ += "</div>\n";
    return done();
}

Status HtmlWriter::event(const EventView& event) {
    open_chat();
    const EventBody& body = event.body;
    if (!readable::is_shown(body, options_.include_hidden)) {
        readable::count_unshown(options_.loss, body);
        return done();
    }
    readable::count_unshown_parts(options_.loss, body);
    std::string around;
    if (layout_.enter(event.id, shape_.at(event.id), around)) {
        end_turn();
        model_.clear(); // it was said in another branch
        text_ += around;
    }
    begin_turn(event);
    if (body.kind == Kind::assistant_tool_call && !body.name.empty())
        tools_.emplace(event.id, body.name);
    const bool folded = body.kind == Kind::assistant_thinking ||
                        body.kind == Kind::assistant_tool_call ||
                        body.kind == Kind::assistant_tool_result || !is_conversation(body.kind);
    KATO_CHECK(folded ? fold(event) : said(event));
    return flush(k_flush_bytes);
}

} // namespace

std::unique_ptr<Writer> make_html_writer(Output out, const WriterOptions& options) {
    return std::make_unique<HtmlWriter>(std::move(out), options);
}

} // namespace kato
