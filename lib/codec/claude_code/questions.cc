#include "codec/claude_code/questions.h"

#include "codec/record/fields.h"

namespace kato::claude_code {

using record::short_text;

namespace {

std::string text_or_json(const json::Value& value) {
    const std::optional<std::string> text = short_text(value);
    return text ? *text : value.minified();
}

void append_line(std::string& out, std::string_view intro, std::string_view text) {
    if (!out.empty()) out += '\n';
    out += intro;
    out += text;
}

} // namespace

std::string question_text(const json::Value& input) {
    std::string out;
    for (json::Value question = input.member("questions").first(); question;
         question = question.next()) {
        if (const auto text = short_text(question.member("question"))) append_line(out, "", *text);
        for (json::Value option = question.member("options").first(); option;
             option = option.next()) {
            if (const auto label = short_text(option.is_string() ? option : option.member("label")))
                append_line(out, "- ", *label);
        }
    }
    return out;
}

std::string answer_text(const json::Value& answers) {
    std::string out;
    const bool several = answers.is_object() && answers.first() && answers.first().next();
    for (json::Value answer = answers.is_object() ? answers.first() : json::Value(); answer;
         answer = answer.next())
        append_line(out, several ? answer.key() + ": " : std::string(), text_or_json(answer));
    return out;
}

} // namespace kato::claude_code
