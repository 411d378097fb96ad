// The contract between a format's reader and the import that drives it: bytes in, model values out.
//
// A reader never touches the store and never decides what is new: it says what the bytes say. The
// same bytes always give the same calls. Everything a reader says must be mergeable in any order:
// facts are repeated freely, the greatest rank wins, marks only ever add.
#pragma once

#include "base/result.h"
#include "model/event.h"

#include <memory>
#include <optional>
#include <span>
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

// One record of a source and the events it holds (its blocks, in order; at least one).
struct ParsedRecord {
    Uuid chat{};
    std::string name{};  // the provider's id of the record, or record_name()
    Key128 revision{};   // BLAKE2b-128 of the record's bytes as they stand in the source
    std::optional<Uuid> parent_key{};   // record_key of the record it continues
    std::optional<Uuid> previous_key{}; // used when the former is absent or not in the store
    Place place{};
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

// What a reader found, in the order of the source.
class Sink {
public:
    virtual ~Sink() = default;
    virtual Status chat(ChatFacts facts) = 0;
    virtual Status record(ParsedRecord record) = 0;
    virtual Status usage(const Uuid& chat, Usage usage) = 0;
    // Adds flags to the events of a record that was or will be said (all blocks from `first_block`).
    virtual Status mark(const Uuid& chat, const Uuid& record, std::uint32_t first_block,
                        std::uint32_t flags) = 0;
    virtual Status link(const ChatLink& link) = 0;
    // Accounts for bytes: consecutive, without gaps, to the end of the source. `reason` is one line
    // for people, empty for parsed.
    virtual Status account(Fate fate, const Place& place, std::string_view reason) = 0;
    // Only the kato format: a chat's sources, and an event's places in them.
    virtual Status source(const Uuid& chat, SourceReference source) = 0;
    virtual Status origin(const Uuid& event, const Key128& revision, std::string_view source_id,
                          const Place& place) = 0;
};

// Stores values while they are read, so that none has to fit into memory. What was stored and is
// not used by any event disappears with the import.
class Values {
public:
    virtual ~Values() = default;
    // Decodes base64 (RFC 4648, either alphabet, with or without padding; nothing else) and stores
    // the bytes. Empty when it does not decode to bytes that encode to the same text again.
    virtual Result<std::optional<Attachment>> blob_from_base64(std::string_view base64) = 0;
    virtual Result<Attachment> blob(std::string_view bytes) = 0;
    // The same for a piece of a long record that was set aside: `begin` opens, `append` adds bytes,
    // `finish` stores. One at a time.
    virtual Status begin_blob() = 0;
    virtual Status append_blob(std::string_view bytes) = 0;
    virtual Result<Attachment> finish_blob() = 0;
    virtual Status begin_text() = 0;
    virtual Status append_text(std::string_view bytes) = 0; // WTF-8
    virtual Result<StoredText> finish_text() = 0;
    // A private temporary file for setting pieces aside, empty at first, gone afterwards.
    virtual Result<int> scratch_file() = 0; // a descriptor the callee owns
};

// Reads one source. Feed it the bytes in pieces of any size, then finish.
class Reader {
public:
    virtual ~Reader() = default;
    virtual Status feed(std::string_view bytes) = 0;
    virtual Status finish() = 0;
};

struct ReaderOptions {
    std::string source_name{}; // a hint only: never decides what a record means
};

// How sure a format is that bytes are its own.
struct Detection {
    int score = 0; // 0: no; 1 to 100
    std::string reason{};
};

} // namespace kato
