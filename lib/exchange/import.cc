#include "exchange/import.h"

#include "exchange/importer.h"
#include "exchange/walk.h"

#include <sys/stat.h>

namespace kato {
namespace {

Status import_directory(Importer& importer, const Target& target, const std::string& path,
                        const ImportOptions& options) {
    if (options.progress) {
        std::uint64_t total = 0;
        Visitor measure;
        measure.file = [&](const std::string&, std::uint64_t size) -> Status {
            total += size;
            if (options.stop && options.stop()) return Error{Code::cancelled, "stopped"};
            return done();
        };
        measure.skipped = [](const std::string&, std::string_view) { return done(); };
        measure.failed = [](const std::string&, const Error&) { return done(); };
        KATO_CHECK(walk_directory(path, target.left_out(), measure));
        importer.expect(total);
    }
    Visitor visitor;
    visitor.file = [&](const std::string& file, std::uint64_t) {
        return importer.file(file, false);
    };
    visitor.directory = [&](const std::string& found) -> Result<bool> {
        KATO_CHECK(importer.settle_if_due());
        if (!is_export_folder(found)) return false;
        KATO_CHECK(importer.folder(found));
        return true;
    };
    visitor.skipped = [&](const std::string& found, std::string_view reason) -> Status {
        KATO_CHECK(importer.skipped(source_name(found), reason));
        return importer.settle_if_due();
    };
    visitor.failed = [&](const std::string& found, Error error) -> Status {
        KATO_CHECK(importer.failed(source_name(found), std::move(error)));
        return importer.settle_if_due();
    };
    KATO_CHECK(walk_directory(path, target.left_out(), visitor));
    if (importer.last_failure()) importer.reporter().set_partial();
    return done();
}

// A file or stream of its own: that it failed is the import's failure.
Status import_alone(Importer& importer, const Status& status) {
    KATO_CHECK(status);
    if (importer.last_failure()) return *importer.last_failure();
    return done();
}

// What sources left for later is done also when an exception ends the import.
class Ending {
public:
    explicit Ending(Target& target) : target_(target) {}
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;
    ~Ending() {
        try {
            (void)target_.end(); // the exception is what is told
        } catch (...) {          // the store makes up for it with the next change
        }
    }

private:
    Target& target_;
};

Status finish(Target& target, Importer& importer, Status status) {
    if (!status && status.error().code == Code::user) importer.reporter().hush();
    const Status settled = importer.settle(); // what was done before an Error stays
    if (status) status = settled;
    const Status ended = target.end();
    const Status told = importer.reporter().total(!status.ok());
    if (!status) return status;
    return ended ? told : ended;
}

Status run_path(Target& target, const std::string& path, const ImportOptions& options,
                ImportReport& report) {
    report = ImportReport();
    const Ending ending(target);
    Importer importer(target, options, report);
    if (const Status begun = importer.begin(); !begun) return finish(target, importer, begun);
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
        return finish(target, importer, import_directory(importer, target, path, options));
    if (S_ISREG(info.st_mode)) importer.expect(static_cast<std::uint64_t>(info.st_size));
    return finish(target, importer, import_alone(importer, importer.file(path, true)));
}

Status run_stream(Target& target, const Input& input, const ImportOptions& options,
                  ImportReport& report) {
    report = ImportReport();
    const Ending ending(target);
    Importer importer(target, options, report);
    if (const Status begun = importer.begin(); !begun) return finish(target, importer, begun);
    StreamBytes bytes(input);
    return finish(target, importer, import_alone(importer, importer.stream(bytes, options.name)));
}

} // namespace

Status import_path(Store& store, const std::string& path, const ImportOptions& options,
                   ImportReport& report) {
    StoreTarget target(store);
    return run_path(target, path, options, report);
}

Status import_stream(Store& store, const Input& input, const ImportOptions& options,
                     ImportReport& report) {
    StoreTarget target(store);
    return run_stream(target, input, options, report);
}

Status explain_path(const std::string& path, const ImportOptions& options, ImportReport& report) {
    const std::unique_ptr<Target> nowhere = make_dry_target();
    return run_path(*nowhere, path, options, report);
}

Status explain_stream(const Input& input, const ImportOptions& options, ImportReport& report) {
    const std::unique_ptr<Target> nowhere = make_dry_target();
    return run_stream(*nowhere, input, options, report);
}

} // namespace kato
