#include "codec/codex/injected.h"

#include <algorithm>
#include <array>

namespace kato::codex {
namespace {

constexpr std::string_view k_space = " \t\r\n\v\f";

constexpr std::array<std::string_view, 17> k_injected_beginnings = {
    "<environment_context>",
    "<user_instructions>",
    "<turn_aborted>",
    "<user_shell_command>",
    "<user_action>",
    "<subagent_notification>",
    "<permissions instructions>",
    "<collaboration_mode>",
    "<personality_spec>",
    "<model_switch>",
    "<skills_instructions>",
    "<skill>",
    "<hook_prompt",
    "<token_budget>",
    "<context_window",
    "<INSTRUCTIONS>",
    "# AGENTS.md instructions",
};

std::string_view without_space(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(k_space), text.size()));
    return text;
}

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

} // namespace

bool is_injected(std::string_view text) {
    text = without_space(text);
    return std::any_of(k_injected_beginnings.begin(), k_injected_beginnings.end(),
                       [&](std::string_view start) { return starts_with(text, start); });
}

bool is_picture_tag(std::string_view text) {
    constexpr std::size_t k_longest = 4096; // the tag has the picture's name
    text = without_space(text);
    text = text.substr(0, text.find_last_not_of(k_space) + 1);
    if (text == "</image>" || text == "</local_image>") return true;
    if (text.size() > k_longest || text.empty() || text.back() != '>' ||
        text.find('>') != text.size() - 1)
        return false;
    return text == "<image>" || starts_with(text, "<image ") || starts_with(text, "<local_image");
}

std::string_view request_of(std::string_view text) {
    constexpr std::string_view k_intro = "# Context from my IDE setup:";
    constexpr std::string_view k_request = "## My request for Codex:";
    if (!starts_with(without_space(text), k_intro)) return text;
    const std::size_t at = text.find(k_request);
    return at == std::string_view::npos ? text : without_space(text.substr(at + k_request.size()));
}

} // namespace kato::codex
