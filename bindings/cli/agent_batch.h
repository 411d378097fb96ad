// One run for each of many chats, several at a time; what was done before is not done again.
#pragma once

#include "session.h"

#include <kato/agent.h>

#include <cstdint>
#include <string>
#include <vector>

namespace kato_cli {

struct Batch {
    bool all = false;
    std::string query{};
    std::uint64_t jobs = 2;
};

// Runs `wanted` over every chat that is meant; its output_name is what tells a chat that is done.
int run_batch(Session& session, const Store& store, const Batch& batch,
              const kato_agent_options& wanted);

// The exit code of one outcome (KATO_RUN_...).
int exit_of_run(std::int32_t outcome);

} // namespace kato_cli
