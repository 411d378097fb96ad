#include "codec/html/prose.h"

#include "base/base64.h"
#include "base/text.h"
#include "codec/html/entities.h"
#include "codec/html/text.h"
#include "codec/image.h"
#include "codec/markdown/fences.h"
#include "codec/markdown/text.h"

#include <fmt/format.h>
#include <md4c.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace kato::html {
namespace {

constexpr std::size_t k_max_growth = 12; // a byte of Markdown gives so many of HTML on average
constexpr std::size_t k_spare_bytes = 64 << 10;
constexpr std::size_t k_longest_shown_address = 2000;

enum class Outcome : std::uint8_t { fine, too_large, no_memory };

// An attribute as text, its entities decoded.
std::string text_of(const MD_ATTRIBUTE& attribute) {
    std::string out;
    if (attribute.text == nullptr) return out;
    for (std::size_t i = 0; attribute.substr_offsets[i] < attribute.size; ++i) {
        const MD_OFFSET from = attribute.substr_offsets[i];
        const std::string_view part(attribute.text + from, attribute.substr_offsets[i + 1] - from);
        if (attribute.substr_types[i] == MD_TEXT_ENTITY)
            out += decode_entity(part);
        else
            out += part;
    }
    return out;
}

// What md4c calls while it parses.
class Renderer {
public:
    Renderer(std::string& out, std::size_t limit) : out_(out), limit_(limit) {}

    void enter_block(MD_BLOCKTYPE type, void* detail);
    void leave_block(MD_BLOCKTYPE type);
    void enter_span(MD_SPANTYPE type, void* detail);
    void leave_span(MD_SPANTYPE type);
    void text(MD_TEXTTYPE type, std::string_view text);

    bool too_large() const { return out_.size() + alt_.size() > limit_; }
    Outcome outcome = Outcome::fine;

private:
    // An element that is open, or one that is shown as none.
    struct Open {
        bool is_block = false;
        MD_SPANTYPE span = MD_SPAN_EM; // of a span
        std::string close{};
    };
    void open(std::string_view tag, std::string close);
    void open_span(MD_SPANTYPE type, std::string_view tag, std::string close);
    void close();
    void image();
    void link(const MD_SPAN_A_DETAIL& detail);
    bool in_link() const;

