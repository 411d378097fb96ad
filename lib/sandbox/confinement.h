// What a confined program gets and how far it is confined: plain values, the same on every system.
#pragma once

#include "base/file.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace kato::sandbox {

// `confined`: hygiene, Landlock, system-call filter. `isolated` adds namespaces with a private root.
// `automatic` in a Confinement is the best that this host can do.
enum class Level : std::uint8_t { automatic, confined, isolated };

// What the filter tells a supervisor. `denials`: refused system calls; `files`: also every act on a
// path, which the supervisor then decides. Both need Child::notify to be served until the end.
enum class Audit : std::uint8_t { none, denials, files };

enum Right : std::uint8_t {
    k_read = 1,    // of a folder: list it and read what is below
    k_execute = 2, // of a folder: what is below
    k_write = 4,   // of a folder: also make and remove regular files and folders below
};

struct Grant {
    std::string path;        // absolute; links are followed now, not by the child
    std::uint8_t rights = 0; // of Right
    std::string reason;      // for the report
    // The file that `path`, without links, stood for when the grant was decided; another one that is
    // there by now is refused. Zeros: whatever is there.
    FileIdentity identity{};
};

constexpr std::uint64_t k_mebibyte = 1024 * 1024;

// What the kernel enforces. The wall clock, output and messages are the supervisor's, and so is
// memory of the whole tree (tree.h). 0: no limit.
struct Limits {
    std::uint32_t cpu_seconds = 120;                       // of each process
    std::uint64_t memory_bytes = 512 * k_mebibyte;         // data of each process
    std::uint64_t address_bytes = 128 * 1024 * k_mebibyte; // finite, yet every runtime starts
    std::uint64_t file_bytes = 64 * k_mebibyte;            // of each file
    std::uint32_t processes = 64;                          // threads and zombies count
    std::uint32_t open_files = 64;                         // of each process
    std::uint64_t scratch_bytes = 0;                       // a private /tmp; needs `isolated`
    std::uint32_t scratch_files = 1024;
};

// Numbers of the protocol (docs/agents.md).
constexpr int k_descriptor_count = 5;
constexpr int k_chat_descriptor = 3;

struct Confinement {
    Level level = Level::automatic;

    std::string program;                  // absolute, an ELF file: resolve_runtime() finds it
    std::vector<std::string> arguments;   // argv, with argv[0]
    std::vector<std::string> environment; // NAME=value; nothing is inherited
    std::vector<Grant> grants;            // resolve_runtime()'s and the caller's

    // Descriptor n of the program is descriptors[n] of ours; -1: /dev/null for 0, 1, 2, else closed.
    // They stay the caller's, who may close them when start() has returned.
    std::array<int, k_descriptor_count> descriptors{-1, -1, -1, -1, -1};

    // A sealed snapshot (snapshot.h) or -1, and as which descriptor the program gets it. At
    // `isolated` it is a file of the private root, and KATO_CHAT is added to the environment.
    int snapshot = -1;
    int snapshot_descriptor = k_chat_descriptor;

    // A file to write by path: KATO_OUTPUT is added to the environment. At `isolated` it is in a
    // private file system of `output_bytes`; at `confined` it is `output_path`, an existing file
    // that the caller made. Child::output reads it, also after the end.
    bool output_file = false;
    std::uint64_t output_bytes = 64 * k_mebibyte;
    std::string output_path;

    Limits limits;
    Audit audit = Audit::denials;
    bool audit_required = true; // false: Audit::none where no listener can be had
    // The program dies with the calling thread: set it when that one waits for the end.
    bool die_with_thread = false;
};

} // namespace kato::sandbox
