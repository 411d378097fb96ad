// A line too long to hold: its long strings go to the scratch file, the rest is kept up to a limit.
#pragma once

#include "codec/json/cutter.h"

namespace kato::json {

class LongLine {
public:
    struct Result {
        std::string_view skeleton{}; // valid until begin()
        std::vector<Spill> spills{};
        Key128 hash{};
        std::uint64_t size = 0; // of the line, skipped bytes included
        bool too_long = false;
    };

    explicit LongLine(SpillFile& file) : file_(file) {}
    void begin();
    void skip(std::size_t count) { size_ += count; } // bytes that belong to the place only
    Status add(std::string_view piece);              // has no line feed
    kato::Result<Result> finish();

private:
    enum class Where { outside, string, escape };

    void hash(std::string_view piece);
    Status keep(std::string_view piece);
    Status keep_string(std::string_view piece);
    std::size_t string_end(std::string_view piece);
    Status scan(std::string_view piece);
    Status end_string();
    void check(std::string_view piece);
    void give_up();

    SpillFile& file_;
    std::string skeleton_{};
    std::vector<Spill> spills_{};
    Blake128 hasher_{};
    std::uint64_t size_ = 0;
    Where where_ = Where::outside;
    std::size_t string_start_ = 0; // behind the opening quote, in the skeleton
    bool spilling_ = false;
    Spill spill_{};
    Utf8Check utf8_{};
    EscapeCheck escapes_{};
    bool return_held_ = false; // a carriage return that may belong to the line end
    bool too_long_ = false;
};

} // namespace kato::json
