// Cuts a stream into the texts of its records, in memory bounded by the longest one less its long
// strings: lines (JSON Lines), or the elements of one large array.
#pragma once

#include "codec/json/json.h"
#include "codec/json/spill.h"
#include "model/sink.h"

namespace kato::json {

inline constexpr std::size_t k_long_string_bytes = 1 << 20;   // longer strings are set aside
inline constexpr std::size_t k_max_skeleton_bytes = 32 << 20; // a record without its long strings

// A record's text.
struct Line {
    std::string_view text{}; // without line end; long strings replaced by ""
    std::vector<Spill> spills{};
    Key128 hash{};              // of the text as it was
    Place place{};              // with its line end
    std::size_t end_length = 0; // of the line end
    bool terminated = true;     // false for a last line without line end
    bool too_long = false;      // the skeleton was beyond its limit; `text` is empty
};

// A line that is not UTF-8, with each maximal ill-formed part replaced by U+FFFD: for readers, which
// then set k_lossy. Nothing when the line is UTF-8 (its long strings say so themselves).
struct RepairedLine {
    std::string text{};
    std::vector<Spill> spills{};
};
std::optional<RepairedLine> repair_utf8(const Line& line);

class LineHandler {
public:
    virtual ~LineHandler() = default;
    virtual Status line(const Line& line) = 0;
    // Bytes between records; `reason` is empty for parsed ones. Lines have none.
    virtual Status gap(Fate fate, const Place& place, std::string_view reason) {
        (void)fate, (void)place, (void)reason;
        return done();
    }
};

class Cutter {
public:
    virtual ~Cutter() = default;
    virtual Status feed(std::string_view bytes) = 0;
    virtual Status finish() = 0;
    // The long strings of the text that is being handled.
    virtual SpillFile& spills() = 0;
};

} // namespace kato::json
