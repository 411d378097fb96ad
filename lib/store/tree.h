// The shape of a chat's tree and its canonical order: pre-order, siblings by (time, id), those
// without a time first. A pure function of the rows.
#pragma once

#include "base/id.h"

#include <cstdint>
#include <vector>

namespace kato {

// A position among the rows. Chats may have a million events: what is kept of each is kept small.
using RowIndex = std::uint32_t;
inline constexpr RowIndex k_no_row = UINT32_MAX;

struct TreeRow {
    std::int64_t n = 0;
    std::int64_t parent = 0; // another row's n; 0 or unknown: none
    std::int64_t time = INT64_MIN;
    Uuid id{};
};

// Rows stay where they are; positions in the vector name them.
struct Visit {
    RowIndex row = 0;
    std::uint32_t depth = 0;
};

struct Tree {
    std::vector<RowIndex> parent{}; // by row; k_no_row: a root
    std::vector<Visit> order{};     // all rows in pre-order
    std::vector<RowIndex> cut{};    // rows whose parent would have closed a circle
};

// Cuts circles (in hostile input) at the least id.
Tree build_tree(const std::vector<const TreeRow*>& rows);
Tree build_tree(const std::vector<TreeRow>& rows);

} // namespace kato
