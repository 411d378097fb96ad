// What an agent says on its standard output: one JSON object a line, or plain text.
#pragma once

#include "codec/json/json.h"
#include "model/run.h"

#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

inline constexpr std::size_t k_max_message_bytes = 64 << 10; // of a line; the rest of it is dropped
inline constexpr std::size_t k_max_kept_messages = 1000;     // further ones are counted

class MessageReader {
public:
    // Takes output as it comes; gives the messages that are complete, in order.
    std::vector<RunMessage> feed(std::string_view bytes);
    // The last line may lack its end.
    std::vector<RunMessage> finish();

    std::uint64_t cut() const { return cut_; } // lines that were too long

private:
    RunMessage message(std::string_view line);

    std::string line_;
    bool too_long_ = false;
    std::uint64_t cut_ = 0;
    json::Document document_;
};

} // namespace kato::agent
