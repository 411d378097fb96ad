// One record of the audit log as a line: numbered, and chained to the one before by its hash.
//
// {"seq":7,"prev":"<64 hex>","time":"...",<members>,"hash":"<64 hex>"} where `hash` is BLAKE2b-256 of the
// line's bytes before `,"hash"`, and `prev` the hash of the record before (zeros for the first).
#pragma once

#include "model/run.h"

#include <optional>
#include <string>
#include <string_view>

namespace kato::agent {

// `members`: JSON members without braces, at least one. Ends with a line end.
std::string chain_record(const AuditHead& before, std::int64_t time_us, std::string_view members);

struct ChainedRecord {
    std::uint64_t sequence = 0;
    Digest previous{};
    Digest hash{};         // as it says
    bool unchanged = true; // the hash is that of its bytes
};
// Nothing for a line (without its line end) that is no record of the log.
std::optional<ChainedRecord> parse_record(std::string_view line);

} // namespace kato::agent
