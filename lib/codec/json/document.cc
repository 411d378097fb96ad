// Parses a JSON text: one pass of our own over the bytes after simdjson has checked their UTF-8.
#include "codec/json/json.h"

#include "base/json_scan.h"
#include "base/text.h"
#include "codec/json/nodes.h"

#include <simdjson.h>

#include <algorithm>
#include <limits>

namespace kato::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

} // namespace

class Scanner {
public:
    Scanner(std::string_view text, Document::State& state, std::size_t max_depth)
        : begin_(text.data()), p_(text.data()), end_(p_ + text.size()), nodes_(state.nodes),
          spills_(state.spills), open_(state.open),
          max_depth_(std::min(max_depth, state.open.size())) {}

    // False when something is wrong: see the members below.
    bool run();

    const char* problem = nullptr;
    std::size_t offset = 0;
    bool limit = false;
    std::size_t first_value = 0;

private:
    enum class Step { value, key, after };

    bool fail(const char* what, const char* where) {
        problem = what;
        offset = static_cast<std::size_t>(where - begin_);
        return false;
    }
    bool fail_limit(const char* what, const char* where) {
        limit = true;
        return fail(what, where);
    }
    bool unexpected(const char* what) {
        return fail(p_ == end_ ? "the JSON text ends too early" : what, p_);
    }
    bool at(char c) const { return p_ != end_ && *p_ == c; }
    std::uint32_t position(const char* p) const { return static_cast<std::uint32_t>(p - begin_); }
    void skip_space() {
        const char* start = p_;
        while (p_ != end_ && is_space(*p_)) ++p_;
        spaces_ += static_cast<std::uint64_t>(p_ - start);
    }
    bool read_string(bool& escaped);
    bool read_escape();
    bool read_number();
    bool read_literal(std::string_view literal);
    bool read_key();
    bool read_value(Step& next);
    bool read_after(Step& next);
    bool add(Type type, const char* start, std::uint8_t flags);
    bool is_spilled(const char* start);
    void close();

    const char* begin_;
    const char* p_;
    const char* end_;
    std::vector<Node>& nodes_;
    const std::vector<Spill>& spills_;
    std::size_t next_spill_ = 0;
    std::array<OpenContainer, k_max_depth + k_spare_depth>& open_;
    std::size_t max_depth_;
    std::size_t depth_ = 0;
    std::uint64_t spaces_ = 0;
    std::uint32_t key_ = 0;
    std::uint32_t key_size_ = 0;
    bool key_escaped_ = false;
};

bool Scanner::read_escape() {
    const char* start = p_++;
    if (p_ == end_) return unexpected("");
    if (*p_ == 'u') {
        for (int i = 0; i < 4; ++i) {
            ++p_;
            if (p_ == end_) return unexpected("");
            if (!is_hex(*p_)) return fail("bad \\u escape", start);
        }
        ++p_;
        return true;
    }
    if (std::string_view("\"\\/bfnrt").find(*p_) == std::string_view::npos)
        return fail("unknown escape", start);
    ++p_;
    return true;
}

// Leaves p_ behind the closing quote.
bool Scanner::read_string(bool& escaped) {
    escaped = false;
    ++p_;
    for (;;) {
        p_ = find_special(p_, end_);
        if (p_ == end_) return unexpected("");
        if (*p_ == '"') {
            ++p_;
            return true;
        }
        if (*p_ != '\\') return fail("control character in a string", p_);
        escaped = true;
        if (!read_escape()) return false;
    }
}

bool Scanner::read_number() {
    if (*p_ == '-') ++p_;
    if (p_ == end_ || !is_digit(*p_)) return unexpected("bad number");
    if (*p_ == '0') {
        ++p_;
    } else {
        while (p_ != end_ && is_digit(*p_)) ++p_;
    }
    if (at('.')) {
        ++p_;
        if (p_ == end_ || !is_digit(*p_)) return unexpected("bad number");
        while (p_ != end_ && is_digit(*p_)) ++p_;
    }
    if (at('e') || at('E')) {
        ++p_;
        if (at('+') || at('-')) ++p_;
        if (p_ == end_ || !is_digit(*p_)) return unexpected("bad number");
        while (p_ != end_ && is_digit(*p_)) ++p_;
    }
    return true;
}

bool Scanner::read_literal(std::string_view literal) {
    for (const char c : literal) {
        if (!at(c)) return unexpected("unknown literal");
        ++p_;
    }
    return true;
}

bool Scanner::is_spilled(const char* start) {
    if (next_spill_ == spills_.size() || spills_[next_spill_].token != position(start))
        return false;
    ++next_spill_;
    return true;
}

bool Scanner::add(Type type, const char* start, std::uint8_t flags) {
    if (nodes_.size() >= k_max_values) return fail_limit("too many values in one record", start);
    // Growing by doubling would need three times the memory for a moment.
    if (nodes_.size() == k_max_values / 4) nodes_.reserve(k_max_values);
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    if (depth_ > 0) open_[depth_ - 1].last_child = index;
    const auto extra = static_cast<std::uint8_t>(key_escaped_ ? k_key_escaped : 0);
    nodes_.push_back({position(start), position(p_), index + 1, key_, key_size_, type,
                      static_cast<std::uint8_t>(flags | extra)});
    key_ = key_size_ = 0;
    key_escaped_ = false;
    return true;
}

