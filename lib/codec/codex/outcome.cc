#include "codec/codex/outcome.h"

#include "codec/record/fields.h"

#include <charconv>
#include <optional>

namespace kato::codex {
namespace {

Outcome of_code(std::int64_t code) { return code == 0 ? Outcome::success : Outcome::failure; }
Outcome of_success(bool success) { return success ? Outcome::success : Outcome::failure; }

std::optional<std::int64_t> number_after(std::string_view line, std::string_view intro) {
    if (line.substr(0, intro.size()) != intro) return std::nullopt;
    line.remove_prefix(intro.size());
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), out);
    if (error != std::errc() || end != line.data() + line.size()) return std::nullopt;
    return out;
}

} // namespace

Outcome outcome_of_exit_code(const json::Value& object) {
    for (const std::string_view name : {"exit_code", "exitCode"}) {
        if (const auto code = object.member(name).integer()) return of_code(*code);
    }
    const json::Value metadata = object.member("metadata");
    return metadata.is_object() ? outcome_of_exit_code(metadata) : Outcome::unknown;
}

Outcome outcome_of_output(std::string_view text) {
    constexpr std::size_t k_most_lines = 8;
    for (std::size_t line = 0; line != k_most_lines && !text.empty(); ++line) {
        const std::size_t end = text.find('\n');
        const std::string_view here = text.substr(0, end);
        if (here.substr(0, 7) == "Output:") break;
        for (const std::string_view intro : {"Exit code: ", "Process exited with code "}) {
            if (const auto code = number_after(here, intro)) return of_code(*code);
        }
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return Outcome::unknown;
}

Outcome outcome_of_event(const json::Value& event) {
    if (const auto success = event.member("success").boolean()) return of_success(*success);
    if (const Outcome code = outcome_of_exit_code(event); code != Outcome::unknown) return code;
    const json::Value result = event.member("result");
    if (result.member("Err")) return Outcome::failure;
    for (const json::Value& value : {result.member("Ok"), result}) {
        if (const auto error = value.member("isError").boolean()) return of_success(!*error);
    }
    return Outcome::unknown;
}

} // namespace kato::codex
