#include "codec/codex/questions.h"

#include "codec/record/fields.h"

namespace kato::codex {

using record::short_text;

namespace {

void append_line(std::string& out, std::string_view intro, std::string_view text) {
    if (!out.empty()) out += '\n';
    out += intro;
    out += text;
}

std::string answer_of(const json::Value& answer) {
    if (const auto text = short_text(answer)) return *text;
    const json::Value list = answer.is_object() ? answer.member("answers") : answer;
    std::string out;
    for (json::Value value = list.first(); value; value = value.next()) {
        if (!out.empty()) out += ", ";
        const auto text = short_text(value);
        out += text ? *text : value.minified();
    }
    return out.empty() && !list.is_array() ? answer.minified() : out;
}

} // namespace

std::string question_text(const json::Value& arguments) {
    std::string out;
    for (json::Value question = arguments.member("questions").first(); question;
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

std::string answer_text(const json::Value& output) {
    const json::Value answers = output.member("answers");
    if (!answers.is_object()) return {};
    const bool several = answers.first() && answers.first().next();
    std::string out;
    for (json::Value answer = answers.first(); answer; answer = answer.next())
        append_line(out, several ? answer.key() + ": " : std::string(), answer_of(answer));
    return out;
}

} // namespace kato::codex
