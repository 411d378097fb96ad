#include "agent/audit_chain.h"

#include "base/time.h"

#include <charconv>

#include <fmt/format.h>

namespace kato::agent {
namespace {

constexpr std::string_view k_sequence = "{\"seq\":";
constexpr std::string_view k_previous = ",\"prev\":\"";
constexpr std::string_view k_hash = ",\"hash\":\"";
constexpr std::string_view k_end = "\"}";
constexpr std::size_t k_hex = 64;

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

} // namespace

std::string chain_record(const AuditHead& before, std::int64_t time_us, std::string_view members) {
    std::string line = fmt::format("{}{}{}{}\",\"time\":\"{}\",{}", k_sequence, before.sequence + 1,
                                   k_previous, to_hex(before.hash), format_time(time_us), members);
    const std::string hash = to_hex(blake256(line));
    line += k_hash;
    line += hash;
    line += k_end;
    line += '\n';
    return line;
}

std::optional<ChainedRecord> parse_record(std::string_view line) {
    ChainedRecord out;
    std::string_view rest = line;
    if (!take(rest, k_sequence)) return std::nullopt;
    const auto [end, failed] =
        std::from_chars(rest.data(), rest.data() + rest.size(), out.sequence);
    if (failed != std::errc()) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (!take(rest, k_previous) || !from_hex(rest.substr(0, k_hex), out.previous))
        return std::nullopt;
    const std::size_t tail = k_hash.size() + k_hex + k_end.size();
    if (rest.size() < k_hex + tail) return std::nullopt;
    std::string_view last = line.substr(line.size() - tail);
    const std::string_view signed_part = line.substr(0, line.size() - tail);
    if (!take(last, k_hash) || !from_hex(last.substr(0, k_hex), out.hash) ||
        last.substr(k_hex) != k_end)
        return std::nullopt;
    out.unchanged = blake256(signed_part) == out.hash;
    return out;
}

} // namespace kato::agent
