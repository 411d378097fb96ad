// What a source says, as plain values: facts about chats, records with their events, links.
//
// Everything is mergeable in any order: facts are repeated freely and the greatest rank wins, marks
// only ever add.
#pragma once

#include "model/event.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

// A value with a rank: of several, the one with the greatest (rank, time, value) is shown.
struct Ranked {
    std::string value{};
    int rank = 0;
    Time time{};
};

// What a source says about a chat; may be said many times.
struct ChatFacts {
    Uuid id{};
    std::string provider_id{};
    std::optional<Ranked> title{};
    std::optional<Ranked> project{}; // a directory, as the provider spells it
    std::optional<Uuid> parent_chat{};
    std::optional<Uuid> forked_from{}; // its leading events may be copies of that chat's
    // The record whose end the provider shows, and since when: the latest counts.
    std::optional<Uuid> head_record{};
    Time head_time{};
    // Only the kato format says these; other readers leave them alone.
    Time created{};
    std::string provider{}; // empty: the reader's format
    std::string extra{};
    std::optional<std::string> user_title{};
    std::optional<Uuid> user_head{};
    std::vector<std::string> tags{};
};

// An event of a record. The optional members are what only the kato format knows; other readers
// leave them alone: id, parent and the rest are then worked out from the record.
struct ParsedEvent {
    EventBody body{};
    std::optional<Uuid> id{};
    std::optional<std::uint32_t> block{};
    std::optional<Uuid> parent{};
    std::optional<Uuid> refers{};
};

// Bytes as they stand in a source, after decompression. Not owned.
struct SourceText {
    std::uint64_t offset = 0;
    std::string_view bytes{};
};

// One record of a source and the events it holds (its blocks, in order; at least one).
struct ParsedRecord {
    Uuid chat{};
    std::string name{}; // the provider's id of the record, or record_name()
    Key128 revision{};  // BLAKE2b-128 of the record's bytes as they stand in the source
    std::optional<Uuid> parent_key{};   // record_key of the record it continues
    std::optional<Uuid> previous_key{}; // used when the former is absent or not in the store
    Place place{};
    SourceText text{}; // its bytes, as far as they are in memory; long values are found there again
    std::vector<ParsedEvent> events{};
};

// "Event `event` of chat `parent` started chat `child`."
struct ChatLink {
    Uuid child{};
    Uuid parent{};
    Uuid event{};
};

// A source that the kato format refers to.
struct SourceReference {
    std::string id{};
    std::string format{};
    std::string name{};
    std::uint64_t size_bytes = 0;
    Digest sha256{};
};

enum class Fate : std::uint8_t {
    parsed,      // understood
    opaque,      // kept as it is, not understood
    pending,     // opaque too: an incomplete last record, which may be completed later
    quarantined, // damaged: only its bytes are kept
};

} // namespace kato