    std::string& out_;
    std::size_t limit_;
    std::vector<Open> open_{};
    std::size_t blocks_ = 0;
    std::size_t images_ = 0; // nested ones give one picture and the text of all
    std::string source_{};   // of the outer picture
    std::string alt_{};
};

void Renderer::open(std::string_view tag, std::string close) {
    out_ += tag;
    open_.push_back({true, MD_SPAN_EM, std::move(close)});
}

void Renderer::open_span(MD_SPANTYPE type, std::string_view tag, std::string close) {
    out_ += tag;
    open_.push_back({false, type, std::move(close)});
}

void Renderer::close() {
    out_ += open_.back().close;
    open_.pop_back();
}

bool Renderer::in_link() const {
    return std::any_of(open_.begin(), open_.end(),
                       [](const Open& one) { return !one.is_block && one.span == MD_SPAN_A; });
}

void Renderer::enter_block(MD_BLOCKTYPE type, void* detail) {
    if (type == MD_BLOCK_DOC) return;
    if (++blocks_ > k_max_block_depth) return open("", " "); // its text goes on where it is
    switch (type) {
    case MD_BLOCK_QUOTE: return open("<blockquote>", "</blockquote>\n");
    case MD_BLOCK_UL: return open("<ul>\n", "</ul>\n");
    case MD_BLOCK_OL: {
        const unsigned start = static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start;
        return open(start == 1 ? std::string("<ol>\n") : fmt::format("<ol start=\"{}\">\n", start),
                    "</ol>\n");
    }
    case MD_BLOCK_LI: {
        const auto& item = *static_cast<MD_BLOCK_LI_DETAIL*>(detail);
        if (item.is_task == 0) return open("<li>", "</li>\n");
        return open(item.task_mark == ' ' ? "<li class=\"task\">\xE2\x98\x90 "
                                          : "<li class=\"task\">\xE2\x98\x91 ",
                    "</li>\n");
    }
    case MD_BLOCK_HR: return open("<hr>\n", "");
    case MD_BLOCK_H: {
        // Below the page's own headings.
        const unsigned level = std::min(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level + 2, 6U);
        return open(fmt::format("<h{}>", level), fmt::format("</h{}>\n", level));
    }
    case MD_BLOCK_CODE: {
        const auto& code = *static_cast<MD_BLOCK_CODE_DETAIL*>(detail);
        const std::string info = text_of(code.lang);
        out_ += "<div class=\"code\">";
        if (const std::string_view name = markdown::language(info); !name.empty()) {
            out_ += "<span class=\"lang\">";
            append_escaped(out_, name);
            out_ += "</span>";
        }
        return open("<pre><code>", "</code></pre></div>\n");
    }
    case MD_BLOCK_P: return open("<p>", "</p>\n");
    case MD_BLOCK_TABLE: return open("<div class=\"table\"><table>\n", "</table></div>\n");
    case MD_BLOCK_THEAD: return open("<thead>", "</thead>\n");
    case MD_BLOCK_TBODY: return open("<tbody>", "</tbody>\n");
    case MD_BLOCK_TR: return open("<tr>", "</tr>\n");
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: {
        const MD_ALIGN align = static_cast<MD_BLOCK_TD_DETAIL*>(detail)->align;
        const std::string_view cell = type == MD_BLOCK_TH ? "th" : "td";
        const std::string_view where = align == MD_ALIGN_RIGHT    ? " class=\"right\""
                                       : align == MD_ALIGN_CENTER ? " class=\"center\""
                                                                  : "";
        return open(fmt::format("<{}{}>", cell, where), fmt::format("</{}>", cell));
    }
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML: break;
    }
    open("", "");
}

void Renderer::leave_block(MD_BLOCKTYPE type) {
    if (type == MD_BLOCK_DOC || blocks_ == 0) return;
    // md4c lets a link begin in front of a picture and end inside it: what is still open ends here.
    if (images_ != 0) {
        images_ = 0;
        image();
    }
    while (!open_.back().is_block) close();
    close();
    --blocks_;
}

void Renderer::link(const MD_SPAN_A_DETAIL& detail) {
    const std::string address = text_of(detail.href);
    const std::string target = link_target(address);
    if (!target.empty() && !in_link())
        return open_span(MD_SPAN_A, "<a href=\"" + target + "\" rel=\"noopener noreferrer\">",
                         "</a>");
    if (address.empty()) return open_span(MD_SPAN_A, "", "");
    std::string close = " <span class=\"address\">(";
    append_escaped(close, beginning(address, k_longest_shown_address));
    open_span(MD_SPAN_A, "", close + ")</span>");
}

void Renderer::enter_span(MD_SPANTYPE type, void* detail) {
    if (type == MD_SPAN_IMG && images_++ == 0)
        source_ = text_of(static_cast<MD_SPAN_IMG_DETAIL*>(detail)->src);
    // Inside a picture there is only text, and links are links however deep they are.
    if (images_ != 0) return;
    if (type == MD_SPAN_A) return link(*static_cast<MD_SPAN_A_DETAIL*>(detail));
    if (open_.size() > blocks_ + k_max_span_depth) return open_span(type, "", "");
    switch (type) {
    case MD_SPAN_EM: return open_span(type, "<em>", "</em>");
    case MD_SPAN_STRONG: return open_span(type, "<strong>", "</strong>");
    case MD_SPAN_CODE: return open_span(type, "<code>", "</code>");
    case MD_SPAN_DEL: return open_span(type, "<del>", "</del>");
    default: return open_span(type, "", "");
    }
}

// A picture is never fetched: its address is a link, or text.
void Renderer::image() {
    const std::string source = std::exchange(source_, {});
    const std::string alt = std::exchange(alt_, {});
    const auto comma = source.find(";base64,");
    if (source.starts_with("data:") && comma != std::string::npos) {
        const std::string_view encoded = std::string_view(source).substr(comma + 8);
        const std::optional<std::string> bytes = base64_decode_exact(encoded);
        const std::string_view type = bytes ? raster_image_type(*bytes) : std::string_view();
        if (!type.empty()) {
            out_ += fmt::format("<img src=\"data:{};base64,{}\" alt=\"", type, encoded);
            append_escaped(out_, alt);
            out_ += "\">";
            return;
        }
    }
    const std::string target = in_link() ? std::string() : link_target(source);
    out_ += target.empty()
                ? "<span class=\"address\">"
                : "<a class=\"image\" href=\"" + target + "\" rel=\"noopener noreferrer\">";
    out_ += "Picture: ";
    append_escaped(out_, alt.empty() ? std::string_view("(no description)") : alt);
    if (!target.empty()) {
        out_ += "</a>";
        return;
    }
    if (!source.empty()) {
        out_ += " (";
        append_escaped(out_, beginning(source, k_longest_shown_address));
        out_ += ')';
    }
    out_ += "</span>";
}

void Renderer::leave_span(MD_SPANTYPE type) {
    if (type == MD_SPAN_IMG) {
        if (images_ != 0 && --images_ == 0) image();
        return;
    }
    if (images_ != 0) return;
    // The nearest one of its kind, and what is open inside it.
    for (std::size_t i = open_.size(); i-- > 0 && !open_[i].is_block;) {
        if (open_[i].span != type) continue;
        while (open_.size() > i) close();
        return;
    }
}

void Renderer::text(MD_TEXTTYPE type, std::string_view text) {
    std::string& out = images_ != 0 ? alt_ : out_;
    const auto put = [&](std::string_view piece) {
        if (images_ != 0)
            out += piece;
        else
            append_escaped(out, piece);
    };
    switch (type) {
    case MD_TEXT_BR: out += images_ != 0 ? " " : "<br>\n"; return;
    case MD_TEXT_SOFTBR: out += '\n'; return;
    case MD_TEXT_NULLCHAR: put("\xEF\xBF\xBD"); return;
    case MD_TEXT_ENTITY: put(decode_entity(text)); return;
    default: put(text);
    }
}

// Exceptions must not travel through C: they end the parse and are told afterwards.
template <class Work> int told(void* self, Work work) noexcept {
    auto& renderer = *static_cast<Renderer*>(self);
    try {
        work(renderer);
    } catch (...) {
        renderer.outcome = Outcome::no_memory;
        return 1;
    }
    if (!renderer.too_large()) return 0;
    renderer.outcome = Outcome::too_large;
    return 1;
}

Outcome parse(std::string& out, std::string_view text) {
    MD_PARSER parser{};
    parser.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS |
                   MD_FLAG_PERMISSIVEURLAUTOLINKS;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
        return told(self, [&](Renderer& r) { r.enter_block(type, detail); });
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* self) {
        return told(self, [&](Renderer& r) { r.leave_block(type); });
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) {
        return told(self, [&](Renderer& r) { r.enter_span(type, detail); });
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* self) {
        return told(self, [&](Renderer& r) { r.leave_span(type); });
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* piece, MD_SIZE size, void* self) {
        return told(self, [&](Renderer& r) { r.text(type, {piece, size}); });
    };
    Renderer renderer(out, text.size() * k_max_growth + k_spare_bytes);
    const int result = md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &renderer);
    if (renderer.outcome != Outcome::fine) return renderer.outcome;
    return result == 0 ? Outcome::fine : Outcome::no_memory; // md4c's only failure of its own
}

