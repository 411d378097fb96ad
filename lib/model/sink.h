// Where codecs and the store meet without knowing each other: what a reader says, and to whom.
#pragma once

#include "base/result.h"
#include "model/parsed.h"

#include <optional>
#include <string_view>

namespace kato {

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
    // for people, empty for parsed. No bytes at all, quarantined: something is missing at the end.
    virtual Status account(Fate fate, const Place& place, std::string_view reason) = 0;
    // Only the kato format: a chat's sources, and an event's places in them.
    virtual Status source(const Uuid& chat, SourceReference source) = 0;
    virtual Status origin(const Uuid& chat, const Uuid& event, const Key128& revision,
                          std::string_view source_id, const Place& place) = 0;
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

} // namespace kato
