// Imports one source after the other into a store, and reports each.
#pragma once

#include "codec/reader.h"
#include "codec/registry.h"
#include "exchange/bytes.h"
#include "exchange/content.h"
#include "exchange/pipeline.h"
#include "exchange/reporter.h"

#include <string>
#include <vector>

namespace kato {

class Importer {
public:
    Importer(Store& store, const ImportOptions& options, ImportReport& report);

    // Checks the options that concern all sources.
    Status begin();
    void expect(std::uint64_t total_bytes) { total_bytes_ = total_bytes; }
    // These return an Error only when the whole import has to end: a source that cannot be read is
    // reported, and last_failure() says why.
    Status file(const std::string& path, bool follow);
    Status stream(Bytes& bytes, const std::string& name);
    Status failed(const std::string& name, Error error);
    Status skipped(const std::string& name, std::string_view reason);
    const std::optional<Error>& last_failure() const { return last_failure_; }
    Reporter& reporter() { return reporter_; }

private:
    // What is known of a source before its bytes are read for good.
    struct Source {
        SourceInfo info{};
        const Format* format = nullptr;
        bool compressed = false;
        std::string prefix{}; // as given: what was read already
    };
    struct Outcome {
        ImportCounts counts{};
        std::uint64_t given_bytes = 0;
        std::uint64_t content_bytes = 0; // after decompression
        std::uint64_t damaged_bytes = 0; // given bytes that could not be decompressed
    };

    Status run(Bytes& bytes, FileBytes* file, Source source);
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
    Status stop_or_go(const std::string& name);
    Status ends(Status status);
    Status refused(const std::string& name, Error error);

    Store& store_;
    const ImportOptions& options_;
    Reporter reporter_;
    const Format* wanted_ = nullptr; // the format that was asked for
    std::string buffer_{};
    std::uint64_t done_bytes_ = 0;
    std::uint64_t total_bytes_ = 0;
    std::optional<Error> last_failure_{};
    bool ends_ = false; // the Error that is on its way is not the source's alone
    Worker worker_{2};  // tells the sessions what the readers say
};

// `path` as sources are named: without "./" in front and slashes at the end.
std::string source_name(const std::string& path);

} // namespace kato
