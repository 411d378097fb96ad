// The lines of a log as records: what every JSON Lines format does before a record means anything.
//
// Blank lines are parsed. A line that is not UTF-8 is repaired and its record marked lossy. Objects glued
// together are records of their own. What is no JSON is quarantined, with the reason; at the end of the
// source, without a line end, it is pending: its writer may not be done. Every byte is accounted for once.
#pragma once

#include "codec/json/lines.h"
#include "codec/record/flat_map.h"
#include "codec/record/long_values.h"
#include "model/identity.h"
#include "model/parsed.h"

#include <string>
#include <string_view>

namespace kato::record {

inline constexpr std::size_t k_max_glued = 256; // objects on one line

struct Record {
    json::Value root{};      // valid during the call, like the text
    std::string_view text{}; // repaired, long strings replaced by ""
    Key128 hash{};           // of the bytes as they stand in the source
    Place place{};
    SourceText source{};          // the text as it stands there; empty when it is not exactly that
    std::uint64_t occurrence = 0; // how many records of the same bytes came before
    bool lossy = false; // bytes that are not UTF-8 were replaced: set k_lossy on its events

    std::string name() const { return record_name(hash, occurrence); }
};

// What a format made of a record.
struct Verdict {
    Fate fate = Fate::parsed;
    std::string reason{}; // for people; empty for parsed
};

class RecordHandler {
public:
    virtual ~RecordHandler() = default;
    // Any JSON value, not only objects.
    virtual Result<Verdict> record(const Record& record) = 0;
};

class Records final : private json::LineHandler {
public:
    Records(RecordHandler& handler, Sink& sink, Values& values)
        : handler_(handler), sink_(sink), lines_(*this, values), longs_(lines_, values) {}

    Status feed(std::string_view bytes) { return lines_.feed(bytes); }
    Status finish() { return lines_.finish(); }

    json::Lines& lines() { return lines_; }
    LongValues& longs() { return longs_; } // of the record that is being handled

private:
    class Source;

    Status line(const json::Line& line) override;
    Status objects(const json::Line& line, const Source& source);
    Status value(const json::Line& line, const Source& source, std::size_t begin, std::size_t end,
                 std::size_t next);
    Status refuse(const json::Line& line, const Source& source, std::size_t begin,
                  const Error& error);
    std::uint64_t occurrence(const Key128& hash);

    RecordHandler& handler_;
    Sink& sink_;
    json::Lines lines_;
    LongValues longs_;
    json::Document document_{};
    FlatMap occurrences_{};
};

} // namespace kato::record
