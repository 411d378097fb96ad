// One source's way into the store: one transaction, all of it or nothing.
#pragma once

#include "model/sink.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

// What the import knows of a source from outside its bytes.
struct SourceInfo {
    std::string name{};     // as given
    std::string location{}; // absolute path; empty for a stream
    std::string format{};   // empty: not recognised
    std::int64_t modified_us = 0;
    Digest prefix{};      // a hash of its beginning, of the caller's choice; zeroes: none
    bool encoded = false; // compressed, say: its records stand elsewhere than in its bytes as given
    bool canonical = false; // the kato format: keeps only what was not understood
    bool file = false;      // an attachment's bytes: kept as a blob
    // Whose export it is a part of, as the format and the provider name the account; empty: nobody's.
    // finish_export() tells what follows from all parts of one together.
    std::string account{};
};

struct ImportCounts {
    std::uint64_t chats = 0;
    std::uint64_t events = 0;
    std::uint64_t conversation_events = 0;
    std::uint64_t events_new = 0;
    std::uint64_t events_updated = 0;
    std::uint64_t events_vanished = 0;
    std::uint64_t parsed_bytes = 0;
    std::uint64_t opaque_bytes = 0; // pending ones included
    std::uint64_t quarantined_bytes = 0;
    std::uint64_t pending_bytes = 0;
    bool changed = false;      // anything at all in the store
    bool met_vanished = false; // it may have what had vanished, in these words or in others
    bool source_known = false; // an older version of the source was there
    Uuid source{};             // its id, when it was committed
    Digest sha256{};           // likewise
    bool has_blob = false;     // the source is a file, and its bytes can be an attachment's
};

// How the store remembers a source, to find out cheaply that it has not changed.
struct KnownSource {
    std::string format{};
    std::uint64_t size_bytes = 0;
    std::int64_t modified_us = 0;
    std::int64_t imported_us = 0; // when a session that imported or confirmed it began
    Digest prefix{};
    Digest sha256{};
    ImportCounts counts{};
};

// An account's export that was read to its end.
struct ExportInfo {
    std::string account{};       // as in its sources' SourceInfo
    std::vector<Uuid> sources{}; // all that are of it, as ImportCounts names them
    // Nothing of it was unreadable: what is not in it was not there any more when it was made.
    bool complete = false;
    bool met_vanished = false; // any of them has, as ImportCounts says
};

// An archive, which is not kept itself.
struct ContainerInfo {
    std::string name{};
    std::string location{}; // absolute path; empty for a stream
    std::string format{};   // "zip", ...
    std::uint64_t size_bytes = 0;
    Digest sha256{};
    std::int64_t modified_us = 0;
    Digest prefix{};
    std::string listing{}; // a JSON array: its members
    ImportCounts counts{};
};

class ImportSession {
public:
    virtual ~ImportSession() = default; // rolls back what was not committed

    // The newest version of what is at the source's location; of an account's export, the one of the
    // same name.
    virtual Result<std::optional<KnownSource>> known(const SourceInfo& info) = 0;

    // Notes, instead of importing it again, that the source was found to have the bytes that are known:
    // its time of change and prefix, and that this was so when the session began.
    virtual Status confirm(const SourceInfo& info, const KnownSource& known) = 0;

    // Begins the source; then `retain` takes its bytes as given, in order, while the reader talks
    // to `sink` and `values`; then `commit`.
    virtual Status begin(const SourceInfo& info) = 0;
    virtual Status retain(std::string_view bytes) = 0;
    virtual Sink& sink() = 0;
    virtual Values& values() = 0;
    // Ends the source and commits.
    virtual Result<ImportCounts> commit() = 0;

    // Instead of a source: an account's export is there with all of its sources. Gives how many events
    // vanished thereby.
    virtual Result<std::uint64_t> finish_export(const ExportInfo& info) = 0;

    // Likewise: notes an archive, when all of its members are stored.
    virtual Status note_container(const ContainerInfo& info) = 0;
    virtual Result<std::optional<KnownSource>> known_container(const std::string& location) = 0;
    // Likewise: removes files that were purged with a chat and have come again, unless another chat has
    // them by now.
    virtual Status drop_purged_files() = 0;
};

} // namespace kato
