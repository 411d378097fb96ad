#include "exchange/importer.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_read_bytes = 1 << 20;
// Sources share a transaction until they are so many bytes, or have kept other processes from writing
// for so long. Those try again every 2 ms: once in a while they get their turn.
constexpr std::uint64_t k_shared_bytes = 16 << 20;
constexpr std::uint64_t k_large_bytes = 1 << 20; // begins a transaction of its own
constexpr std::chrono::milliseconds k_shared_time{50};
constexpr std::chrono::milliseconds k_yield_time{100};
constexpr std::chrono::milliseconds k_pause{3};
constexpr std::array<std::string_view, 2> k_suffixes = {".zst", ".gz"};

std::uint64_t sum(const ImportCounts& counts) {
    return counts.parsed_bytes + counts.opaque_bytes + counts.quarantined_bytes;
}

// True for what a reader says of its source; what the store says concerns all of them.
bool is_sources_own(const Error& error) {
    if (error.sqlite_error != 0) return false;
    switch (error.code) {
    case Code::failed:
    case Code::invalid:
    case Code::version:
    case Code::limit:
    case Code::unsupported: return true;
    default: return false;
    }
}

std::string member_name(const std::string& name) {
    for (const std::string_view suffix : k_suffixes)
        if (name.size() > suffix.size() && name.ends_with(suffix))
            return name.substr(0, name.size() - suffix.size());
    return name;
}

// For so long after a change a file system may give a second change the same time.
constexpr std::int64_t k_fine_clock_us = 50'000;
constexpr std::int64_t k_coarse_clock_us = 2'000'000; // FAT; also shows no fractions of seconds

bool is_whole_second(std::int64_t us) { return us % 1'000'000 == 0; }

} // namespace

bool settled(std::int64_t changed_us, std::int64_t imported_us) {
    const std::int64_t window = is_whole_second(changed_us) ? k_coarse_clock_us : k_fine_clock_us;
    return changed_us + window < imported_us;
}

std::string source_name(const std::string& path) {
    std::string_view name = path;
    while (name.size() > 2 && name.substr(0, 2) == "./") {
        name.remove_prefix(2);
        while (name.size() > 1 && name.front() == '/') name.remove_prefix(1);
    }
    while (name.size() > 1 && name.back() == '/') name.remove_suffix(1);
    return to_valid_utf8(name);
}

Importer::Importer(Target& target, const ImportOptions& options, ImportReport& report)
    : target_(target), options_(options), reporter_(report, options) {}

Status Importer::begin() {
    if (options_.format.empty()) return done();
    wanted_ = find_format(options_.format);
    if (wanted_ != nullptr && wanted_->make_reader != nullptr) return done();
    Error error{Code::invalid,
                wanted_ == nullptr
                    ? fmt::format("there is no format '{}'", to_valid_utf8(options_.format))
                    : fmt::format("format '{}' cannot be read", options_.format)};
    for (const Format& format : formats()) {
        if (format.make_reader == nullptr) continue;
        error.hint += fmt::format("{}{}", error.hint.empty() ? "formats that can be read: " : ", ",
                                  format.id);
    }
    return error;
}

// The same status; an Error ends the whole import.
Status Importer::ends(Status status) {
    if (!status) ends_ = true;
    return status;
}

Status Importer::stop_or_go(const std::string& name) {
    if (options_.stop && options_.stop()) return ends(Error{Code::cancelled, "stopped"});
    // What comes out of an archive is more than was expected.
    const std::uint64_t told =
        total_bytes_ == 0 ? done_bytes_ : std::min(done_bytes_, total_bytes_);
    if (options_.progress) return ends(options_.progress(told, total_bytes_, name));
    return done();
}

// What becomes of the import when a source gave this Error.
Status Importer::refused(const std::string& name, Error error) {
    if (ends_ || error.code == Code::cancelled || error.code == Code::user) return error;
    return failed(name, std::move(error));
}

Status Importer::failed(const std::string& name, Error error) {
    Issues issues;
    std::optional<Place> place;
    if (error.offset) place = Place{*error.offset, 0, error.line.value_or(0)};
    issues.add({}, place, error.message);
    SourceRow row;
    row.name = name;
    row.status = "failed";
    row.issues = issues.count();
    row.error = error.message;
    last_failure_ = std::move(error);
    reporter_.source(row);
    reporter_.issues(name, issues);
    return done();
}

