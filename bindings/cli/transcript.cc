// Rendering a chat: headings by speaker, thinking dimmed, tools shortened, branches marked.
#include "transcript.h"

#include "handles.h"
#include "json.h"
#include "terminal.h"
#include "text.h"
#include "times.h"

#include <fmt/format.h>

#include <algorithm>

namespace kato_cli {
namespace {

constexpr std::size_t k_tool_lines = 10;
constexpr std::size_t k_line_columns = 400;

const char* role_style(std::string_view role) {
    if (role == "user") return k_blue;
    if (role == "assistant") return k_cyan;
    return k_magenta;
}

std::string describe(const kato_event* event) {
    const std::uint32_t flags = kato_event_flags(event);
    std::string out;
    const auto add = [&](std::uint32_t bit, const char* word) {
        if (flags & bit) out += fmt::format(" [{}]", word);
    };
    add(KATO_EVENT_HIDDEN, "hidden");
    add(KATO_EVENT_SIDECHAIN, "sub-agent");
    add(KATO_EVENT_SUPERSEDED, "replaced");
    add(KATO_EVENT_INJECTED, "added by the program");
    add(KATO_EVENT_VANISHED, "vanished");
    add(KATO_EVENT_LOSSY, "not all text");
    add(KATO_EVENT_NOT_SHOWN, "older revision");
    if (!text<kato_event_copy_of>(event).empty()) out += " [copy]";
    return out;
}

} // namespace

Transcript::Transcript(Output& out, const TranscriptStyle& style,
                       std::map<std::string, std::size_t> children, ShortIds ids)
    : out_(out), style_(style), children_(std::move(children)), ids_(std::move(ids)) {}

void Transcript::heading(const kato_chat* chat) {
    std::string title = visible_line(text<kato_chat_title>(chat));
    if (title.empty()) title = "(no title)";
    out_.write(styled(style_.colour, k_bold, title) + "\n");
    std::string facts(text<kato_chat_id>(chat));
    for (const std::string_view fact : {text<kato_chat_provider>(chat), text<kato_chat_model>(chat),
                                        text<kato_chat_project>(chat)})
        if (!fact.empty()) facts += "  " + visible_line(fact);
    out_.write(styled(style_.colour, k_dim, facts) + "\n");
    std::string when = readable_time(kato_chat_created_us(chat), style_.local_time) + " to " +
                       readable_time(kato_chat_updated_us(chat), style_.local_time);
    when += fmt::format("  {} events", kato_chat_event_count(chat));
    for (std::size_t i = 0; i < kato_chat_tag_count(chat); ++i)
        when += "  #" + visible_line(kato_chat_tag_at(chat, i, nullptr));
    out_.write(styled(style_.colour, k_dim, when) + "\n");
    const std::string_view parent = text<kato_chat_parent>(chat);
    if (!parent.empty())
        out_.write(
            styled(style_.colour, k_dim, fmt::format("started by chat {}", visible_line(parent))) +
            "\n");
}

bool Transcript::shown(const kato_event* event) const {
    if (style_.all) return true;
    const std::string_view kind = text<kato_event_kind>(event);
    return !kind.starts_with("provider.") && (kato_event_flags(event) & KATO_EVENT_HIDDEN) == 0;
}

void Transcript::event_heading(const kato_event* event) {
    const std::string_view role = text<kato_event_role>(event);
    const std::string_view kind = text<kato_event_kind>(event);
    const std::string_view model = text<kato_event_model>(event);
    std::string name = visible_line(role.empty() ? kind : role);
    if (!model.empty()) name += " (" + visible_line(model) + ")";
    const std::string facts =
        "  " + readable_time(kato_event_time_us(event), style_.local_time) + describe(event) +
        (style_.tree ? "  " + ids_.of(text<kato_event_id>(event)) : std::string());
    // Consecutive blocks of one answer share a heading.
    const std::string speaker = name + describe(event);
    if (speaker == speaker_ && !style_.tree && !style_.all && role == "assistant") {
        out_.write("\n");
        return;
    }
    speaker_ = speaker;
    out_.write("\n" + styled(style_.colour, role_style(role), name) +
               styled(style_.colour, k_dim, facts) + "\n");
}

// Writes text, with `max_lines` no more than so many lines.
void Transcript::block(std::string_view text, const char* style, std::size_t max_lines) {
    std::string clean = visible(text);
    while (!clean.empty() && clean.back() == '\n') clean.pop_back();
    if (clean.empty()) return;
    std::string_view rest = clean;
    std::string out;
    const bool shorten = max_lines > 0 && !style_.full;
    const auto lines = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), '\n')) + 1;
    for (std::size_t n = 0; n < lines; ++n) {
        if (shorten && n == max_lines) {
            out += fmt::format("... {} more lines (--full shows them)\n", lines - n);
            break;
        }
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        out += shorten ? fit(line, k_line_columns) : std::string(line);
        out += '\n';
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    out_.write(style ? styled(style_.colour, style, out) : out);
}

