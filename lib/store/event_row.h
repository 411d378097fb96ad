// A new event's row with its texts and attachments, and its way into the search index.
#pragma once

#include "model/event.h"
#include "store/slices.h"
#include "store/writer.h"

namespace kato {

struct EventRow {
    const EventBody& body; // outlives the row
    std::int64_t chat = 0;
    Uuid id{};
    Uuid record{}; // its key
    std::string_view record_name{};
    Key128 revision{};
    std::uint32_t block = 0;
    std::optional<std::int64_t> source{};
    Place place{}; // in the source
    std::optional<Uuid> parent_key{};
    std::optional<Uuid> previous_key{};
    std::optional<Uuid> parent_id{};
    std::optional<Uuid> refers_id{};
    std::optional<std::int64_t> parent{}; // as far as it is known
    std::optional<std::int64_t> refers{};
    bool indexed = true;
    SliceFinder* slices = nullptr; // of its record, if that stands in a source
};

// Gives its number.
Result<std::int64_t> insert_event_row(Change& change, const EventRow& row);

} // namespace kato
