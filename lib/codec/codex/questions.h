// Questions to the user (request_user_input) and their answers, as text for people.
#pragma once

#include "codec/json/json.h"

#include <string>

namespace kato::codex {

inline constexpr std::string_view k_question_tool = "request_user_input";

// The questions with their options, one a line.
std::string question_text(const json::Value& arguments);

// {"answers": {id: {"answers": [text]}}}; empty when it is something else.
std::string answer_text(const json::Value& output);

} // namespace kato::codex