void Transcript::tool_call(const kato_event* event) {
    const std::string name = visible_line(text<kato_event_name>(event));
    out_.write("> " + styled(style_.colour, k_green, name.empty() ? "tool" : name) + "\n");
    const std::string_view data = text<kato_event_data>(event);
    const auto input = parse_json(data);
    if (!input || !input->is(Json::Type::object)) {
        block(data.empty() ? text<kato_event_text>(event) : data, k_dim, k_tool_lines);
        return;
    }
    std::string lines;
    for (const auto& [key, value] : input->members) {
        lines += "  " + key + ": ";
        lines += value.is(Json::Type::string) ? std::string_view(value.string) : value.raw;
        lines += '\n';
    }
    block(lines, nullptr, k_tool_lines);
}

void Transcript::body(const kato_event* event) {
    const std::string_view kind = text<kato_event_kind>(event);
    const std::string_view content = text<kato_event_text>(event);
    const std::string_view data = text<kato_event_data>(event);
    if (kind == "assistant.tool.call") {
        tool_call(event);
    } else if (kind == "assistant.tool.result") {
        const std::int32_t outcome = kato_event_outcome(event);
        const char* word = outcome == KATO_OUTCOME_SUCCESS   ? "result"
                           : outcome == KATO_OUTCOME_FAILURE ? "failed"
                                                             : "result (outcome not known)";
        const std::string name = visible_line(text<kato_event_name>(event));
        out_.write("< " +
                   styled(style_.colour, outcome == KATO_OUTCOME_FAILURE ? k_red : k_green,
                          name.empty() ? word : fmt::format("{} {}", name, word)) +
                   "\n");
        block(content.empty() ? data : content, nullptr, k_tool_lines);
    } else if (kind == "assistant.thinking") {
        block(content.empty() ? std::string_view("(thinking, not readable)") : content, k_dim, 0);
    } else if (kind.starts_with("provider.") || (kato_event_flags(event) & KATO_EVENT_INJECTED)) {
        if (kind.starts_with("provider.")) out_.write(styled(style_.colour, k_dim, kind) + "\n");
        block(content.empty() ? data : content, k_dim, k_tool_lines);
    } else {
        block(content.empty() ? data : content, nullptr, 0);
    }
    for (std::size_t i = 0; i < kato_event_attachment_count(event); ++i) {
        const auto attachment = parse_json(kato_event_attachment(event, i, nullptr));
        if (!attachment) continue;
        std::string line = "[attachment: " + visible_line(attachment->text("media_type"));
        for (const char* member : {"name", "uri"})
            if (const auto value = attachment->text(member); !value.empty())
                line += " " + visible_line(value);
        line += fmt::format(" {}]\n", human_bytes(attachment->number("size")));
        out_.write(styled(style_.colour, k_dim, line));
    }
}

void Transcript::event(const kato_event* event) {
    const std::string parent(text<kato_event_parent>(event));
    const bool branch = style_.tree && !previous_.empty() && parent != previous_;
    previous_ = text<kato_event_id>(event);
    if (branch) {
        speaker_.clear();
        const std::string from = parent.empty()
                                     ? "---- another beginning ----"
                                     : fmt::format("---- branch after {} ----", ids_.of(parent));
        out_.write("\n" + styled(style_.colour, k_yellow, from) + "\n");
    }
    if (shown(event)) {
        event_heading(event);
        body(event);
    } else {
        ++left_out_;
    }
    const auto forks = children_.find(previous_);
    if (!style_.tree && forks != children_.end() && forks->second > 1) {
        const std::size_t others = forks->second - 1;
        out_.write(styled(style_.colour, k_yellow,
                          fmt::format("---- {} other branch{} here (--tree shows {}) ----", others,
                                      others == 1 ? "" : "es", others == 1 ? "it" : "them")) +
                   "\n");
        speaker_.clear();
    }
}

} // namespace kato_cli
