#include "codec/json/long_line.h"

#include "base/json_scan.h"

#include <algorithm>

namespace kato::json {
namespace {

// Long lines may consist of very many long strings.
constexpr std::size_t k_max_spills = 1 << 20;
constexpr std::size_t k_growth_step = 8 << 20;

} // namespace

void LongLine::begin() {
    skeleton_.clear();
    spills_.clear();
    hasher_ = Blake128();
    size_ = 0;
    where_ = Where::outside;
    spilling_ = return_held_ = too_long_ = false;
    file_.rewind();
}

void LongLine::hash(std::string_view piece) {
    if (piece.empty()) return;
    if (return_held_) hasher_.update("\r");
    return_held_ = piece.back() == '\r';
    if (return_held_) piece.remove_suffix(1);
    hasher_.update(piece);
}

// Nothing of the line will be used but its length and hash.
void LongLine::give_up() {
    too_long_ = true;
    skeleton_.clear();
    skeleton_.shrink_to_fit();
    spills_.clear();
}

Status LongLine::keep(std::string_view piece) {
    const std::size_t size = skeleton_.size() + piece.size();
    if (size > skeleton_.capacity() && size > k_growth_step)
        skeleton_.reserve(k_max_skeleton_bytes + 2 * k_long_string_bytes); // no doubling beyond
    skeleton_.append(piece);
    return done();
}

Status LongLine::keep_string(std::string_view piece) {
    if (!spilling_ && skeleton_.size() - string_start_ + piece.size() > k_long_string_bytes) {
        spilling_ = true;
        spill_ = Spill{string_start_ - 1, file_.size(), 0};
        utf8_ = Utf8Check();
        escapes_ = EscapeCheck();
        check(std::string_view(skeleton_).substr(string_start_));
        KATO_CHECK(file_.append(std::string_view(skeleton_).substr(string_start_)));
        skeleton_.resize(string_start_);
    }
    if (!spilling_) return keep(piece);
    check(piece);
    return file_.append(piece);
}

void LongLine::check(std::string_view piece) {
    utf8_.add(piece);
    escapes_.add(piece);
}

Status LongLine::end_string() {
    where_ = Where::outside;
    if (spilling_) {
        spilling_ = false;
        spill_.length = file_.size() - spill_.offset;
        spill_.valid_utf8 = utf8_.finish();
        spill_.well_formed = escapes_.finish();
        if (spills_.size() == k_max_spills) {
            give_up();
            return done();
        }
        spills_.push_back(spill_);
    }
    return keep("\"");
}

// Length of the string's content at the beginning of `piece`; follows the escapes.
std::size_t LongLine::string_end(std::string_view piece) {
    const char* p = piece.data();
    const char* end = p + piece.size();
    for (;;) {
        p = find_special(p, end);
        if (p == end || *p == '"') return static_cast<std::size_t>(p - piece.data());
        if (*p++ != '\\') continue;
        if (p == end) {
            where_ = Where::escape;
            return piece.size();
        }
        ++p;
    }
}

Status LongLine::scan(std::string_view piece) {
    while (!piece.empty() && !too_long_) {
        std::size_t length = 0;
        switch (where_) {
        case Where::outside: {
            const std::size_t quote = piece.find('"');
            length = quote == std::string_view::npos ? piece.size() : quote + 1;
            KATO_CHECK(keep(piece.substr(0, length)));
            if (quote != std::string_view::npos) {
                where_ = Where::string;
                string_start_ = skeleton_.size();
            }
            break;
        }
        case Where::string: {
            const std::size_t stop = string_end(piece);
            KATO_CHECK(keep_string(piece.substr(0, stop)));
            length = stop;
            if (stop != piece.size()) {
                ++length;
                KATO_CHECK(end_string());
            }
            break;
        }
        case Where::escape:
            length = 1;
            KATO_CHECK(keep_string(piece.substr(0, 1)));
            where_ = Where::string;
            break;
        }
        piece.remove_prefix(length);
        if (where_ == Where::outside && skeleton_.size() > k_max_skeleton_bytes) give_up();
    }
    return done();
}

Status LongLine::add(std::string_view piece) {
    size_ += piece.size();
    hash(piece);
    // In bites, so that the limits are looked at often enough.
    constexpr std::size_t k_bite = 1 << 16;
    while (!piece.empty() && !too_long_) {
        KATO_CHECK(scan(piece.substr(0, k_bite)));
        piece.remove_prefix(std::min(piece.size(), k_bite));
        if (skeleton_.size() > k_max_skeleton_bytes + k_long_string_bytes) give_up();
    }
    return done();
}

Result<LongLine::Result> LongLine::finish() {
    if (!too_long_ && skeleton_.size() > k_max_skeleton_bytes) give_up();
    // A string that never ends: what was set aside is part of no value, and the record is damaged.
    Result out;
    out.too_long = too_long_;
    if (!too_long_ && return_held_ && !skeleton_.empty() && skeleton_.back() == '\r')
        skeleton_.pop_back();
    out.skeleton = skeleton_;
    out.spills = std::move(spills_);
    out.hash = hasher_.finish();
    out.size = size_;
    spills_.clear();
    return out;
}

} // namespace kato::json
