#include "codec/record/beginning.h"

#include "base/json_scan.h"

#include <algorithm>

namespace kato::record {
namespace {

constexpr std::size_t k_max_members = 256;
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    char space() {
        while (pos_ < text_.size() && json::is_space(text_[pos_])) ++pos_;
        return pos_ < text_.size() ? text_[pos_] : '\0';
    }
    void pass() { ++pos_; }
    std::string_view rest() const { return text_.substr(pos_); }

    // Behind a string's closing quote; false when that is not in sight.
    bool string(std::string_view& content) {
        const char* const end = text_.data() + text_.size();
        const std::size_t begin = ++pos_;
        for (const char* p = text_.data() + begin;;) {
            p = json::find_special(p, end);
            if (p == end) return false;
            if (*p == '"') {
                pos_ = static_cast<std::size_t>(p - text_.data()) + 1;
                content = text_.substr(begin, pos_ - 1 - begin);
                return true;
            }
            p += *p == '\\' && end - p > 1 ? 2 : 1;
        }
    }

    // Behind a value of an object's member; false when its end is not in sight.
    bool value() {
        std::size_t depth = 0;
        std::string_view unused;
        while (pos_ < text_.size()) {
            const char c = text_[pos_];
            if (depth == 0 && (c == ',' || c == '}' || c == ']')) return true;
            if (c == '"') {
                if (!string(unused)) return false;
                continue;
            }
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            ++pos_;
        }
        return false;
    }

private:
    std::string_view text_;
    std::size_t pos_ = 0;
};

// The members of the object that `in` stands at.
void read_members(Scanner& in, std::span<const std::string_view> lists, Beginning& out) {
    in.pass();
    while (out.members.size() < k_max_members) {
        std::string_view name;
        if (in.space() != '"' || !in.string(name) || in.space() != ':') return;
        in.pass();
        const char first = in.space();
        if (first == '[' && std::find(lists.begin(), lists.end(), name) != lists.end()) {
            in.pass();
            out.members.clear();
            out.in_list = true;
            out.empty = in.space() == ']';
            if (in.space() == '{') read_members(in, {}, out);
            return;
        }
        out.members.push_back({std::string(name), first, in.rest()});
        if (!in.value() || in.space() != ',') return;
        in.pass();
    }
}

} // namespace

const FirstMember* Beginning::find(std::string_view name) const {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const FirstMember& m) { return m.name == name; });
    return found == members.end() ? nullptr : &*found;
}

bool Beginning::has(std::string_view name, char first) const {
    const FirstMember* const member = find(name);
    return member != nullptr && member->first == first;
}

Beginning read_beginning(std::string_view prefix, std::span<const std::string_view> lists) {
    if (prefix.substr(0, k_byte_order_mark.size()) == k_byte_order_mark)
        prefix.remove_prefix(k_byte_order_mark.size());
    Beginning out;
    Scanner in(prefix);
    if (in.space() == '[') {
        in.pass();
        out.in_list = true;
        out.empty = in.space() == ']';
        lists = {};
    }
    if (in.space() == '{') read_members(in, lists, out);
    return out;
}

} // namespace kato::record
