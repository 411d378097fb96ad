// What a JSON value of the format is, and what a session says of its chat.
#pragma once

#include "codec/json/json.h"
#include "model/parsed.h"

#include <string_view>

namespace kato::gemini_cli {

inline constexpr std::string_view k_format = "gemini-cli";
inline constexpr std::string_view k_session_name = "session"; // of the record of its members

// Ranks of titles.
inline constexpr int k_rank_prompt = 1;
inline constexpr int k_rank_summary = 2;

enum class Shape : std::uint8_t {
    unknown,
    session, // a log's first line, or a document with "messages"
    history, // a checkpoint: turns without ids under "history"
    patch,
    rewind,
    logged_prompt,
    message,
};

Shape shape_of(const json::Value& root);

// Title, project and parent, as far as they are said. A sub-agent's file lies in a folder with its parent's
// id, below "chats".
ChatFacts facts_of(const json::Value& members, std::string_view source_name);

} // namespace kato::gemini_cli
