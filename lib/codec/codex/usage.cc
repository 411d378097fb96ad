#include "codec/codex/usage.h"

#include <algorithm>

namespace kato::codex {
namespace {

std::int64_t number(const json::Value& object, std::string_view name) {
    return std::max<std::int64_t>(0, object.member(name).integer().value_or(0));
}

} // namespace

std::optional<TokenCounts::Totals> TokenCounts::read(const json::Value& counters) {
    if (!counters.is_object()) return std::nullopt;
    Totals out;
    out.input = number(counters, "input_tokens");
    out.cached = number(counters, "cached_input_tokens");
    out.cache_write = number(counters, "cache_write_input_tokens");
    out.output = number(counters, "output_tokens");
    out.reasoning = number(counters, "reasoning_output_tokens");
    return out;
}

// Cached input is part of the input; in the model it is apart from it.
Usage TokenCounts::usage_of(const Totals& totals) {
    Usage out;
    out.input = std::max<std::int64_t>(0, totals.input - totals.cached);
    out.cache_read = totals.cached;
    out.cache_write = totals.cache_write;
    out.output = totals.output;
    out.reasoning = totals.reasoning;
    return out;
}

std::optional<Usage> TokenCounts::count(const json::Value& info) {
    const std::optional<Totals> total = read(info.member("total_token_usage"));
    const std::optional<Totals> latest = read(info.member("last_token_usage"));
    if (!total) {
        if (latest) return *latest == Totals() ? std::nullopt : std::optional(usage_of(*latest));
        // The first versions gave two bare numbers.
        Usage out;
        out.input = number(info, "prompt");
        out.output = number(info, "completion");
        out.approximate = true;
        return out.input == 0 && out.output == 0 ? std::nullopt : std::optional(out);
    }
    const std::optional<Totals> before = last_;
    last_ = total;
    if (before && *before == *total) return std::nullopt;
    const bool grown = before && total->input >= before->input && total->cached >= before->cached &&
                       total->output >= before->output && total->reasoning >= before->reasoning &&
                       total->cache_write >= before->cache_write;
    if (grown) {
        Totals more = *total;
        more.input -= before->input;
        more.cached -= before->cached;
        more.cache_write -= before->cache_write;
        more.output -= before->output;
        more.reasoning -= before->reasoning;
        return usage_of(more);
    }
    // The counters start anew, or with what an earlier session used.
    const Totals& fresh = latest ? *latest : *total;
    return fresh == Totals() ? std::nullopt : std::optional(usage_of(fresh));
}

std::optional<Usage> turn_usage(const json::Value& usage) {
    const std::optional<TokenCounts::Totals> totals = TokenCounts::read(usage);
    if (!totals || *totals == TokenCounts::Totals()) return std::nullopt;
    return TokenCounts::usage_of(*totals);
}

} // namespace kato::codex