// Quotes and lists that a line opens: md4c's work grows with their square.
bool nests_too_deep(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = markdown::next_line(text);
        std::size_t markers = 0;
        for (const char c : line) {
            if (c == ' ' || c == '\t' || (c >= '0' && c <= '9')) continue;
            if (c != '>' && c != '-' && c != '+' && c != '*' && c != '.' && c != ')') break;
            if (++markers > k_max_markers) return true;
        }
    }
    return false;
}

void append_paragraph(std::string& out, std::string_view text) {
    const std::size_t last = text.find_last_not_of(" \t\n");
    if (last == std::string_view::npos) return;
    text = text.substr(0, last + 1);
    while (!text.empty()) { // blank lines in front
        std::string_view rest = text;
        if (markdown::next_line(rest).find_first_not_of(" \t") != std::string_view::npos) break;
        text = rest;
    }
    out += "<p class=\"typed\">";
    append_escaped(out, text);
    out += "</p>\n";
}

} // namespace

void append_code(std::string& out, std::string_view text, std::string_view language) {
    out += "<div class=\"code\">";
    if (const std::string_view name = markdown::language(language); !name.empty()) {
        out += "<span class=\"lang\">";
        append_escaped(out, name);
        out += "</span>";
    }
    out += "<pre><code>";
    append_escaped(out, markdown::visible(text));
    out += "</code></pre></div>\n";
}

void append_plain(std::string& out, std::string_view text) {
    const std::string visible = markdown::visible(text);
    for (const markdown::Part& part : markdown::parts_of(visible)) {
        if (part.is_code)
            append_code(out, part.text, part.info);
        else
            append_paragraph(out, part.text);
    }
}

Status append_markdown(std::string& out, std::string_view text) {
    const std::string visible = markdown::visible(text);
    const std::size_t before = out.size();
    if (visible.size() <= k_max_markdown_bytes && !nests_too_deep(visible)) {
        std::string made;
        const Outcome outcome = parse(made, visible);
        if (outcome == Outcome::no_memory) return Error{Code::no_memory, "out of memory"};
        if (outcome == Outcome::fine) out += made;
    }
    if (out.size() == before) append_paragraph(out, visible);
    return done();
}

} // namespace kato::html
