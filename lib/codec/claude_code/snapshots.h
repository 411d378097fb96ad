// Finds lines that say the beginning of a response again, with more: cumulative snapshots.
#pragma once

#include "base/id.h"

#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace kato::claude_code {

// A content block of an assistant line, for comparing.
struct BlockView {
    std::uint8_t kind = 0;
    std::string_view id{}; // a tool call's; blocks with an id are equal when the ids are
    std::string_view text{};
};

class Snapshots {
public:
    // A block that was given before: in record `node`, at `block`.
    struct Given {
        std::uint32_t node = 0;
        std::uint32_t block = 0;
        std::uint8_t kind = 0;
        std::uint64_t id = 0;
        std::uint64_t length = 0;
        std::uint64_t hash = 0;
    };

    // The blocks of `unit` that `blocks` begins by giving again, equal or extended: always its last
    // ones. They are forgotten.
    std::vector<Given> restated(std::uint32_t unit, std::span<const BlockView> blocks);

    void add(std::uint32_t unit, std::uint32_t node, std::span<const BlockView> blocks);

private:
    struct Response {
        std::uint32_t unit = 0;
        std::vector<Given> blocks{};
    };
    Response* response(std::uint32_t unit);

    std::deque<Response> recent_{}; // a response's lines stand close together
};

} // namespace kato::claude_code
