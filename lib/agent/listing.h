// Runs of the past, this machine and the state of the audit log, as JSON for programs.
#pragma once

#include "agent/audit_log.h"
#include "model/run.h"

#include <span>
#include <string>

namespace kato::agent {

// {"type":"run","id",...} without its report.
std::string run_row(const RunRecord& run);
// Its report, or the row where there is none, with what it said.
std::string run_with_messages(const RunRecord& run, std::span<const RunMessage> messages);
std::string message_object(const RunMessage& message);
// What the kernel here lets us enforce; tries it out once.
std::string host_object();
std::string check_object(const AuditCheck& check, const AuditHead& known);

} // namespace kato::agent
