// What a run is asked to do, as the host says it; the policy has decided about grants before.
#pragma once

#include "agent/manifest.h"
#include "base/id.h"
#include "sandbox/confinement.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

inline constexpr std::uint64_t k_mebibyte = 1024 * 1024;

struct RunLimits {
    std::uint64_t wall_ms = 300'000;
    std::uint64_t output_bytes = 64 * k_mebibyte;
    std::uint64_t message_bytes = 16 * k_mebibyte;
    std::uint64_t diagnostic_bytes = k_mebibyte; // kept; more is dropped, which ends nothing
    sandbox::Limits kernel{};                    // memory_bytes is also that of the whole tree
};

struct RunSpec {
    Uuid chat{};
    std::vector<std::string> command{}; // looked up on the agent's PATH
    // Descriptors 0 instructions, 1 messages, 2 diagnostics, 3 chat, 4 output; for filters 0 chat,
    // 1 output, 2 diagnostics.
    Mode mode = Mode::protocol;
    sandbox::Level level = sandbox::Level::automatic;
    std::string instructions{};
    std::string params{};      // a JSON object; empty: {}
    std::string output_name{}; // empty: <run>.txt
    bool output_file = false;  // KATO_OUTPUT names a file that becomes the output
    RunLimits limits{};
    std::vector<sandbox::Grant> grants{};   // beside the runtime's
    std::vector<std::string> environment{}; // NAME=value, beside what every agent gets
    sandbox::Audit audit = sandbox::Audit::denials;
    bool audit_required = false; // true: refuse to run where denials cannot be seen
    // True for a path that a rule denies, whatever the program needs to start. May be empty.
    std::function<bool(std::string_view path, std::uint8_t rights)> denies{};
    std::string policy{}; // what was asked, granted and refused, a JSON object; empty: {}
};

} // namespace kato::agent
