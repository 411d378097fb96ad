// Exports of one account: each is a version of all that the account had, and the newest one tells what
// has vanished. Which one that is follows from what is stored, not from the order in which they came.
#pragma once

#include "store/import_session.h"
#include "store/sqlite.h"

#include <string>
#include <string_view>

namespace kato {

// Where the sources of an account's exports are, in `source.location`: "account:" and whose, then
//   open/NAME             until finish_account_export() was told of the export that it is in
//   AGE/whole/NAME        of an export of that age (microseconds, or "none") of which all could be read
//   AGE/part/NAME         of one of which something could not be read
// Without anything between it was stored by an older version of this library: as of a part.
inline constexpr std::string_view k_account_mark = "account:";
std::string account_folder(std::string_view account); // with a slash at its end
std::string open_place(const SourceInfo& info);

// True when any of the account's exports has a file of that name.
Result<bool> knows_account_source(Db& db, const SourceInfo& info);
// The row of the version that was imported last under this name, 0: none.
Result<std::int64_t> find_account_source(Db& db, const SourceInfo& info);

struct FinishedExport {
    bool changed = false; // anything at all
    std::uint64_t events_vanished = 0;
};
// Finds the export's place among the account's exports, outdates what is older than the newest one
// that is whole, and marks what only outdated sources have. In a transaction of the caller's.
Result<FinishedExport> finish_account_export(Db& db, const ExportInfo& info);

} // namespace kato
