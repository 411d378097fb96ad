#include "agent/manifest_text.h"

#include "agent/manifest.h"
#include "base/json_string.h"
#include "base/text.h"
#include "codec/json/json.h"

#include <fmt/format.h>

namespace kato::agent {

// toml++ asserts what hostile texts break ("[?]" does), and lets the compiler rely on it where there
// are no assertions. Here they are checked in every build, and end the parsing.
struct BrokenAssertion {};
[[noreturn]] inline void toml_broken() { throw BrokenAssertion(); }

} // namespace kato::agent

// Header-only, whatever the system's package prefers, and never deep enough to matter to the stack.
#undef NDEBUG
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_FLOAT_CHARCONV 1 // streams turn a lack of memory into a wrong number
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 16
#define TOML_ASSERT(expr) ((expr) ? static_cast<void>(0) : ::kato::agent::toml_broken())
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace kato::agent {
namespace {

static_assert(k_max_manifest_depth == TOML_MAX_NESTED_VALUES);

// Dots outside of quotes in one line. toml++ makes a table for each, one in the other, and takes them
// apart again by recursion.
constexpr std::size_t k_max_line_dots = 64;

Error wrong(std::string message, std::uint64_t line) {
    Error error{Code::invalid, std::move(message)};
    if (line != 0) error.line = line;
    return error;
}

// Counts what is made of a text, and how deep it is.
class Budget {
public:
    Status spend(std::size_t depth, std::uint64_t line) {
        if (depth > k_max_manifest_depth)
            return limit(fmt::format("nested more than {} deep", k_max_manifest_depth), line);
        if (++items_ > k_max_manifest_items)
            return limit(fmt::format("more than {} values", k_max_manifest_items), line);
        return done();
    }

private:
    static Error limit(std::string message, std::uint64_t line) {
        Error error = wrong(std::move(message), line);
        error.code = Code::limit;
        return error;
    }
    std::size_t items_ = 0;
};

// TOML.

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7F;
}

// Where a text ends that begins at `begin` with a quote, behind its closing one; npos: it does not.
std::size_t text_end(std::string_view line, std::size_t begin) {
    const char quote = line[begin];
    for (std::size_t i = begin + 1; i < line.size(); ++i) {
        if (line[i] == quote) return i + 1;
        if (line[i] == '\\' && quote == '"') ++i;
    }
    return std::string_view::npos;
}

// What toml++ cannot be given: it reaches what it takes for unreachable at letters outside of texts
// that are not ASCII. Texts of several lines are refused, so that it is clear where one ends.
Status check_line(std::string_view line, std::uint64_t number) {
    if (std::any_of(line.begin(), line.end(), is_control))
        return wrong("a control character", number);
    std::size_t dots = 0;
    char before = '\0'; // the last character that is no space
    for (std::size_t i = 0; i < line.size() && line[i] != '#';) {
        const char c = line[i];
        if (c == '"' || c == '\'') {
            // Elsewhere it would be a part of something else, a malformed number say.
            if (before != '\0' && std::string_view("=,[{").find(before) == std::string_view::npos)
                return wrong("a quote where no text begins", number);
            const std::size_t end = text_end(line, i);
            if (end == std::string_view::npos)
                return wrong("a text that does not end in its line", number);
            if (end == i + 2 && end < line.size() && line[end] == c)
                return wrong("texts of several lines are not understood: write \\n", number);
            i = end;
            before = c;
            continue;
        }
        if (c != ' ' && c != '\t' && c != '\r') before = c;
        if (static_cast<unsigned char>(c) > 0x7E)
            return wrong("a letter outside of quotes that is not ASCII", number);
        if (c == '.' && ++dots > k_max_line_dots) {
            Error error =
                wrong(fmt::format("more than {} dots outside of quotes", k_max_line_dots), number);
            error.code = Code::limit;
            return error;
        }
        ++i;
    }
    return done();
}

Status check_lines(std::string_view text) {
    for (std::uint64_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        KATO_CHECK(check_line(text.substr(0, end), number));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return done();
}

std::string float_json(double value) { return fmt::format("{}", value); }

class FromToml {
public:
    Result<Node> convert(const toml::node& from, std::size_t depth) {
        Node node;
        node.line = from.source().begin.line;
        KATO_CHECK(budget_.spend(depth, node.line));
        if (const auto* text = from.as_string()) {
            node.type = Node::Type::string;
            node.text = text->get();
        } else if (const auto* integer = from.as_integer()) {
            node.type = Node::Type::integer;
            node.integer = integer->get();
            node.text = fmt::format("{}", node.integer);
        } else if (const auto* number = from.as_floating_point()) {
            if (!std::isfinite(number->get())) return wrong("expected a finite number", node.line);
            node.type = Node::Type::number;
            node.text = float_json(number->get());
        } else if (const auto* truth = from.as_boolean()) {
            node.type = Node::Type::boolean;
            node.text = truth->get() ? "true" : "false";
        } else if (const auto* array = from.as_array()) {
            node.type = Node::Type::array;
            for (const toml::node& element : *array) {
                KATO_TRY(Node child, convert(element, depth + 1));
                node.elements.push_back(std::move(child));
            }
        } else if (const auto* table = from.as_table()) {
            node.type = Node::Type::table;
            for (const auto& [key, value] : *table) {
                KATO_TRY(Node child, convert(value, depth + 1));
                child.line = key.source().begin.line;
                child.key = key.str();
                node.elements.push_back(std::move(child));
            }
            std::stable_sort(node.elements.begin(), node.elements.end(),
                             [](const Node& a, const Node& b) { return a.line < b.line; });
        } else {
            return wrong("dates and times are not understood: write a text", node.line);
        }
        return node;
    }

private:
    Budget budget_;
};

Result<Node> parse_toml(std::string_view text) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    if (const std::size_t valid = utf8_prefix(text); valid != text.size())
        return wrong(
            "not UTF-8",
            1 + static_cast<std::uint64_t>(std::count(
                    text.begin(), text.begin() + static_cast<std::ptrdiff_t>(valid), '\n')));
    KATO_CHECK(check_lines(text));
    try {
        const toml::parse_result parsed = toml::parse(text);
        if (!parsed)
            return wrong(to_valid_utf8(parsed.error().description()),
                         parsed.error().source().begin.line);
        return FromToml().convert(parsed.table(), 0);
    } catch (const BrokenAssertion&) {
        return wrong("not TOML", 0);
    }
}

// JSON.

class FromJson {
public:
    explicit FromJson(std::string_view text) : text_(text) {}

    // Asked in the order of the text, or nearly: it goes on from the last answer.
    std::uint64_t line_at(std::size_t offset) {
        if (offset < offset_) {
            offset_ = 0;
            line_ = 1;
        }
        const std::string_view passed = text_.substr(offset_, offset - offset_);
        line_ += static_cast<std::uint64_t>(std::count(passed.begin(), passed.end(), '\n'));
        offset_ = offset;
        return line_;
    }

    Result<Node> convert(const json::Value& from, std::size_t depth) {
        Node node;
        node.line = line_at(static_cast<std::size_t>(from.raw().data() - text_.data()));
        KATO_CHECK(budget_.spend(depth, node.line));
        switch (from.type()) {
        case json::Type::null:
            return wrong("null is not understood: leave the member out", node.line);
        case json::Type::boolean:
            node.type = Node::Type::boolean;
            node.text = from.raw();
            break;
        case json::Type::number: {
            const std::optional<std::int64_t> integer = from.integer();
            node.type = integer ? Node::Type::integer : Node::Type::number;
            node.integer = integer.value_or(0);
            node.text = from.raw();
            break;
        }
        case json::Type::string:
            node.type = Node::Type::string;
            node.text = from.text();
            if (!is_utf8(node.text)) return wrong("a text with half a surrogate pair", node.line);
            break;
        case json::Type::array:
            node.type = Node::Type::array;
            for (json::Value child = from.first(); child; child = child.next()) {
                KATO_TRY(Node element, convert(child, depth + 1));
                node.elements.push_back(std::move(element));
            }
            break;
        case json::Type::object: KATO_CHECK(convert_members(from, depth, node)); break;
        }
        return node;
    }

private:
    Status convert_members(const json::Value& from, std::size_t depth, Node& node) {
        node.type = Node::Type::table;
        std::set<std::string> names;
        for (json::Value child = from.first(); child; child = child.next()) {
            KATO_TRY(Node member, convert(child, depth + 1));
            member.key = child.key();
            if (!is_utf8(member.key))
                return wrong("a name with half a surrogate pair", member.line);
            if (!names.insert(member.key).second)
                return wrong(fmt::format("{} is there twice", member.key), member.line);
            node.elements.push_back(std::move(member));
        }
        return done();
    }

    std::string_view text_;
    std::size_t offset_ = 0;
    std::uint64_t line_ = 1;
    Budget budget_;
};

Result<Node> parse_json(std::string_view text) {
    FromJson from(text);
    json::Document document;
    auto parsed = document.parse(text, {}, k_max_manifest_depth + 1);
    if (!parsed) {
        Error error = std::move(parsed.error());
        if (error.offset)
            error.line =
                from.line_at(std::min(static_cast<std::size_t>(*error.offset), text.size()));
        error.offset.reset();
        if (error.code != Code::limit) error.code = Code::invalid;
        return error;
    }
    return from.convert(document.root(), 0);
}

} // namespace

