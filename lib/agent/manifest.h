// The manifest beside an agent, kato-agent.toml: what the agent is and what it asks for. It requests
// and never grants.
#pragma once

#include "base/result.h"
#include "model/capability.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kato::agent {

inline constexpr std::string_view k_manifest_name = "kato-agent.toml";
inline constexpr std::string_view k_json_manifest_name = "kato-agent.json"; // if there is no other
inline constexpr std::size_t k_max_manifest_bytes = 65536;
inline constexpr std::size_t k_max_manifest_depth = 16;   // nesting, params included
inline constexpr std::size_t k_max_manifest_items = 4096; // keys and elements, all together

// `protocol`: instructions, messages, chat and output on their descriptors; `filter`: chat in, output
// out.
enum class Mode : std::uint8_t { protocol, filter };
std::string_view mode_name(Mode mode);

// Limits that the agent asks for; what is not there it does not care about. Lower than the run's
// they may simply be taken, higher they are one more thing for the caller to grant.
struct RequestedLimits {
    std::optional<std::uint64_t> wall_ms;
    std::optional<std::uint64_t> cpu_ms;
    std::optional<std::uint64_t> memory_bytes;
    std::optional<std::uint64_t> processes;
    std::optional<std::uint64_t> files; // open at a time, of each process
    std::optional<std::uint64_t> scratch_bytes;
    std::optional<std::uint64_t> output_bytes;
    std::optional<std::uint64_t> message_bytes;
};

struct Requested {
    Capability capability = Capability::read;
    std::string value; // as written, and checked; never empty
    std::uint64_t line = 0;
};

struct Manifest {
    std::string path;   // of the file; empty for a text
    std::string folder; // absolute; where relative paths go from
    std::string name;   // [a-z0-9] and -, at most 64
    std::string description;
    std::string version;
    std::string program;         // absolute; empty when the manifest names none
    bool program_inside = false; // it is named in `folder`, and may not be a link out of it
    std::vector<std::string> arguments;
    Mode mode = Mode::protocol;
    std::vector<Requested> permissions;
    RequestedLimits limits;
    std::vector<std::pair<std::string, std::string>> params; // name, value as JSON; sorted
};

// TOML, or JSON of the same shape where the text begins with "{". `folder`: absolute. `path`: for
// messages, may be empty. Errors: Code::invalid with path, line and what was expected; Code::limit.
Result<Manifest> parse_manifest(std::string_view text, std::string_view folder,
                                std::string_view path = {});

// Reads a manifest's file; a folder's is the kato-agent.toml in it, or else the kato-agent.json.
Result<Manifest> read_manifest(const std::string& path);

} // namespace kato::agent
