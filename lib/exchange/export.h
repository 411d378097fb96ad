// An export from end to end: which chats, in which order, through which writer.
#pragma once

#include "store/store.h"

namespace kato {

struct ExportOptions {
    std::string format = "kato";
    std::vector<std::string> chats{}; // references
    bool all = false;                 // every chat that is not deleted
    bool blobs = true;
    bool head_path_only = false;
    bool include_hidden = false;
    StopFn stop{};
    ProgressFn progress{};
};

// False when ranges of the original were purged.
Result<bool> export_chats(const Store& store, const ExportOptions& options, const Output& out);

// SHA-256 over `export --all` and the sorted hashes of the sources, as 64 hexadecimal digits.
Result<std::string> content_hash(const Store& store, const StopFn& stop);

} // namespace kato