void Scanner::close() {
    const OpenContainer& open = open_[--depth_];
    Node& node = nodes_[open.node];
    node.end = position(p_);
    node.after = static_cast<std::uint32_t>(nodes_.size());
    if (spaces_ != open.spaces) node.flags |= k_spaced;
    if (open.last_child != 0) nodes_[open.last_child].flags |= k_last;
}

bool Scanner::read_key() {
    if (!at('"')) return unexpected("a member's name must stand here");
    const char* start = p_;
    if (!read_string(key_escaped_)) return false;
    if (is_spilled(start)) return fail_limit("a member's name is too long", start);
    key_ = position(start) + 1;
    key_size_ = position(p_) - 1 - key_;
    skip_space();
    if (!at(':')) return unexpected("':' must stand here");
    ++p_;
    skip_space();
    return true;
}

bool Scanner::read_value(Step& next) {
    next = Step::after;
    if (p_ == end_) return unexpected("");
    const char* start = p_;
    switch (*p_) {
    case '{':
    case '[': {
        const bool object = *p_ == '{';
        if (depth_ == max_depth_) return fail_limit("nested too deeply", p_);
        ++p_;
        if (!add(object ? Type::object : Type::array, start, 0)) return false;
        open_[depth_++] = {static_cast<std::uint32_t>(nodes_.size() - 1), 0, spaces_};
        skip_space();
        if (at(object ? '}' : ']')) {
            ++p_;
            close();
        } else {
            next = object ? Step::key : Step::value;
        }
        return true;
    }
    case '"': {
        bool escaped = false;
        if (!read_string(escaped)) return false;
        std::uint8_t flags = escaped ? k_escaped : 0;
        if (is_spilled(start)) {
            if (!spills_[next_spill_ - 1].well_formed)
                return fail("control character or bad escape in a long string", start);
            flags |= k_spilled;
        }
        return add(Type::string, start, flags);
    }
    case 't': return read_literal("true") && add(Type::boolean, start, 0);
    case 'f': return read_literal("false") && add(Type::boolean, start, 0);
    case 'n': return read_literal("null") && add(Type::null, start, 0);
    default:
        if (*p_ != '-' && !is_digit(*p_)) return unexpected("a value must stand here");
        return read_number() && add(Type::number, start, 0);
    }
}

// Behind a value inside a container: the next one, or the end of the container.
bool Scanner::read_after(Step& next) {
    skip_space();
    const bool object = nodes_[open_[depth_ - 1].node].type == Type::object;
    if (at(',')) {
        ++p_;
        skip_space();
        next = object ? Step::key : Step::value;
        return true;
    }
    if (at(object ? '}' : ']')) {
        ++p_;
        close();
        return true;
    }
    return unexpected(object ? "',' or '}' must stand here" : "',' or ']' must stand here");
}

bool Scanner::run() {
    skip_space();
    Step step = Step::value;
    for (;;) {
        if (step == Step::key) {
            if (!read_key()) return false;
            step = Step::value;
        }
        if (step == Step::value && !read_value(step)) return false;
        if (step != Step::after) continue;
        if (depth_ == 0) break;
        if (!read_after(step)) return false;
    }
    nodes_[0].flags |= k_last;
    const char* value_end = p_;
    skip_space();
    if (p_ == end_) return true;
    first_value = static_cast<std::size_t>(value_end - begin_);
    return fail("something follows the JSON value", p_);
}

bool valid_utf8(std::string_view text) {
    return text.empty() || simdjson::validate_utf8(text.data(), text.size());
}

Document::Document() : state_(std::make_unique<State>()) {}
Document::~Document() = default;

Status Document::parse(std::string_view text, std::vector<Spill> spills, std::size_t max_depth) {
    State& s = *state_;
    s.text = text;
    s.nodes.clear();
    s.spills = std::move(spills);
    s.first_value = 0;
    if (text.size() >= std::numeric_limits<std::uint32_t>::max())
        return Error{Code::limit, "JSON text of 4 GiB or more"};
    const std::size_t bad_utf8 = valid_utf8(text) ? text.size() : utf8_prefix(text);
    // The text up to the bad byte decides which error comes first; it cannot be a value of its own
    // unless something follows it.
    Scanner scanner(text.substr(0, bad_utf8), s, max_depth);
    const bool good = scanner.run();
    if (bad_utf8 != text.size() && (good || scanner.offset >= bad_utf8)) {
        s.nodes.clear();
        return Error{Code::invalid, "not UTF-8", bad_utf8};
    }
    if (good) return done();
    s.nodes.clear();
    s.first_value = scanner.first_value;
    return Error{scanner.limit ? Code::limit : Code::invalid, scanner.problem, scanner.offset};
}

Value Document::root() const { return state_->nodes.empty() ? Value() : Value(this, 0); }

std::size_t Document::first_value_length() const { return state_->first_value; }

} // namespace kato::json
