// Imports one source after the other into a store, and reports each.
#pragma once

#include "codec/reader.h"
#include "codec/registry.h"
#include "exchange/account_exports.h"
#include "exchange/bundle.h"
#include "exchange/bytes.h"
#include "exchange/content.h"
#include "exchange/pipeline.h"
#include "exchange/reporter.h"
#include "exchange/target.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace kato {

class Importer {
public:
    Importer(Target& target, const ImportOptions& options, ImportReport& report);

    // Checks the options that concern all sources.
    Status begin();
    void expect(std::uint64_t total_bytes) { total_bytes_ = total_bytes; }
    // These return an Error only when the whole import has to end: a source that cannot be read is
    // reported, and last_failure() says why.
    Status file(const std::string& path, bool follow);
    // The files of an unpacked export, which belong together.
    Status folder(const std::string& path);
    Status stream(Bytes& bytes, const std::string& name);
    Status failed(const std::string& name, Error error);
    Status skipped(const std::string& name, std::string_view reason);
    // Several sources share a transaction: commits what was imported, and tells of it.
    Status settle();
    Status settle_if_due();
    const std::optional<Error>& last_failure() const { return last_failure_; }
    Reporter& reporter() { return reporter_; }

private:
    using Clock = std::chrono::steady_clock;

    // What is known of a source before its bytes are read for good.
    struct Source {
        SourceInfo info{};
        const Format* format = nullptr;
        Detection detection{};
        Compression compression = Compression::none;
        ArchiveKind archive = ArchiveKind::none;
        std::string prefix{}; // as given: what was read already
        // What becomes of bytes that no format recognised.
        Fate unrecognised = Fate::quarantined;
        std::string reason{};
        const Companions* companions = nullptr;
        bool member = false; // of an archive
    };
    struct Outcome {
        ImportCounts counts{};
        std::uint64_t given_bytes = 0;
        std::uint64_t content_bytes = 0; // after decompression
        std::uint64_t damaged_bytes = 0; // given bytes that could not be decompressed
    };

    // A bundle's members and what is known of them.
    struct Part {
        Member member{};
        const Format* format = nullptr;
        ArchiveKind archive = ArchiveKind::none;
        bool json = false;
        std::optional<Error> failure{}; // already at its beginning

        // As far as is known, when it could not be read.
        bool may_be_conversations() const;
        std::string refusal_or_failure() const {
            return member.refusal.empty() && failure ? failure->message : member.refusal;
        }
    };
    // The bundle that is being imported.
    struct Frame {
        std::string name{};     // in front of its members' names, with a slash
        std::string location{}; // likewise; empty for a stream
        std::int64_t modified_us = 0;
        bool archive = false;
        int level = 0;          // archives that its members are in
        std::uint64_t room = 0; // what archives in this archive may unpack to, in all
        ImportCounts sum{};
        std::string listing{};
        std::string_view format{}; // of all that were recognised; "*": several
        bool recognised = false;   // any of its members: the others are files beside them
        AccountExports exports{};
        bool failed = false;
    };

    Status settle_and_yield();
    Status one_file(const std::string& path, bool follow);
    Status one_stream(Bytes& bytes, const std::string& name);
    Status run(Bytes& bytes, FileBytes* file, Source source);
    Status run_archive(Bytes& bytes, FileBytes* file, const Source& source);
    Result<Fd> spool(Bytes& bytes, std::string_view prefix, Sha256& hash, std::uint64_t& size);
    Status bundle(Bundle& bundle, Frame& frame);
    Status look(Bundle& bundle, std::vector<Part>& parts, Companions& companions);
    Status member(const Part& part, Bytes& bytes, Frame& frame, Companions& companions);
    Status nested(const Part& part, Bytes& bytes, Frame& frame);
    Status unpack(const Part& part, int file, std::uint64_t size, Frame& frame);
    Status finish_exports(Frame& frame, Issues& issues);
    Status report_part(const Part& part, Error error, Frame& frame);
    void add_to(Frame& frame, const Part& part, const Outcome& outcome);
    Status peek(Bytes& bytes, Source& source);
    Status peek_to(Bytes& bytes, std::string& prefix, std::size_t size, bool& complete);
    Result<Outcome> import(Bytes& bytes, FileBytes* file, Source& source, Issues& issues,
                           std::string_view& status);
    // These return an Error of the source, unless `ends_` is set.
    Result<std::optional<Outcome>> unchanged(ImportSession& session, FileBytes& file,
                                             Source& source);
    Result<Outcome> read(ImportSession& session, Bytes& bytes, Source& source, Issues& issues);
    Status feed(Pipeline& session, Reader* reader, Content& content, std::string_view piece,
                const std::string& name);
    Status report(const Source& source, const Outcome& outcome, Issues& issues,
                  std::string_view status);
    SourceRow row_of(const Source& source, const Outcome& outcome, std::string_view status) const;
    Status report_failure(const Source& source, Error error, Issues& issues);
    Status stop_or_go(const std::string& name);
    Status ends(Status status);
    Status refused(const std::string& name, Error error);

    Target& target_;
    const ImportOptions& options_;
    Reporter reporter_;
    const Format* wanted_ = nullptr; // the format that was asked for
    std::string buffer_{};
    std::uint64_t done_bytes_ = 0;
    std::uint64_t total_bytes_ = 0;
    std::uint64_t shared_bytes_ = 0;                  // of sources that are not committed
    std::optional<Clock::time_point> shared_since_{}; // when the first of them began
    Clock::time_point yielded_ = Clock::now();        // when others had their turn
    std::optional<Error> last_failure_{};
    bool ends_ = false; // the Error that is on its way is not the source's alone
    Worker worker_{2};  // tells the sessions what the readers say
};

// True when the file's last change lies safely before the moment when it was imported.
bool settled(std::int64_t changed_us, std::int64_t imported_us);

// `path` as sources are named: without "./" in front and slashes at the end.
std::string source_name(const std::string& path);

} // namespace kato
