// How the records of a log hang together: each continues the one before it, until turns are rolled back.
//
// A rollback of n turns takes back everything from the n-th last prompt on (or from the start of the
// turn it belongs to): those records are superseded, and what follows continues what preceded them.
#pragma once

#include "base/id.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kato::codex {

enum class Part : std::uint8_t {
    turn_start,
    prompt, // what a person typed, shown for the first time
    output, // the assistant's
    turn_end,
    other,
};

struct Placement {
    std::optional<Uuid> parent{};
    std::optional<Uuid> previous{};
    std::vector<Uuid> superseded{};
};

class Turns {
public:
    // Where a new record belongs.
    Placement place(const Uuid& key, Part part);
    // The same for the record that takes back `count` turns.
    Placement roll_back(const Uuid& key, std::size_t count);

private:
    static constexpr std::size_t k_none = static_cast<std::size_t>(-1);

    std::vector<Uuid> path_{};          // records that have not been taken back
    std::vector<std::size_t> starts_{}; // of turns, in path_
    std::size_t started_ = k_none;      // a turn's start whose prompt has not come
    bool has_output_ = true;            // the latest turn
};

} // namespace kato::codex
