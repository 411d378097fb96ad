// The text of a manifest, TOML or JSON, as one tree of values that know their lines.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

struct Node {
    // How a table of TOML came about: tells what may still add to it.
    enum class Made : std::uint8_t { whole, implied, header, dots };
    enum class Type : std::uint8_t { string, integer, number, boolean, array, table, other };

    Type type = Type::other;
    std::string text; // of a string; otherwise how JSON writes the number or truth value
    std::int64_t integer = 0;
    std::vector<Node> elements; // a table's in the order of the text, no key twice
    std::string key;            // of an element of a table
    std::uint64_t line = 0;     // 1 is the first
    Made made = Made::whole;
};

// Counts what is made of a text, and how deep it is, against the limits of manifest.h.
class Budget {
public:
    Status spend(std::size_t depth, std::uint64_t line);

private:
    std::size_t items_ = 0;
};

std::string_view type_name(Node::Type type); // "a text", for messages

// The limits of manifest.h apply. Errors have a line, where one is known.
Result<Node> parse_manifest_text(std::string_view text);

// A value as compact JSON. It has no `other` in it.
std::string to_json(const Node& node);

} // namespace kato::agent
