// Tokens of responses, out of counters that run through the whole session.
#pragma once

#include "codec/json/json.h"
#include "model/event.h"

#include <optional>

namespace kato::codex {

class TokenCounts {
public:
    // What a token_count says is new since the one before; nothing when it only says the same again.
    std::optional<Usage> count(const json::Value& info);

private:
    struct Totals {
        std::int64_t input = 0;
        std::int64_t cached = 0;
        std::int64_t cache_write = 0;
        std::int64_t output = 0;
        std::int64_t reasoning = 0;
        bool operator==(const Totals&) const = default;
    };
    static std::optional<Totals> read(const json::Value& counters);
    static Usage usage_of(const Totals& totals);
    friend std::optional<Usage> turn_usage(const json::Value& usage);

    std::optional<Totals> last_{};
};

// Tokens of one turn, as some versions give them at its end.
std::optional<Usage> turn_usage(const json::Value& usage);

} // namespace kato::codex
