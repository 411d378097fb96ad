// The tool by which Claude Code asks the user: questions and answers as text.
#pragma once

#include "codec/json/json.h"

#include <string>

namespace kato::claude_code {

// {"questions":[{"question","options":[{"label","description"}]}]}: each question, its options below.
std::string question_text(const json::Value& input);

// {"<question>":"<answer>"}: the answer alone, or lines "question: answer" when there are several.
std::string answer_text(const json::Value& answers);

} // namespace kato::claude_code
