// Everything that a run needs, made ready before its program starts.
#pragma once

#include "agent/audit_log.h"
#include "agent/output.h"
#include "agent/result.h"
#include "agent/run_folder.h"
#include "agent/spec.h"
#include "base/file.h"
#include "sandbox/runtime.h"
#include "store/store.h"

#include <memory>
#include <optional>
#include <string>

namespace kato::agent {

// What every agent finds its programs by; never the host's own.
inline constexpr std::string_view k_search_path = "/usr/local/bin:/usr/bin:/bin";
inline constexpr std::string_view k_locale = "C.UTF-8"; // what LANG says to every agent

class Prepared {
public:
    static Result<std::unique_ptr<Prepared>> make(std::shared_ptr<Store> store, RunSpec spec);

    // Appends to the audit log; `members` as in AuditLog::append, without type and run.
    Status audit(std::string_view type, std::string_view members);
    sandbox::Confinement confinement() const; // without descriptors 1, 2 and 4
    std::int64_t now_us() const { return store->environment().now_us(); }

    std::shared_ptr<Store> store;
    RunSpec spec;
    Uuid id{};
    std::string workspace; // absolute
    RunFolder folder;
    sandbox::Runtime runtime;
    Fd instructions; // sealed
    Fd snapshot;     // sealed
    std::optional<OutputFile> output;
    std::optional<AuditLog> log;
    AuditHead head{};
    std::int64_t started_us = 0;

private:
    Prepared() = default;
    Status check_runtime() const;
    Status write_snapshot();
    Status write_instructions();
    Status note_start();

    std::uint64_t snapshot_bytes_ = 0;
    Digest snapshot_sha256_{};
};

// As JSON members: "a":"b".
std::string text_member(std::string_view name, std::string_view value);

} // namespace kato::agent
