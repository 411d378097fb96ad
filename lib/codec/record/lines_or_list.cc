#include "codec/record/lines_or_list.h"

namespace kato::record {
namespace {

constexpr std::size_t k_look_ahead_bytes = 1 << 20;
constexpr std::string_view k_mark = "\xEF\xBB\xBF";
constexpr std::string_view k_space = " \t\r\n";

// Whether the brackets of a line's beginning are all closed again.
bool is_whole(std::string_view line) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '\\' && in_string)
            ++i;
        else if (c == '"')
            in_string = !in_string;
        else if (in_string)
            continue;
        else if (c == '{' || c == '[')
            ++depth;
        else if ((c == '}' || c == ']') && depth != 0)
            --depth;
    }
    return depth == 0 && !in_string;
}

} // namespace

Status LinesOrList::begin(bool lines) {
    if (lines)
        records_.emplace(handler_, sink_, values_);
    else
        records_.emplace(handler_, sink_, values_, std::span<const std::string_view>());
    const std::string held = std::move(beginning_);
    return records_->feed(held);
}

Status LinesOrList::feed(std::string_view bytes) {
    if (records_) return records_->feed(bytes);
    beginning_ += bytes;
    std::string_view text = beginning_;
    // The mark comes in pieces, too; white space says nothing.
    if (text.substr(0, k_mark.size()) == k_mark)
        text.remove_prefix(k_mark.size());
    else if (k_mark.substr(0, text.size()) == text)
        return done();
    const std::size_t first = text.find_first_not_of(k_space);
    if (first == std::string_view::npos) {
        if (beginning_.size() < k_look_ahead_bytes) return done();
        return begin(true);
    }
    if (text[first] == '[') return begin(false);
    if (text[first] != '{') return begin(true);
    const std::size_t offset = beginning_.size() - text.size();
    const std::size_t end = text.find('\n', std::max(first, seen_ - std::min(seen_, offset)));
    if (end != std::string_view::npos) return begin(is_whole(text.substr(first, end - first)));
    seen_ = beginning_.size();
    if (beginning_.size() < k_look_ahead_bytes) return done();
    return begin(true);
}

Status LinesOrList::finish() {
    if (!records_) KATO_CHECK(begin(true));
    return records_->finish();
}

} // namespace kato::record
