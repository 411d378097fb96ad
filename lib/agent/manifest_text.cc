#include "agent/manifest_text.h"

#include "agent/manifest.h"
#include "agent/toml.h"
#include "base/json_string.h"
#include "base/text.h"
#include "codec/json/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace kato::agent {
namespace {

Error wrong(std::string message, std::uint64_t line) {
    Error error{Code::invalid, std::move(message)};
    if (line != 0) error.line = line;
    return error;
}

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

Status Budget::spend(std::size_t depth, std::uint64_t line) {
    const bool deep = depth > k_max_manifest_depth;
    if (!deep && ++items_ <= k_max_manifest_items) return done();
    Error error = wrong(deep ? fmt::format("nested more than {} deep", k_max_manifest_depth)
                             : fmt::format("more than {} values", k_max_manifest_items),
                        line);
    error.code = Code::limit;
    return error;
}

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
