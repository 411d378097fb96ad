// A source's texts as records: what every JSON format does before a record means anything.
//
// Blank lines are parsed. A line that is not UTF-8 is repaired and its record marked lossy. Objects glued
// together are records of their own. What is no JSON is quarantined, with the reason; at the end of the
// source, without a line end, it is pending: its writer may not be done. Every byte is accounted for once.
#pragma once

#include "codec/json/cutter.h"
#include "codec/record/flat_map.h"
#include "codec/record/long_values.h"
#include "model/identity.h"
#include "model/parsed.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kato::record {

inline constexpr std::size_t k_max_glued = 256;           // objects on one line
inline constexpr std::size_t k_max_opaque_parts = 10'000; // of a record; more become one

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

// A value inside a record that is a record of its own: a message of a conversation, say.
struct Part {
    Key128 hash{}; // of its bytes less insignificant white space, so that it stays what it is
    std::uint64_t size = 0; // of those bytes
    Place place{};
    SourceText source{};
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
    // The lines of a log.
    Records(RecordHandler& handler, Sink& sink, Values& values);
    // The elements of a list, see json::Elements.
    Records(RecordHandler& handler, Sink& sink, Values& values,
            std::span<const std::string_view> lists);
    ~Records() override;
    Records(const Records&) = delete;
    Records& operator=(const Records&) = delete;

    Status feed(std::string_view bytes) { return cutter_->feed(bytes); }
    Status finish() { return cutter_->finish(); }

    // Of the record that is being handled.
    json::SpillFile& spills() { return cutter_->spills(); }
    LongValues& longs() { return longs_; }
    Result<Part> part(const json::Value& value);
    Part unhashed_part(const json::Value& value); // the same without hash and size
    // A hash of an object's members but one, which changes with other things than the object itself.
    Result<Key128> hash_without(const json::Value& object, std::string_view member);
    // The value was not understood: unlike the rest of its record its bytes are opaque, for a reason. In
    // the order of the source.
    void opaque(const json::Value& value, std::string reason);

private:
    class Source;
    struct OpaquePart {
        Place place{};
        std::uint64_t last_line = 0;
        std::string reason{};
    };

    Status line(const json::Line& line) override;
    Status gap(Fate fate, const Place& place, std::string_view reason) override;
    Status objects(const json::Line& line, const Source& source);
    Status value(const json::Line& line, const Source& source, std::size_t begin, std::size_t end,
                 std::size_t next);
    Status refuse(const json::Line& line, const Source& source, std::size_t begin,
                  const Error& error);
    std::uint64_t occurrence(const Key128& hash);
    Place place_of(const json::Value& value);
    std::vector<json::Spill> spills_in(const json::Value& value) const;
    Status account(const Place& place, const Verdict& verdict);

    RecordHandler& handler_;
    Sink& sink_;
    std::unique_ptr<json::Cutter> cutter_;
    LongValues longs_;
    json::Document document_{};
    FlatMap occurrences_{};
    // Of the record that is being handled, for its parts.
    const Source* source_ = nullptr;
    std::size_t seen_ = 0; // line ends were counted up to here
    std::uint64_t lines_ = 0;
    std::string minified_{};
    std::vector<OpaquePart> opaque_{};
};

} // namespace kato::record