std::string_view type_name(Node::Type type) {
    switch (type) {
    case Node::Type::string: return "a text";
    case Node::Type::integer: return "a whole number";
    case Node::Type::number: return "a fraction";
    case Node::Type::boolean: return "true or false";
    case Node::Type::array: return "a list";
    case Node::Type::table: return "a table";
    case Node::Type::other: break;
    }
    return "something else";
}

Result<Node> parse_manifest_text(std::string_view text) {
    if (text.size() > k_max_manifest_bytes)
        return Error{Code::limit,
                     fmt::format("a manifest of more than {} bytes", k_max_manifest_bytes)};
    if (text.find('\0') != std::string_view::npos) return wrong("a NUL byte", 0);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first != std::string_view::npos && text[first] == '{';
    return is_json ? parse_json(text) : parse_toml(text);
}

std::string to_json(const Node& node) {
    std::string out;
    switch (node.type) {
    case Node::Type::string: append_json_string(out, node.text); return out;
    case Node::Type::array:
        for (const Node& element : node.elements)
            out += (out.empty() ? "" : ",") + to_json(element);
        return '[' + out + ']';
    case Node::Type::table:
        for (const Node& element : node.elements) {
            if (!out.empty()) out += ',';
            append_json_string(out, element.key);
            out += ':' + to_json(element);
        }
        return '{' + out + '}';
    default: return node.text;
    }
}

} // namespace kato::agent
