#include "support/html_check.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace kato::test {
namespace {

constexpr std::array k_void = {"br", "hr", "img", "input", "meta"};
constexpr std::array k_tags = {
    "a",    "article", "b",       "bdi",   "blockquote", "body",  "br",         "code",   "dd",
    "del",  "details", "div",     "dl",    "dt",         "em",    "figcaption", "figure", "footer",
    "h1",   "h2",      "h3",      "h4",    "h5",         "h6",    "head",       "header", "hr",
    "html", "img",     "input",   "label", "li",         "main",  "meta",       "nav",    "ol",
    "p",    "pre",     "section", "span",  "strong",     "style", "summary",    "table",  "tbody",
    "td",   "th",      "thead",   "time",  "title",      "tr",    "ul"};
constexpr std::array k_attributes = {
    "alt",  "aria-label", "charset", "checked", "class", "content", "datetime", "dir",   "for",
    "href", "http-equiv", "id",      "lang",    "name",  "rel",     "src",      "start", "type"};
constexpr std::array k_references = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

template <class List> bool among(const List& list, std::string_view what) {
    return std::any_of(list.begin(), list.end(), [&](const char* one) { return what == one; });
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

std::string_view name_at(std::string_view html, std::size_t pos) {
    std::size_t end = pos;
    while (end < html.size() && is_name(html[end])) ++end;
    return html.substr(pos, end - pos);
}

// Plain text or an attribute's value.
std::string text_problem(std::string_view text) {
    for (std::size_t pos = 0; pos < text.size();) {
        const std::size_t start = pos;
        const std::uint32_t c = next_code_point(text, pos);
        if (c == '<' || c == '>' || c == '"') return "a bare " + std::string(1, text[start]);
        if (c == '&') {
            const bool known =
                std::any_of(k_references.begin(), k_references.end(), [&](const char* reference) {
                    return text.substr(start).starts_with(reference);
                });
            if (!known) return "a bare &";
        }
        const bool hides = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) ||
                           c == 0xAD || c == 0x200B || (c >= 0x200E && c <= 0x200F) ||
                           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
                           c == 0xFEFF;
        if (hides) return "a character that hides: " + std::to_string(c);
    }
    return is_utf8(text) ? "" : "not UTF-8";
}

std::string attribute_problem(std::string_view name, std::string_view value) {
    if (!among(k_attributes, name)) return "the attribute " + std::string(name);
    if (const std::string problem = text_problem(value); !problem.empty())
        return problem + " in " + std::string(name);
    const auto begins = [&](std::initializer_list<std::string_view> with) {
        return std::any_of(with.begin(), with.end(), [&](std::string_view one) {
            return fold_case(value.substr(0, one.size())) == one;
        });
    };
    if (name == "href" && !begins({"http://", "https://", "mailto:", "#", "./"}))
        return "a link to " + std::string(value);
    if (name == "src" && !begins({"data:image/png;base64,", "data:image/jpeg;base64,",
                                  "data:image/gif;base64,", "data:image/webp;base64,"}))
        return "a source " + std::string(value);
    const bool plain = name == "class" || name == "id" || name == "for" || name == "name";
    if (plain &&
        value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789- ") != std::string_view::npos)
        return "the value of " + std::string(name);
    return {};
}

class Checker {
public:
    explicit Checker(std::string_view html) : html_(html) {}
    std::string check();

private:
    std::string tag();
    std::string attributes(std::string_view tag);

    std::string_view html_;
    std::size_t pos_ = 0;
    std::vector<std::string> open_{};
};

std::string Checker::attributes(std::string_view tag) {
    bool links = false;
    bool kept_apart = false;
    while (pos_ < html_.size() && html_[pos_] == ' ') {
        const std::string_view name = name_at(html_, ++pos_);
        pos_ += name.size();
        if (!html_.substr(pos_).starts_with("=\"")) {
            if (name != "checked") return "an attribute without a value";
            continue;
        }
        const std::size_t end = html_.find('"', pos_ + 2);
        if (end == std::string_view::npos) return "an attribute without an end";
        const std::string_view value = html_.substr(pos_ + 2, end - pos_ - 2);
        if (std::string problem = attribute_problem(name, value); !problem.empty()) return problem;
        links = links || (tag == "a" && name == "href" && value.starts_with("h"));
        kept_apart = kept_apart || (name == "rel" && value == "noopener noreferrer");
        pos_ = end + 1;
    }
    if (links && !kept_apart) return "a link without rel";
    if (pos_ >= html_.size() || html_[pos_] != '>') return "a tag that goes on oddly";
    ++pos_;
    return {};
}

std::string Checker::tag() {
    const bool closes = html_.substr(pos_).starts_with("</");
    pos_ += closes ? 2 : 1;
    const std::string_view name = name_at(html_, pos_);
    pos_ += name.size();
    if (!among(k_tags, name)) return "the tag " + std::string(name);
    if (closes) {
        if (open_.empty() || open_.back() != name)
            return "</" + std::string(name) + "> closes nothing";
        open_.pop_back();
        if (pos_ >= html_.size() || html_[pos_] != '>') return "a closing tag that goes on";
        ++pos_;
        return {};
    }
    if (std::string problem = attributes(name); !problem.empty()) return problem;
    if (among(k_void, name)) return {};
    if (open_.size() > 200) return "too deep nesting";
    if (name == "a" && std::find(open_.begin(), open_.end(), "a") != open_.end())
        return "a link in a link";
    open_.emplace_back(name);
    if (name != "style") return {};
    pos_ = std::min(html_.find("</style>", pos_), html_.size());
    return {};
}

std::string Checker::check() {
    constexpr std::string_view k_doctype = "<!DOCTYPE html>";
    if (html_.starts_with(k_doctype)) pos_ = k_doctype.size();
    while (pos_ < html_.size()) {
        const std::size_t next = std::min(html_.find('<', pos_), html_.size());
        std::string problem = text_problem(html_.substr(pos_, next - pos_));
        pos_ = next;
        if (problem.empty() && pos_ < html_.size()) problem = tag();
        if (!problem.empty()) return problem + " before: " + std::string(html_.substr(pos_, 60));
    }
    return open_.empty() ? "" : open_.back() + " is never closed";
}

} // namespace

std::string html_problem(std::string_view html) { return Checker(html).check(); }

std::string html_text(std::string_view html) {
    std::string out;
    for (std::size_t pos = 0; pos < html.size();) {
        if (html[pos] == '<') {
            pos = std::min(html.find('>', pos), html.size() - 1) + 1;
            continue;
        }
        if (html[pos] != '&') {
            out += html[pos++];
            continue;
        }
        constexpr std::array k_meanings = {'&', '<', '>', '"', '\''};
        for (std::size_t i = 0; i < k_references.size(); ++i) {
            if (!html.substr(pos).starts_with(k_references[i])) continue;
            out += k_meanings[i];
            break;
        }
        pos = std::min(html.find(';', pos), html.size() - 1) + 1;
    }
    return out;
}

} // namespace kato::test