Status Importer::skipped(const std::string& name, std::string_view reason) {
    Issues issues;
    issues.add({}, std::nullopt, fmt::format("skipped: {}", reason));
    reporter_.issues(name, issues);
    return done();
}

Status Importer::settle() {
    Status committed = target_.commit();
    if (!committed) {
        reporter_.drop();
        return ends(std::move(committed));
    }
    shared_bytes_ = 0;
    shared_since_.reset();
    return ends(reporter_.release());
}

Status Importer::settle_if_due() {
    const bool due = shared_bytes_ >= k_shared_bytes ||
                     (shared_since_ && Clock::now() - *shared_since_ >= k_shared_time);
    if (shared_since_ && !due) return done();
    return settle_and_yield();
}

Status Importer::settle_and_yield() {
    KATO_CHECK(settle());
    if (Clock::now() - yielded_ < k_yield_time) return done();
    std::this_thread::sleep_for(k_pause);
    yielded_ = Clock::now();
    return done();
}

Status Importer::file(const std::string& path, bool follow) {
    KATO_CHECK(one_file(path, follow));
    return settle_if_due();
}

Status Importer::one_file(const std::string& path, bool follow) {
    std::string name = source_name(path);
    auto opened = FileBytes::open(path, follow, options_.stop);
    if (!opened) return failed(name, std::move(opened.error()));
    if (opened->is_stream()) {
        // The name of an open descriptor says nothing about what comes out of it.
        if (path.starts_with("/dev/fd/") || path.starts_with("/proc/")) name = options_.name;
        return one_stream(*opened, name);
    }
    Source source;
    source.info.name = std::move(name);
    KATO_TRY(source.info.location, absolute_path(path));
    source.info.modified_us = opened->modified_us();
    return run(*opened, &*opened, std::move(source));
}

Status Importer::stream(Bytes& bytes, const std::string& name) {
    KATO_CHECK(one_stream(bytes, name));
    return settle_if_due();
}

Status Importer::one_stream(Bytes& bytes, const std::string& name) {
    Source source;
    source.info.name = source_name(name);
    return run(bytes, nullptr, std::move(source));
}

// Reads on until `prefix` has `size` bytes, or the source has no more.
Status Importer::peek_to(Bytes& bytes, std::string& prefix, std::size_t size, bool& complete) {
    std::size_t have = prefix.size();
    prefix.resize(size);
    while (have < size && !complete) {
        KATO_TRY(const std::size_t got, bytes.read(prefix.data() + have, size - have));
        have += got;
        complete = got == 0;
    }
    prefix.resize(have);
    return done();
}

// Finds out what the source is by its first bytes.
Status Importer::peek(Bytes& bytes, Source& source) {
    bool complete = false;
    KATO_CHECK(peek_to(bytes, source.prefix, k_detection_bytes, complete));
    source.info.prefix = blake256(source.prefix);
    std::string decompressed;
    std::string_view content = source.prefix;
    source.compression = compression_of(source.prefix);
    if (source.compression != Compression::none) {
        source.info.encoded = true;
        KATO_CHECK(peek_to(bytes, source.prefix, k_compressed_prefix_bytes, complete));
        decompressed = decompressed_prefix(source.compression, source.prefix, complete);
        content = decompressed;
    }
    source.archive = archive_kind(source.prefix, content);
    if (source.archive != ArchiveKind::none) return done();
    if (wanted_ != nullptr) {
        source.format = wanted_;
        source.detection.reason = "because it was asked for";
    } else {
        Detected detected = detect_format(content.substr(0, k_detection_bytes), complete);
        source.format = detected.format;
        source.detection = std::move(detected.detection);
    }
    if (source.format != nullptr) {
        source.info.format = source.format->id;
        source.info.canonical = source.format->canonical;
    }
    return done();
}

Status Importer::run(Bytes& bytes, FileBytes* file, Source source) {
    const std::string& name = source.info.name;
    KATO_CHECK(stop_or_go(name));
    if (Status peeked = peek(bytes, source); !peeked)
        return refused(name, std::move(peeked.error()));
    if (source.archive != ArchiveKind::none) return run_archive(bytes, file, source);
    if (source.format == nullptr && is_companion(name.substr(name.rfind('/') + 1)) &&
        looks_like_json(source.prefix)) {
        source.unrecognised = Fate::opaque;
        source.reason = "a file of an export, which tells of the conversations beside it";
    }
    Issues issues;
    std::string_view status;
    Result<Outcome> outcome = import(bytes, file, source, issues, status);
    if (!outcome) return refused(name, std::move(outcome.error()));
    return report(source, *outcome, issues, status);
}

