// What follows from all events of a chat together: which revision is shown, who is whose parent,
// which call a result answers, which path is the head's. A pure function of the rows, so that the
// order in which they came does not matter.
#pragma once

#include "model/event.h"
#include "store/tree.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kato {

// An event as far as linking is concerned.
struct LinkRow {
    std::int64_t n = 0;
    Uuid id{};
    Uuid record{};
    Key128 revision{};
    std::uint32_t block = 0;
    Kind kind = Kind::provider_raw;
    std::uint32_t flags = 0;
    Time time{};
    std::optional<Uuid> parent_key{};
    std::optional<Uuid> previous_key{};
    std::optional<Uuid> parent_id{};
    std::optional<Uuid> refers_id{};
    std::uint64_t call = 0; // a hash of the call id, 0: none
    std::int64_t model = 0;
    // worked out; before: as stored
    bool shown = true;
    std::int64_t parent = 0; // 0: none
    std::int64_t refers = 0;
};

struct LinkedChat {
    std::uint64_t events = 0; // shown ones
    Time first{};
    Time last{};
    std::int64_t model = 0; // of the latest answer, 0: none
    std::int64_t head = 0;  // 0: no events
};

// `shown_record`: the one whose end the provider shows, if it says so.
LinkedChat link_events(std::vector<LinkRow>& rows,
                       const std::optional<Uuid>& shown_record = std::nullopt);

// The positions of the shown rows in the tree's order.
std::vector<Visit> pre_order(const std::vector<LinkRow>& rows);

} // namespace kato
