#include "sandbox/runtime/script.h"

namespace kato::sandbox {

namespace {

constexpr std::string_view k_blank = " \t";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(k_blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(k_blank) - first + 1);
}

} // namespace

std::optional<ScriptLine> parse_script_line(std::string_view head) {
    if (head.substr(0, 2) != "#!") return std::nullopt;
    head = head.substr(2, k_script_line - 2);
    const std::size_t end = head.find('\n');
    // A line without an end loses its last byte, to the NUL that the kernel puts there.
    const bool cut = end == std::string_view::npos && head.size() == k_script_line - 2;
    const std::string_view line = trimmed(head.substr(0, cut ? head.size() - 1 : end));
    const std::size_t blank = line.find_first_of(k_blank);
    const std::string_view interpreter = line.substr(0, blank);
    // A line that is cut in its interpreter names another program, or none.
    if (interpreter.empty() || interpreter.find('\0') != std::string_view::npos ||
        (cut && blank == std::string_view::npos))
        return std::nullopt;
    std::string_view argument;
    if (blank != std::string_view::npos) argument = trimmed(line.substr(blank));
    argument = argument.substr(0, argument.find('\0'));
    return ScriptLine{std::string(interpreter), std::string(argument)};
}

} // namespace kato::sandbox