// Holds the store's write lock, and so tells nobody anything but progress.
Result<Importer::Outcome> Importer::import(Bytes& bytes, FileBytes* file, Source& source,
                                           Issues& issues, std::string_view& status) {
    // Others do not wait for the small ones before it as long as for a large one.
    if (bytes.expected_bytes() >= k_large_bytes) KATO_CHECK(settle_and_yield());
    auto session = target_.begin();
    if (!session) return std::move(ends(session.error()).error());
    if (file != nullptr) {
        KATO_TRY(const std::optional<Outcome> same, unchanged(**session, *file, source));
        status = "unchanged";
        if (same) {
            // Its problems were told when it was read; that there are some must be told every time.
            if (const std::uint64_t lost = same->counts.quarantined_bytes; lost != 0)
                issues.add(
                    "quarantined", std::nullopt,
                    fmt::format("{} bytes of it were not readable when it was imported", lost));
            return *same;
        }
    }
    KATO_TRY(Outcome outcome, read(**session, bytes, source, issues));
    status = !outcome.counts.changed       ? "unchanged"
             : outcome.counts.source_known ? "updated"
                                           : "new";
    return outcome;
}

// What is known of the source, when it is still what it was.
Result<std::optional<Importer::Outcome>> Importer::unchanged(ImportSession& session,
                                                             FileBytes& file, Source& source) {
    const std::optional<Outcome> no;
    auto found = session.known(source.info);
    if (!found) return std::move(ends(found.error()).error());
    const std::optional<KnownSource>& known = *found;
    if (!known || known->size_bytes != file.expected_bytes() || known->prefix != source.info.prefix)
        return no;
    // Another format understands it now; or the damaged bytes of a container, which only reading finds.
    if (known->format != source.info.format) return no;
    if (source.compression != Compression::none && known->counts.quarantined_bytes != 0) return no;
    Outcome out;
    out.counts = known->counts;
    out.given_bytes = known->size_bytes;
    out.content_bytes = sum(known->counts);
    if (known->modified_us == file.modified_us() &&
        settled(file.changed_us(), known->imported_us)) {
        done_bytes_ += out.given_bytes;
        return std::optional<Outcome>(out);
    }
    // Somebody wrote to it, or did so in the very moment when it was imported: only all bytes tell.
    Sha256 hash;
    hash.update(source.prefix);
    buffer_.resize(k_read_bytes);
    for (;;) {
        KATO_TRY(const std::size_t got, file.read(buffer_.data(), buffer_.size()));
        if (got == 0) break;
        hash.update({buffer_.data(), got});
        KATO_CHECK(stop_or_go(source.info.name));
    }
    KATO_CHECK(file.check_unchanged());
    if (hash.finish() != known->sha256) {
        source.prefix.clear();
        KATO_CHECK(file.rewind());
        return no;
    }
    KATO_CHECK(ends(session.confirm(source.info, *known)));
    done_bytes_ += out.given_bytes;
    return std::optional<Outcome>(out);
}

Status Importer::feed(Pipeline& session, Reader* reader, Content& content, std::string_view piece,
                      const std::string& name) {
    KATO_CHECK(session.retain(piece));
    KATO_CHECK(content.feed(piece, [&](std::string_view bytes) {
        return reader != nullptr ? reader->feed(bytes) : done();
    }));
    done_bytes_ += piece.size();
    return stop_or_go(name);
}

