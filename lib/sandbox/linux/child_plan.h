// Everything that the child's side of a start needs, made ready by the parent: the child only calls.
#pragma once

#include <cstddef>
#include <cstdint>

#include <linux/filter.h>

namespace kato::sandbox {

// Our own descriptors lie at or above it, out of the way of the protocol's.
constexpr int k_first_planned = 16;

// Paths of the private root are relative to it: "usr/lib".
struct PlannedLink {
    const char* path;
    const char* target;
};
// A file or folder of the host that appears in the private root.
struct PlannedMount {
    const char* source;
    const char* path;
    std::uint64_t device; // what the parent found there: another one is refused
    std::uint64_t inode;
    bool folder;
    bool separate; // a device, or writable: mounted after the root is sealed, with `attributes`
    std::uint64_t attributes;
    int tree; // the child's: its clone of the mount
};
struct PlannedCopy {
    int source;
    const char* path;
    std::uint32_t mode;
};
// A file system of its own in memory; `descriptor` is the child's.
struct PlannedMemory {
    const char* path; // nullptr: none
    const char* size;
    const char* files; // how many; nullptr: any number
    bool writable;
};
// A Landlock rule for what exists only in the private root.
struct PlannedRule {
    const char* path; // absolute
    std::uint64_t rights;
};
struct PlannedLimit {
    int resource;
    std::uint64_t value;
    std::uint64_t hard;
};

template <class T> struct List {
    T* first = nullptr;
    std::size_t count = 0;
    T* begin() const { return first; }
    T* end() const { return first + count; }
};

struct ChildPlan {
    bool isolated = false;
    bool become_user = false; // a root host: take user and group below
    bool self_test = false;   // try two forbidden acts instead of executing
    bool die_with_thread = false;
    bool audited = false; // the filter has a listener, which the parent gets
    std::uint32_t user = 0;
    std::uint32_t group = 0;

    int control = -1;       // the child's end of the socket pair
    List<const int> keep{}; // ascending; all other descriptors are closed
    int descriptors[5] = {-1, -1, -1, -1, -1};
    int snapshot_descriptor = -1; // at `isolated`: which one is opened from `snapshot_path`
    const char* snapshot_path = nullptr;
    int program = -1; // the parent's, opened as a path
    int ruleset = -1;

    PlannedMemory root{};
    List<const char* const> folders{};
    List<const char* const> files{}; // mount points
    List<const PlannedLink> links{};
    List<PlannedMount> mounts{};
    List<const PlannedCopy> copies{};
    PlannedMemory scratch{};
    PlannedMemory output{};
    const char* output_path = nullptr; // the file to make in `output`, sent to the parent
    List<const PlannedRule> rules{};

    List<const PlannedLimit> limits{};
    sock_fprog filter{};
    std::uint32_t filter_flags = 0;

    const char* const* arguments = nullptr;
    const char* const* environment = nullptr;
};

// What the child says over the control socket: `failed` with step and errno; `descriptors` with the
// listener and the output file, those that there are; `ready` is the last before execution. After
// it, the end of the stream means that the program runs, or that the child is dead.
enum class Word : std::uint32_t { go, failed, descriptors, ready };
struct Message {
    Word word;
    std::uint32_t step;
    std::int32_t os_error;
    std::uint32_t flags; // of `descriptors`
};
constexpr std::uint32_t k_has_listener = 1;
constexpr std::uint32_t k_has_output = 2;

} // namespace kato::sandbox

// Runs on a stack of its own in the parent's memory, until it executes or exits. Never returns.
extern "C" int kato_sandbox_child(void* plan);
