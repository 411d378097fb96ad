#include "codec/loss.h"

#include "base/json_string.h"

#include <fmt/format.h>

namespace kato {

void Loss::add(Counts& counts, std::string_view what, std::uint64_t count) {
    if (count == 0) return;
    const auto found = counts.find(what);
    if (found == counts.end())
        counts.emplace(what, count);
    else
        found->second += count;
}

std::uint64_t Loss::dropped(std::string_view what) const {
    const auto found = dropped_.find(what);
    return found == dropped_.end() ? 0 : found->second;
}

std::string Loss::json(std::string_view format, std::uint64_t chats) const {
    std::string out = "{\"type\":\"loss\",\"format\":";
    append_json_string(out, format);
    out += fmt::format(",\"chats\":{}", chats);
    const auto add_counts = [&](std::string_view name, const Counts& counts) {
        out += fmt::format(",\"{}\":{{", name);
        for (const auto& [what, count] : counts) {
            if (out.back() != '{') out += ',';
            append_json_string(out, what);
            out += fmt::format(":{}", count);
        }
        out += '}';
    };
    add_counts("dropped", dropped_);
    add_counts("left_out", left_out_);
    return out + '}';
}

} // namespace kato
