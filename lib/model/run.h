// An agent's run over one chat, as it is stored.
#pragma once

#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace kato {

// The end of the audit log as it was after something: a log that ends before is cut off.
struct AuditHead {
    std::uint64_t sequence = 0; // of its last record; 0: none
    Digest hash{};              // of that record
};

// A message of the agent, in the order in which they came.
struct RunMessage {
    std::string type{}; // "progress", "log", "result", "annotation", "text" for what was no JSON
    std::string body{}; // a JSON value, minified
};

struct RunRecord {
    Uuid id{};
    Uuid chat{};
    std::int64_t started_us = 0;
    Time ended_us{};       // empty: it runs, or its host died
    std::string outcome{}; // empty while it runs
    std::string program{};
    std::string report{}; // a JSON object; empty while it runs
    AuditHead audit{};    // after its last record
};

} // namespace kato
