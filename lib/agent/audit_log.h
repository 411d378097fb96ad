// Appending to the audit log, and checking it.
#pragma once

#include "base/file.h"
#include "model/run.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

enum class OnDamage : std::uint8_t { tell, refuse };

// Any number of them, in any number of processes, append to the same log: each holds its lock while it
// does. One thread at a time.
class AuditLog {
public:
    // `directory` is the workspace's audit/, made if missing. `known`: the furthest end that the store
    // has seen, which must be there.
    static Result<AuditLog> open(std::string directory, const AuditHead& known = {},
                                 OnDamage on_damage = OnDamage::tell);

    // Gives the log's end after it. A record that a crash cut off is ended, and told of by one of its
    // own ("torn"). So is an end that does not verify ("damaged"): what is appended follows the last
    // record that does, and the damage stays where it is for check_audit() to find. With
    // OnDamage::refuse it is Code::corrupt, and nothing is written.
    Result<AuditHead> append(std::int64_t time_us, std::string_view members);

private:
    AuditLog(std::string directory, Fd lock, const AuditHead& known, OnDamage on_damage)
        : directory_(std::move(directory)), lock_(std::move(lock)), known_(known),
          on_damage_(on_damage) {}
    Result<std::string> find_end();
    Status end_torn_line();
    Result<std::string> pass_damage(const std::string& place, std::string_view reason);
    Result<std::string> check_known();
    void skip_known();
    Status open_month(std::int64_t time_us);
    Status write(std::int64_t time_us, std::string_view members);

    std::string directory_;
    Fd lock_;
    AuditHead known_{}; // looked for once
    OnDamage on_damage_ = OnDamage::tell;
    std::string name_; // of the newest file
    Fd file_;
    std::uint64_t size_ = 0; // of it, as it was when head_ was its end
    AuditHead head_{};
};

// Names of the log's files, in order.
Result<std::vector<std::string>> audit_files(const std::string& directory);

// Each line without its line end, with the name of its file and its number there, from 1.
using AuditLineFn =
    std::function<Status(const std::string& file, std::uint64_t number, std::string_view line)>;
Status read_audit(const std::string& directory, const AuditLineFn& take);

struct AuditCheck {
    std::uint64_t records = 0;
    AuditHead end{};
    std::vector<std::string> problems{}; // "2026-11.jsonl:7: ..."; further ones are counted only
    std::uint64_t problem_count = 0;
};
// `known`: the furthest end that the store has seen; without it a cut-off end cannot be told. `seen`: ends
// that it saw before, in order; without them an end that was cut off and written over cannot.
Result<AuditCheck> check_audit(const std::string& directory, const AuditHead& known,
                               std::span<const AuditHead> seen = {});

} // namespace kato::agent
