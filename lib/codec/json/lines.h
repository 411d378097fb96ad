// Cuts a stream into lines (JSON Lines), in memory bounded by the longest line less its long strings.
#pragma once

#include "codec/json/json.h"
#include "model/sink.h"

namespace kato::json {

inline constexpr std::size_t k_long_string_bytes = 1 << 20;   // longer strings are set aside
inline constexpr std::size_t k_max_skeleton_bytes = 32 << 20; // a record without its long strings

struct Line {
    std::string_view text{}; // without line end; long strings replaced by ""
    std::vector<Spill> spills{};
    Key128 hash{};          // of the line as it was, without its line end
    Place place{};          // with its line end
    bool terminated = true; // false for a last line without line end
    bool too_long = false;  // the skeleton was beyond its limit; `text` is empty
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
};

class Lines {
public:
    Lines(LineHandler& handler, Values& values);
    ~Lines();
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    Status feed(std::string_view bytes);
    Status finish();

    // For a value whose spill() is set: gives its decoded text in pieces, its raw text, or stores
    // it as a text or (decoded from base64) as a blob.
    Status read_spill(const Spill& spill, std::string& out, std::size_t limit);
    Status read_raw_spill(const Spill& spill, std::string& out); // escapes and all
    Result<StoredText> spill_to_text(const Spill& spill);
    Result<std::optional<Attachment>> spill_to_blob_from_base64(const Spill& spill);
    Result<Attachment> spill_to_raw_blob(const Spill& spill);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace kato::json
