// How a parsed text is held: one array of nodes in the order of the text, reused by each parse.
#pragma once

#include "codec/json/json.h"

#include <array>

namespace kato::json {

// A container's children follow it; `after` is the node behind all of them.
struct Node {
    std::uint32_t begin = 0; // of the token
    std::uint32_t end = 0;
    std::uint32_t after = 0;
    std::uint32_t key = 0; // what stands between the quotes of the member's name
    std::uint32_t key_size = 0;
    Type type = Type::null;
    std::uint8_t flags = 0;
};

enum NodeFlag : std::uint8_t {
    k_escaped = 1,     // a string with escapes
    k_key_escaped = 2, // so is its name
    k_last = 4,        // has no next sibling
    k_taken = 8,
    k_spaced = 16, // a container with insignificant white space inside
    k_spilled = 32,
};

// A container that is being parsed.
struct OpenContainer {
    std::uint32_t node = 0;
    std::uint32_t last_child = 0; // 0: none yet
    std::uint64_t spaces = 0;     // how much white space had been seen when it opened
};

struct Document::State {
    std::string_view text{};
    std::vector<Node> nodes{};
    std::vector<Spill> spills{};
    std::array<OpenContainer, k_max_depth + k_spare_depth>
        open{}; // here so that it is not cleared each time
    std::size_t first_value = 0;

    std::string_view token(const Node& node) const {
        return text.substr(node.begin, node.end - node.begin);
    }
    std::string_view key(const Node& node) const { return text.substr(node.key, node.key_size); }
};

} // namespace kato::json
