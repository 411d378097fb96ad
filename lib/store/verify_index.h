// Compares the search index with the store: whether each event is in it that should be, and no other.
#pragma once

#include "store/sqlite.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace kato {

// With the index attached as "idx". What it has not reached yet is no problem. `step` is asked
// now and then and ends the comparison by an Error; `checked` counts the events.
Status compare_index(Db& db, const std::function<Status()>& step,
                     const std::function<void(std::string_view)>& problem, std::uint64_t& checked);

} // namespace kato
