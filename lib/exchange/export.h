// An export from end to end: which chats, in which order, through which writer.
#pragma once

#include "exchange/selection.h"
#include "store/store.h"

namespace kato {

struct ExportOptions {
    std::string format = "kato";
    std::vector<std::string> chats{}; // references
    bool all = false;                 // every chat that is not deleted
    // Of those chats; empty: any. As in ChatFilter.
    std::string provider{};
    std::string project{};
    Time after{};
    Time before{};
    Kinds kinds = k_all_kinds;
    bool blobs = true;
    bool head_path_only = false;
    bool include_hidden = false;
    StopFn stop{};
    ProgressFn progress{};
    std::function<Status(const std::string& json)> on_loss{}; // once, after the last chat
};

// False when ranges of the original were purged.
Result<bool> export_chats(const Store& store, const ExportOptions& options, const Output& out);

// A file of an export into a folder.
struct ExportFile {
    std::string name{};         // no folder in it, and safe on every system
    std::optional<Uuid> chat{}; // empty: the index
    std::string title{};
};
// Told each file before its bytes; false leaves it out.
using NextFile = std::function<Result<bool>(const ExportFile&)>;

// Each chat as a file of its own, and for html a file that lists them. Not for "original".
Status export_files(const Store& store, const ExportOptions& options, const NextFile& next,
                    const Output& out);

// SHA-256 over `export --all` and the sorted hashes of the sources, as 64 hexadecimal digits.
Result<std::string> content_hash(const Store& store, const StopFn& stop);

} // namespace kato