Result<Importer::Outcome> Importer::read(ImportSession& session, Bytes& bytes, Source& source,
                                         Issues& issues) {
    const std::string& name = source.info.name;
    if (!shared_since_) shared_since_ = Clock::now();
    KATO_CHECK(ends(session.begin(source.info)));
    Pipeline pipeline(session, worker_);
    ListeningSink sink(pipeline, issues);
    std::unique_ptr<Reader> reader;
    if (source.format != nullptr) {
        ReaderOptions options;
        options.source_name = source.info.location.empty() ? name : source.info.location;
        options.companions = source.companions;
        reader = source.format->make_reader(sink, pipeline, options);
    }
    Content content(source.compression);
    const auto of_source = [&](Status status) {
        if (!status && !is_sources_own(status.error())) ends_ = true;
        return status;
    };
    KATO_CHECK(of_source(feed(pipeline, reader.get(), content, source.prefix, name)));
    buffer_.resize(k_read_bytes);
    for (;;) {
        KATO_TRY(const std::size_t got, bytes.read(buffer_.data(), buffer_.size()));
        if (got == 0) break;
        KATO_CHECK(of_source(feed(pipeline, reader.get(), content, {buffer_.data(), got}, name)));
    }
    KATO_CHECK(bytes.check_unchanged());
    content.finish();

    Outcome out;
    out.given_bytes = content.given_bytes();
    out.content_bytes = content.content_bytes();
    out.damaged_bytes = content.damaged_bytes();
    if (reader != nullptr) {
        KATO_CHECK(of_source(reader->finish()));
        reader.reset(); // it remembers records, and the session needs the memory now
    } else if (out.content_bytes != 0) {
        std::string reason = source.reason;
        if (source.unrecognised == Fate::quarantined && reason.empty())
            reason = unrecognised_reason(source.prefix);
        KATO_CHECK(ends(sink.account(source.unrecognised, Place{0, out.content_bytes, 1}, reason)));
    }
    if (out.given_bytes == 0 && !source.info.file) issues.add({}, Place{}, "empty");
    if (out.damaged_bytes != 0) // behind the content, where no reader looks
        KATO_CHECK(ends(sink.account(
            Fate::quarantined, Place{out.content_bytes, out.damaged_bytes, 0}, content.damage())));
    KATO_CHECK(of_source(pipeline.settle()));
    auto counts = session.commit();
    if (!counts) return std::move(ends(counts.error()).error());
    out.counts = *counts;
    shared_bytes_ += out.given_bytes;
    return out;
}

SourceRow Importer::row_of(const Source& source, const Outcome& outcome,
                           std::string_view status) const {
    SourceRow row;
    row.name = source.info.name;
    row.format = source.info.format;
    row.status = status;
    row.size_bytes = outcome.given_bytes;
    row.counts = outcome.counts;
    const auto* const kinds = target_.kinds();
    if (kinds != nullptr) row.status = "explained";
    if (kinds != nullptr && source.format != nullptr) {
        row.score = source.detection.score;
        row.why = source.detection.reason;
        row.kinds = *kinds;
    }
    return row;
}

Status Importer::report(const Source& source, const Outcome& outcome, Issues& issues,
                        std::string_view status) {
    const ImportCounts& counts = outcome.counts;
    SourceRow row = row_of(source, outcome, status);
    if (source.format != nullptr && counts.conversation_events == 0) {
        // An export of no chats is complete as it is, as is a file of an account's export, or what tells
        // of chats elsewhere.
        const bool complete =
            outcome.damaged_bytes == 0 && counts.parsed_bytes == outcome.content_bytes;
        if (!complete ||
            !(source.info.canonical || source.detection.about || !source.info.account.empty())) {
            issues.add({}, std::nullopt,
                       fmt::format("no conversation in it, read as {}", source.info.format));
            reporter_.set_partial();
        }
    }
    row.issues = issues.count();
    if (source.member) {
        reporter_.member(row);
        reporter_.issues(row.name, issues);
        return done();
    }
    if (source.compression == Compression::none) {
        reporter_.source(row);
        reporter_.issues(row.name, issues);
        return done();
    }
    SourceRow member = row;
    member.name = member_name(row.name);
    member.size_bytes = outcome.content_bytes;
    member.counts.quarantined_bytes -=
        std::min(member.counts.quarantined_bytes, outcome.damaged_bytes);
    // Of the container itself everything was understood but what is damaged, or all or nothing.
    row.counts.quarantined_bytes =
        source.format != nullptr ? outcome.damaged_bytes : outcome.given_bytes;
    row.counts.parsed_bytes = outcome.given_bytes - row.counts.quarantined_bytes;
    row.counts.opaque_bytes = row.counts.pending_bytes = 0;
    reporter_.source(row);
    reporter_.member(member);
    reporter_.issues(row.name, issues);
    return done();
}

} // namespace kato
