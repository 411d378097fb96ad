// Cuts a stream into lines (JSON Lines).
#pragma once

#include "codec/json/cutter.h"

namespace kato::json {

class Lines final : public Cutter {
public:
    Lines(LineHandler& handler, Values& values);
    ~Lines() override;
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    Status feed(std::string_view bytes) override;
    Status finish() override;
    SpillFile& spills() override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace kato::json
