// Which events of a chat an export sends: by kind, each after the nearest one before it that is sent.
#pragma once

#include "codec/loss.h"
#include "model/view.h"

#include <unordered_map>

namespace kato {

// A set of kinds, one bit for each number.
using Kinds = std::uint32_t;
inline constexpr Kinds kind_bit(Kind kind) { return Kinds{1} << static_cast<unsigned>(kind); }
inline constexpr Kinds k_all_kinds = (Kinds{2} << k_kind_count) - 2; // numbers 1 to k_kind_count
inline constexpr Kinds k_thinking_kinds = kind_bit(Kind::assistant_thinking);
inline constexpr Kinds k_tool_kinds =
    kind_bit(Kind::assistant_tool_call) | kind_bit(Kind::assistant_tool_result);

// One walk over one chat; needs the events in pre-order.
class Selection {
public:
    // `loss` may be null: then nothing is counted.
    Selection(Kinds kinds, Loss* loss) : kinds_(kinds), loss_(loss) {}

    // The event as it is sent, or null; valid until the next call, and as long as `event` is.
    const EventView* take(const EventView& event);

private:
    Kinds kinds_;
    Loss* loss_;
    std::unordered_map<Uuid, std::optional<Uuid>, UuidHash> left_out_{}; // and what was before it
    EventView moved_{};
};

} // namespace kato
