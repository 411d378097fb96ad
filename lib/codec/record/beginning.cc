#include "codec/record/beginning.h"

#include <algorithm>

namespace kato::record {
namespace {

constexpr std::string_view k_mark = "\xEF\xBB\xBF";
constexpr std::string_view k_space = " \t\r\n";
constexpr std::size_t k_max_lines = 64; // looked at

std::string_view without_mark(std::string_view text) {
    if (text.substr(0, k_mark.size()) == k_mark) text.remove_prefix(k_mark.size());
    return text;
}

// Reads a JSON text up to where it ends or is cut off, and closes it there.
class Closer {
public:
    explicit Closer(std::string_view text) : text_(text) {}

    std::string close();

private:
    bool step(char c); // false: the text is whole
    std::string rest() const;

    std::string_view text_;
    std::string open_{};   // the brackets that would close what is open
    std::size_t safe_ = 0; // what stands before is whole but for the brackets
    std::size_t pos_ = 0;
    bool in_string_ = false;
    bool is_key_ = false;
    bool expects_key_ = false;
};

bool Closer::step(char c) {
    switch (c) {
    case '"':
        in_string_ = true;
        is_key_ = expects_key_;
        expects_key_ = false;
        break;
    case '{':
    case '[':
        open_ += c == '{' ? '}' : ']';
        expects_key_ = c == '{';
        safe_ = pos_ + 1;
        break;
    case '}':
    case ']':
        if (!open_.empty()) open_.pop_back();
        safe_ = pos_ + 1;
        expects_key_ = false;
        return !open_.empty();
    case ',':
        safe_ = pos_;
        expects_key_ = !open_.empty() && open_.back() == '}';
        break;
    default: break;
    }
    return true;
}

// What can be kept of a string that is cut off.
std::string Closer::rest() const {
    std::string out(text_.substr(safe_));
    for (int i = 0; i != 4 && !out.empty() && static_cast<unsigned char>(out.back()) >= 0x80; ++i)
        out.pop_back();
    // An escape has at most six characters; a pair of backslashes is no beginning of one.
    const std::size_t slash = out.rfind('\\');
    if (slash != std::string::npos && out.size() - slash < 6) {
        std::size_t first = slash;
        while (first > 0 && out[first - 1] == '\\') --first;
        if ((slash - first) % 2 == 0) out.resize(slash);
    }
    return out;
}

std::string Closer::close() {
    for (; pos_ < text_.size(); ++pos_) {
        const char c = text_[pos_];
        if (in_string_) {
            if (c == '\\') {
                ++pos_;
            } else if (c == '"') {
                in_string_ = false;
                if (!is_key_) safe_ = pos_ + 1;
            }
            continue;
        }
        if (!step(c)) return std::string(text_.substr(0, safe_));
        if (open_.size() > json::k_max_depth) break;
    }
    std::string out(text_.substr(0, safe_));
    if (in_string_ && !is_key_) out += rest() + '"';
    out.append(open_.rbegin(), open_.rend());
    return out;
}

} // namespace

std::string first_json(std::string_view prefix) {
    prefix = without_mark(prefix);
    prefix.remove_prefix(std::min(prefix.find_first_not_of(k_space), prefix.size()));
    return Closer(prefix).close();
}

void first_lines(std::string_view prefix, bool complete,
                 const std::function<bool(const json::Value& root)>& enough) {
    prefix = without_mark(prefix);
    json::Document document;
    for (std::size_t line = 0; line != k_max_lines && !prefix.empty(); ++line) {
        const std::size_t end = prefix.find('\n');
        const std::string_view text = prefix.substr(0, end);
        std::string closed;
        bool parsed = document.parse(text).ok();
        if (!parsed && document.first_value_length() != 0)
            parsed = document.parse(text.substr(0, document.first_value_length())).ok();
        if (!parsed && end == std::string_view::npos && !complete) {
            closed = first_json(text);
            parsed = document.parse(closed).ok();
        }
        if (parsed && enough(document.root())) return;
        if (end == std::string_view::npos) return;
        prefix.remove_prefix(end + 1);
    }
}

} // namespace kato::record
