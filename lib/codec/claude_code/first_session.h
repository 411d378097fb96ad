// Finds the session of a file whose first lines do not name it: summaries and snapshots of files have no
// sessionId, and belong to the session that follows.
#pragma once

#include "codec/claude_code/envelope.h"

#include <functional>
#include <string>
#include <string_view>

namespace kato::claude_code {

inline constexpr std::size_t k_look_ahead_bytes = 1 << 20;

// Holds a file's beginning back until it is known. What it finds depends on the bytes alone, not on the
// pieces in which they come.
class FirstSession {
public:
    using Found = std::function<Status(const Envelope&)>;

    // Takes from `bytes` what it needs; calls `found` with the first record that has a sessionId.
    Status add(std::string_view& bytes, const Found& found);
    Status finish(const Found& found); // the bytes are all there is
    bool looking() const { return looking_; }
    std::string take() { return std::move(held_); } // the beginning, when no longer looking

private:
    Status look_at(std::string_view line, const Found& found);

    std::string held_{};
    std::size_t seen_ = 0; // bytes of the lines that were looked at
    bool looking_ = true;
    json::Document document_{};
};

} // namespace kato::claude_code
