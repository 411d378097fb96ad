// Records of a format whose sources come as lines, as one JSON text over many lines, or as a list: the
// first bytes tell which.
#pragma once

#include "codec/record/records.h"

#include <optional>
#include <string>

namespace kato::record {

class LinesOrList {
public:
    // `values` and the others outlive it.
    LinesOrList(RecordHandler& handler, Sink& sink, Values& values)
        : handler_(handler), sink_(sink), values_(values) {}

    Status feed(std::string_view bytes);
    Status finish();

    // While a record is being handled.
    Records& records() { return *records_; }

private:
    Status begin(bool lines);

    RecordHandler& handler_;
    Sink& sink_;
    Values& values_;
    std::optional<Records> records_{};
    std::string beginning_{}; // while it does not tell
    std::size_t seen_ = 0;
};

} // namespace kato::record
