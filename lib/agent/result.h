// How a run went, and its report.
#pragma once

#include "agent/spec.h"
#include "base/hash.h"
#include "model/run.h"
#include "sandbox/enforced.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

enum class RunOutcome : std::uint8_t {
    ok,
    failed,      // by its exit code
    signalled,   // by a signal that nobody here sent
    timeout,     // beyond its wall clock
    limit,       // beyond another limit
    denied,      // it could not be started as asked
    unavailable, // this machine lacks a layer
    cancelled,
    error, // the host could not keep what it wrote
};
std::string_view outcome_name(RunOutcome outcome);

// A system call that was refused, or an act on a path that was decided.
struct Denial {
    std::string call{};
    std::string path{}; // claimed; empty: none
};

struct RunResult {
    Uuid id{};
    Uuid chat{};
    std::string program{};
    RunOutcome outcome = RunOutcome::error;
    int code = 0;          // exit code or signal
    std::string which{};   // the limit, or the layer
    std::string message{}; // why it was not started, or what the host could not do
    std::string hint{};
    std::int64_t started_us = 0;
    std::int64_t ended_us = 0;
    std::uint64_t wall_us = 0;
    std::uint64_t cpu_us = 0;
    // The most that was seen of the tree, or of its largest process; 0: it was too short to be seen.
    std::uint64_t memory_bytes = 0;
    sandbox::Enforced enforced{};
    std::vector<sandbox::Grant> grants{};
    std::string policy{};
    std::uint64_t denied = 0;
    std::map<std::string, std::uint64_t> denied_calls{};
    std::vector<Denial> first_denials{};
    std::string output_path{}; // below the workspace; empty: nothing was kept
    std::uint64_t output_bytes = 0;
    Digest output_sha256{};
    bool output_partial = false;
    std::uint64_t messages = 0;
    std::string diagnostics{}; // the beginning of its standard error
    std::uint64_t diagnostic_bytes = 0;
    AuditHead audit{};
};

// {"type":"run","id":...}: docs/agents.md lists the members.
std::string report(const RunResult& result);

} // namespace kato::agent
