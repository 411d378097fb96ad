#include "codec/codex/document.h"

#include <algorithm>

namespace kato::codex {
namespace {

constexpr std::string_view k_space = " \t\r\n";
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t k_max_beginning = 4096; // of nothing but white space

} // namespace

bool is_document(const json::Value& root) {
    return root.member("session").is_object() && root.member("items").is_array();
}

Document::Form Document::form_of(std::string_view beginning) {
    if (k_byte_order_mark.substr(0, beginning.size()) == beginning) return Form::unknown;
    if (beginning.substr(0, k_byte_order_mark.size()) == k_byte_order_mark)
        beginning.remove_prefix(k_byte_order_mark.size());
    const std::size_t brace = beginning.find_first_not_of(k_space);
    if (brace == std::string_view::npos) return Form::unknown;
    if (beginning[brace] != '{') return Form::lines;
    const std::size_t next = beginning.find_first_not_of(k_space, brace + 1);
    if (next == std::string_view::npos) return Form::unknown;
    return beginning.substr(brace, next - brace).find('\n') == std::string_view::npos
               ? Form::lines
               : Form::document;
}

Status Document::give(std::string_view bytes, const Next& next) {
    if (form_ != Form::document) return next(bytes);
    joined_.assign(bytes);
    for (std::size_t at = joined_.find('\n'); at != std::string::npos;
         at = joined_.find('\n', at)) {
        joined_[at] = ' ';
        line_ends_.push_back(offset_ + at);
    }
    offset_ += bytes.size();
    return next(joined_);
}

Status Document::feed(std::string_view bytes, const Next& next) {
    if (form_ != Form::unknown) return give(bytes, next);
    beginning_ += bytes;
    form_ = form_of(beginning_);
    if (form_ == Form::unknown && beginning_.size() > k_max_beginning) form_ = Form::lines;
    if (form_ == Form::unknown) return done();
    const std::string first = std::move(beginning_);
    beginning_.clear();
    return give(first, next);
}

Status Document::finish(const Next& next) {
    if (form_ != Form::unknown || beginning_.empty()) return done();
    form_ = Form::lines;
    return next(beginning_);
}

std::uint64_t Document::line_of(std::uint64_t offset) const {
    const auto end = std::lower_bound(line_ends_.begin(), line_ends_.end(), offset);
    return static_cast<std::uint64_t>(end - line_ends_.begin()) + 1;
}

} // namespace kato::codex
