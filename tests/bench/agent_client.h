// Starting programs for bench agent: as agents through the C API, and plainly.
#pragma once

#include "client.h"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

// One run of a program.
struct Sample {
    double time_us = 0;    // from the call that starts it to the one that says that it has ended
    double process_us = 0; // of that, the confined process alone; 0: not told
    long max_rss_kb = 0;   // of the program with what confines it; 0: not told
};

// posix_spawn and wait; throws std::runtime_error when it ends badly.
Sample spawn(const std::vector<std::string>& command);

// A workspace with one short chat. Any thread.
class AgentHost {
public:
    explicit AgentHost(const std::string& workspace);
    // As a filter over the chat; throws std::runtime_error when it ends badly.
    Sample run(const char* program, std::int32_t isolation, std::int32_t audit) const;

private:
    Owned<kato_store> store_;
    std::string chat_;
};

} // namespace bench
