// Events as Python objects, and walks over them.
#pragma once

#include "batch.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace binding {

// A copy of everything about one event: it outlives the walk that met it, which may then go on
// without the interpreter's lock.
class Event {
public:
    enum Field : std::size_t {
        k_id,
        k_chat,
        k_parent,
        k_kind,
        k_role,
        k_model,
        k_text,
        k_text_raw, // empty when the same as k_text
        k_data,
        k_name,
        k_call_id,
        k_refers,
        k_copy_of,
        k_response,
        k_extra,
        k_field_count,
    };

    explicit Event(const kato_event* event);

    std::string_view field(Field which) const;
    std::string_view text_raw() const;
    std::size_t size_bytes() const { return bytes_.size(); }

    std::int64_t time_us() const { return time_us_; }
    std::int32_t outcome() const { return outcome_; }
    std::uint32_t flags() const { return flags_; }
    std::uint64_t sequence() const { return sequence_; }
    std::uint32_t depth() const { return depth_; }
    const std::vector<std::string>& attachments() const { return attachments_; }

    // Parsed on first use; both need the interpreter's lock.
    py::object data();
    py::object extra();

private:
    std::string bytes_{}; // all fields, one after the other
    std::array<std::size_t, k_field_count> ends_{};
    std::vector<std::string> attachments_{};
    std::int64_t time_us_ = KATO_TIME_NONE;
    std::uint64_t sequence_ = 0;
    std::int32_t outcome_ = KATO_OUTCOME_UNKNOWN;
    std::uint32_t flags_ = 0;
    std::uint32_t depth_ = 0;
    bool raw_differs_ = false;
    py::object data_{};
    py::object extra_{};
};

// A walk, read in batches: crossing into Python once for many events is what makes it fast.
class EventCursor {
public:
    EventCursor(StoreHandle store, EventCursorHandle cursor)
        : reader_(std::move(store)), cursor_(std::move(cursor)) {}

    // The next events, none after the last.
    py::list fetch();

private:
    BatchReader<std::unique_ptr<Event>> reader_;
    EventCursorHandle cursor_;
};

void register_event(py::module_& module);

} // namespace binding
