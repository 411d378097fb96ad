// Agents' runs and the end of the audit log, as rows.
#pragma once

#include "model/run.h"
#include "store/writer.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace kato {

// A run that begins. Code::not_found when there is no such chat, or it was deleted.
Status begin_run(StoreWriter& writer, const RunRecord& run);
// Its end: outcome, report, messages and the audit log's end.
Status end_run(StoreWriter& writer, const RunRecord& run, std::span<const RunMessage> messages);

// The newest first; with a chat, only that one's. `limit` 0: all.
Result<std::vector<RunRecord>> read_runs(Db& db, const std::optional<Uuid>& chat,
                                         std::uint64_t limit);
// By id or the beginning of it.
Result<RunRecord> read_run(Db& db, std::string_view reference);
Result<std::vector<RunMessage>> read_run_messages(Db& db, const Uuid& run);

// The furthest end of the audit log that any run has seen.
Result<AuditHead> read_audit_head(Db& db);
// The end that each run saw, in the order of the log.
Result<std::vector<AuditHead>> read_run_heads(Db& db);

} // namespace kato
