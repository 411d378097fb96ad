// What the lines of a log have in common, whatever generation wrote them.
#pragma once

#include "base/time.h"
#include "codec/json/json.h"

#include <string>

namespace kato::codex {

// Members are read, not taken: whoever uses one takes it.
struct Envelope {
    json::Value root{};
    json::Value payload{}; // the root itself where there is no envelope
    std::string type{}; // session_meta, turn_context, response_item, event_msg, ...; empty: unknown
    std::string subtype{}; // payload.type of an item or event
    Time time{};
    bool bare = false;
};

Envelope read_envelope(const json::Value& root);

// Takes what the envelope says and the model has a place for.
void take_envelope(const Envelope& envelope);

} // namespace kato::codex
