// What one line says: an event of a twin, or of a recording.
//
// Twins and recordings say the same things in two vocabularies; here they become the same events. Decisions
// are linked by their key: a question's id and its answer's differ.
#pragma once

#include "codec/record/records.h"

#include <string>

namespace kato::kato_twin {

inline constexpr std::string_view k_format = "kato-twin";

enum class Shape : std::uint8_t {
    unknown,
    twin,     // SessionTwinEventV1
    event,    // ConversationEvent
    metadata, // SessionMetadataV1
    index,    // the daemon's list of sessions
};

Shape shape_of(const json::Value& root);

inline constexpr std::string_view k_recording = "recording:"; // stands before a recording's session

// "<provider>:<session>", the chat's id; empty when the value does not say it.
std::string session_of(const json::Value& root, Shape shape);

class Events {
public:
    explicit Events(record::Records& records) : records_(records) {}

    // Fills the event and takes what it read. An empty reason: understood.
    Result<std::string> twin(const json::Value& root, EventBody& body);
    Result<std::string> event(const json::Value& root, EventBody& body);

private:
    Status text(const json::Value& holder, std::string_view name, EventBody& body);
    Status call(const json::Value& holder, EventBody& body);
    Status result(const json::Value& holder, EventBody& body);
    Status decision(const json::Value& holder, std::string_view text_name, EventBody& body);

    record::Records& records_;
};

} // namespace kato::kato_twin
