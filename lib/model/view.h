// Stored values on their way out: a chat, an event, a blob.
#pragma once

#include "base/result.h"
#include "model/parsed.h"

#include <functional>
#include <string_view>

namespace kato {

// A chat as it is stored.
struct ChatView {
    Uuid id{};
    std::string provider{};
    std::string provider_id{};
    std::string title{};      // the provider's
    std::string user_title{}; // empty: none
    std::string project{};
    std::string model{};
    std::string extra{};
    Time created{};
    Time updated{};
    std::optional<Uuid> parent_chat{};
    std::optional<Uuid> parent_event{};
    std::optional<Uuid> forked_from{};
    std::optional<Uuid> head{};
    std::optional<Uuid> head_record{}; // what the provider shows, see ChatFacts
    std::optional<Uuid> user_head{};
    std::vector<std::string> tags{}; // sorted
    std::uint64_t events = 0;
    bool deleted = false;
    bool created_here = false; // `created` is a fact of its own, not the first event's time

    const std::string& shown_title() const { return user_title.empty() ? title : user_title; }
};

struct Origin {
    std::string source_id{};
    Place place{};
};

// An event as it is stored: `body.text` is complete (never `stored_text`).
struct EventView {
    Uuid id{};
    Uuid chat{};
    EventBody body{};
    std::string record{}; // ParsedRecord::name, empty for events made here
    std::uint32_t block = 0;
    std::optional<Key128> revision{};
    std::optional<Uuid> parent{};
    std::optional<Uuid> refers{};
    std::optional<Uuid> copy_of{};
    std::vector<Origin> origins{}; // sorted by source and offset
    std::uint64_t sequence = 0;
    std::uint32_t depth = 0;
};

struct BlobView {
    Digest sha256{};
    std::uint64_t size_bytes = 0;
    // Gives the bytes in pieces.
    std::function<Status(const std::function<Status(std::string_view)>&)> read{};
};

// Takes output bytes.
using Output = std::function<Status(std::string_view)>;

} // namespace kato
