// Answers that hold for all runs: "this program may always have what it asks for here".
//
// An answer is about one request of one manifest, made by one program: another byte in the program's file,
// other arguments, or another request of the same manifest is another occasion, and nobody has answered.
#pragma once

#include "agent/decide.h"
#include "base/hash.h"
#include "base/result.h"
#include "model/capability.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

// Who asks for what.
struct Occasion {
    std::string program; // its file, absolute
    Digest program_sha256{};
    // Of the rest: the arguments, the files that are named to an interpreter, what else is executed and is
    // not the system's, the manifest's mode, parameters and everything that it requests.
    Digest request_sha256{};
    // A file or folder by which somebody else could exchange the program after we looked at it; empty: none.
    // Where there is one no answer holds.
    std::string changeable{};

    bool operator==(const Occasion&) const = default;
};
// Reads the files of `command`. Errors: those of sandbox::resolve_runtime.
Result<Occasion> occasion_of(const Policy& policy, const std::vector<std::string>& command);

struct RememberedGrant {
    Occasion occasion;
    Capability capability = Capability::read;
    std::string value;           // as Rule::value
    std::string target;          // the file that it stood for, without links; empty for variables
    std::int64_t granted_us = 0; // when
};
// What people name it by: 16 hexadecimal digits of its hash.
std::string grant_id(const RememberedGrant& grant);
// One JSON object, as it is kept.
std::string grant_object(const RememberedGrant& grant);

inline constexpr std::size_t k_max_remembered = 4096;

// A workspace's grants.jsonl, private to its owner. Lines that do not verify are no answers.
class GrantBook {
public:
    explicit GrantBook(const std::string& workspace) : path_(workspace + "/grants.jsonl") {}

    Result<std::vector<RememberedGrant>> read() const;
    // The same answer again changes nothing. Code::limit.
    Status add(const RememberedGrant& grant) const;
    // By its id or the beginning of it, four digits or more. Code::not_found, Code::ambiguous.
    Status forget(std::string_view id) const;

private:
    std::string path_;
};

// Allows those of the manifest's requests that nothing grants yet and that were answered before, and that
// still stand for the same file. Gives how many.
Result<std::uint64_t> recall(Policy& policy, const Surroundings& surroundings,
                             const Occasion& occasion, const GrantBook& book);

// Keeps the answer to one of the manifest's requests, by its value as described, and allows it. Code::invalid
// for what it does not ask for, or cannot be granted.
Status remember(Policy& policy, const Surroundings& surroundings, const Occasion& occasion,
                Capability capability, std::string_view value, std::int64_t now_us,
                const GrantBook& book);

} // namespace kato::agent
