// What the lines of a log have in common: the members beside the payload.
#pragma once

#include "base/time.h"
#include "codec/claude_code/tree.h"
#include "codec/json/json.h"

#include <optional>
#include <string>

namespace kato::claude_code {

// Members are read, not taken: whoever uses one takes it.
struct Envelope {
    json::Value root{};
    std::string type{};    // empty: there is none
    std::string subtype{}; // of a system line
    std::string uuid{};
    std::string session{};
    std::string agent{};
    Claim claim = Claim::absent;
    std::string parent{};        // a uuid
    json::Value parent_member{}; // which member said so
    bool sidechain = false;
    Time time{};
    json::Value message{};

    // A sub-agent's record: its chat is one of its own.
    bool of_agent() const { return sidechain && !agent.empty(); }
};

Envelope read_envelope(const json::Value& root);

} // namespace kato::claude_code
