// What follows from all events of a chat together: which revision is shown, who is whose parent,
// which call a result answers, which path is the head's. A pure function of the rows, so that the
// order in which they came does not matter.
#pragma once

#include "model/event.h"
#include "store/tree.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace kato {

// An event as far as linking is concerned. `parent`, `shown` and `refers` are worked out; before, they
// are as stored.
struct LinkRow : TreeRow {
    Uuid record{};
    Key128 revision{};
    std::uint64_t call = 0; // a hash of the call id, 0: none
    std::int64_t model = 0;
    std::int64_t refers = 0; // 0: none
    std::uint32_t block = 0;
    std::uint32_t flags = 0;
    Kind kind = Kind::provider_raw;
    bool shown = true;
};

// What an event says of another one. A row's stand together, in the order of these.
struct Reference {
    enum class What : std::uint8_t {
        parent_record,   // it continues that record
        parent_event,    // it continues that event
        previous_record, // the same, when none of the former is there
        answered_event,
    };
    RowIndex row = 0;
    What what = What::parent_record;
    Uuid value{};
};

// Hundreds of thousands of them: the references are forgotten when they have been used.
struct ChatRows {
    std::vector<LinkRow> rows{};
    std::deque<Reference> references{}; // by row
};

struct LinkedChat {
    std::uint64_t events = 0; // shown ones
    Time first{};
    Time last{};
    std::int64_t model = 0; // of the latest answer, 0: none
    std::int64_t head = 0;  // 0: no events
};

// `shown_record`: the one whose end the provider shows, if it says so.
LinkedChat link_events(ChatRows& chat, const std::optional<Uuid>& shown_record = std::nullopt);

// The positions of the shown rows in the tree's order.
std::vector<Visit> pre_order(const std::vector<LinkRow>& rows);

} // namespace kato
