#include "codec/claude_code/injected.h"

#include <algorithm>
#include <array>

namespace kato::claude_code {
namespace {

constexpr std::array<std::string_view, 20> k_injected_beginnings = {
    "<command-name>",
    "<command-message>",
    "<command-args>",
    "<local-command-stdout>",
    "<local-command-stderr>",
    "<local-command-caveat>",
    "<bash-input>",
    "<bash-stdout>",
    "<bash-stderr>",
    "<system-reminder>",
    "<ide_opened_file>",
    "<ide_selection>",
    "<ide_diagnostics>",
    "<task-notification>",
    "<user-prompt-submit-hook>",
    "<user-memory-input>",
    "<new-diagnostics>",
    "Caveat: ",
    "[Request interrupted by user",
    "This session is being continued from a previous conversation",
};

constexpr std::string_view k_space = " \t\r\n\v\f";

} // namespace

bool is_injected(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(k_space), text.size()));
    return std::any_of(
        k_injected_beginnings.begin(), k_injected_beginnings.end(),
        [&](std::string_view start) { return text.substr(0, start.size()) == start; });
}

} // namespace kato::claude_code
