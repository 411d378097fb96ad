// Access to the values of a parsed text, and what is left of them after taking.
#include "codec/json/json.h"

#include "base/json_scan.h"
#include "codec/json/nodes.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace kato::json {
namespace {

// Appends a scalar or container without the white space between its tokens.
void minify(std::string_view text, std::string& out) {
    const char* p = text.data();
    const char* end = p + text.size();
    while (p != end) {
        if (is_space(*p)) {
            ++p;
            continue;
        }
        const char* start = p;
        if (*p == '"') {
            for (++p; *p != '"'; ++p) {
                if (*p == '\\') ++p;
            }
            ++p;
        } else {
            while (p != end && !is_space(*p) && *p != '"') ++p;
        }
        out.append(start, p);
    }
}

} // namespace

Type Value::type() const { return present() ? doc_->state_->nodes[node_].type : Type::null; }

Value Value::first() const {
    if (!is_object() && !is_array()) return {};
    const Node& node = doc_->state_->nodes[node_];
    return node.after == node_ + 1 ? Value() : Value(doc_, node_ + 1);
}

Value Value::next() const {
    if (!present()) return {};
    const Node& node = doc_->state_->nodes[node_];
    return (node.flags & k_last) != 0 ? Value() : Value(doc_, node.after);
}

Value Value::member(std::string_view name) const {
    if (!is_object()) return {};
    const Document::State& s = *doc_->state_;
    const Node* const nodes = s.nodes.data(); // a record's members are asked for by dozens of names
    std::uint32_t found = 0;                  // the root: nobody's member
    for (std::uint32_t i = node_ + 1; i < nodes[node_].after; i = nodes[i].after) {
        const Node& node = nodes[i];
        if ((node.flags & k_key_escaped) != 0 ? Value(doc_, i).key() == name
                                              : node.key_size == name.size() && s.key(node) == name)
            found = i;
    }
    return found == 0 ? Value() : Value(doc_, found);
}

std::size_t Value::size() const {
    std::size_t count = 0;
    for (Value child = first(); child; child = child.next()) ++count;
    return count;
}

std::string Value::key() const {
    if (!present()) return {};
    const Document::State& s = *doc_->state_;
    const Node& node = s.nodes[node_];
    if ((node.flags & k_key_escaped) == 0) return std::string(s.key(node));
    std::string out;
    (void)unescape(s.key(node), out); // was checked while parsing
    return out;
}

std::string_view Value::raw_text() const {
    if (!is_string()) return {};
    const Document::State& s = *doc_->state_;
    const std::string_view token = s.token(s.nodes[node_]);
    return token.substr(1, token.size() - 2);
}

std::string Value::text() const {
    const std::string_view raw = raw_text();
    if (raw.empty()) return {};
    if ((doc_->state_->nodes[node_].flags & k_escaped) == 0) return std::string(raw);
    std::string out;
    (void)unescape(raw, out); // was checked while parsing
    return out;
}

std::optional<std::int64_t> Value::integer() const {
    if (!present() || type() != Type::number) return std::nullopt;
    const Document::State& s = *doc_->state_;
    const std::string_view token = s.token(s.nodes[node_]);
    const char* end = token.data() + token.size();
    std::int64_t whole = 0;
    const auto read = std::from_chars(token.data(), end, whole);
    if (read.ec == std::errc() && read.ptr == end) return whole;
    if (token.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
    double real = 0;
    const auto read_real = std::from_chars(token.data(), end, real);
    constexpr double k_exact = 9007199254740992.0; // 2^53: beyond it a double is not one integer
    if (read_real.ec != std::errc() || std::trunc(real) != real || std::fabs(real) > k_exact)
        return std::nullopt;
    return static_cast<std::int64_t>(real);
}

std::optional<bool> Value::boolean() const {
    if (!present() || type() != Type::boolean) return std::nullopt;
    const Document::State& s = *doc_->state_;
    return s.text[s.nodes[node_].begin] == 't';
}

const Spill* Value::spill() const {
    if (!present()) return nullptr;
    const Document::State& s = *doc_->state_;
    const Node& node = s.nodes[node_];
    if ((node.flags & k_spilled) == 0) return nullptr;
    const auto found = std::lower_bound(
        s.spills.begin(), s.spills.end(), node.begin,
        [](const Spill& spill, std::uint32_t token) { return spill.token < token; });
    return &*found;
}

std::string_view Value::raw() const {
    if (!present()) return {};
    const Document::State& s = *doc_->state_;
    return s.token(s.nodes[node_]);
}

void Value::append_minified(std::string& out) const {
    if (!present()) return;
    const Document::State& s = *doc_->state_;
    const Node& node = s.nodes[node_];
    if ((node.flags & k_spaced) != 0) {
        minify(s.token(node), out);
    } else {
        out.append(s.token(node));
    }
}

std::string Value::minified() const {
    std::string out;
    append_minified(out);
    return out;
}

Value Value::take() const {
    if (!present()) return *this;
    std::vector<Node>& nodes = doc_->state_->nodes;
    const std::uint32_t after = nodes[node_].after;
    for (std::uint32_t i = node_; i != after; ++i) nodes[i].flags |= k_taken;
    return *this;
}

bool Value::taken() const { return present() && (doc_->state_->nodes[node_].flags & k_taken) != 0; }

void Value::append_remainder(std::string& out) const {
    const Document::State& s = *doc_->state_;
    const Node& node = s.nodes[node_];
    if ((node.flags & k_taken) != 0) return;
    const Value child_first = first();
    if (!child_first) { // a scalar or an empty container
        append_minified(out);
        return;
    }
    const bool object = node.type == Type::object;
    const std::size_t start = out.size();
    out += object ? '{' : '[';
    bool any = false;
    for (Value child = child_first; child; child = child.next()) {
        const std::size_t before = out.size();
        if (any) out += ',';
        if (object) {
            out += '"';
            out.append(s.key(s.nodes[child.node_]));
            out += "\":";
        }
        const std::size_t content = out.size();
        child.append_remainder(out);
        if (out.size() == content) {
            out.resize(before);
        } else {
            any = true;
        }
    }
    if (any) {
        out += object ? '}' : ']';
    } else {
        out.resize(start);
    }
}

std::string Value::remainder() const {
    std::string out;
    if (present()) append_remainder(out);
    return out;
}

} // namespace kato::json
