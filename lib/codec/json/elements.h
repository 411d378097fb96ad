// Cuts one JSON text into its records: the elements of its outermost array; or those of an array that
// the outermost object holds under a known name; or, without such an array, the object itself.
//
// Several such texts may follow one another. What stands between records is gaps: punctuation and white
// space are parsed, an object's members beside its list opaque, anything else quarantined. Brackets are
// only counted: whether an element is JSON is for its parser to say.
#pragma once

#include "codec/json/cutter.h"

#include <span>

namespace kato::json {

class Elements final : public Cutter {
public:
    // `lists`: the names of such arrays; they and their span's array outlive this.
    Elements(LineHandler& handler, Values& values, std::span<const std::string_view> lists);
    ~Elements() override;
    Elements(const Elements&) = delete;
    Elements& operator=(const Elements&) = delete;

    Status feed(std::string_view bytes) override;
    // A text that has no end is damaged: its last record is given as it is, the rest is quarantined.
    Status finish() override;
    SpillFile& spills() override;

private:
    struct Shape;
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace kato::json
