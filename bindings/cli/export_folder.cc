// Files of an export into a directory.
#include "export_folder.h"

#include "export_sink.h"
#include "json.h"
#include "progress.h"
#include "text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace kato_cli {
namespace {

// One pass over the files of an export: the first only asks for the names, the second writes.
class Folder {
public:
    Folder(Session& session, const ExportOptions& options, std::string path)
        : session_(session), options_(options), path_(std::move(path)) {}

    int open() {
        const int error = open_directory(path_, true, directory_);
        return error == 0 ? Exit::done : failed_write(path_, error);
    }
    int pass(const Store& store, const std::vector<std::string>& ids, bool writing,
             LossReport& loss);

private:
    static kato_status next(void* self, const char* name, const char* chat);
    static kato_status write(void* self, const void* data, std::size_t size_bytes);
    kato_status begin_file(const char* name, const char* chat);
    kato_status end_file();
    kato_status stop(int code) {
        code_ = code;
        return KATO_E_USER;
    }
    std::string path_of(const std::string& name) const {
        return path_ == "/" ? "/" + name : path_ + "/" + name;
    }

    Session& session_;
    const ExportOptions& options_;
    std::string path_;
    Descriptor directory_;
    bool writing_ = false;
    std::optional<ExportSink> sink_; // of the file that is being written
    std::string name_;
    std::string chat_;
    int code_ = Exit::done;
};

kato_status Folder::next(void* self, const char* name, const char* chat) {
    return static_cast<Folder*>(self)->begin_file(name, chat);
}

kato_status Folder::write(void* self, const void* data, std::size_t size_bytes) {
    auto& folder = *static_cast<Folder*>(self);
    if (!folder.sink_) return KATO_E_USER; // no file was announced
    return ExportSink::callback(&*folder.sink_, data, size_bytes);
}

kato_status Folder::end_file() {
    if (!sink_) return KATO_OK;
    if (const int error = sink_->commit()) return stop(failed_write(path_of(name_), error));
    say_written(session_, path_of(name_), options_.format, sink_->bytes(), "chat", chat_);
    sink_.reset();
    return KATO_OK;
}

kato_status Folder::begin_file(const char* name, const char* chat) {
    if (!writing_) {
        struct stat present {};
        if (!options_.force && fstatat(directory_.get(), name, &present, AT_SYMLINK_NOFOLLOW) == 0)
            return stop(failed_write(path_of(name), EEXIST));
        return KATO_DONE;
    }
    if (const kato_status status = end_file()) return status;
    name_ = name;
    chat_ = chat;
    sink_.emplace(session_);
    if (const int error = sink_->open_file(directory_.get(), name_, options_.force))
        return stop(failed_write(path_of(name_), error));
    return KATO_OK;
}

int Folder::pass(const Store& store, const std::vector<std::string>& ids, bool writing,
                 LossReport& loss) {
    writing_ = writing;
    LibraryOptions wanted;
    if (const int code = wanted.fill(session_, options_, ids)) return code;
    Progress progress(session_, "exporting");
    ExportTold told;
    told.progress = &progress;
    if (writing) {
        told.loss = &loss;
        told.listen(wanted.filled);
    }
    Error error;
    const kato_status status =
        kato_export_files(store.get(), &wanted.filled, next, write, this, nullptr, out(error));
    if (code_ != Exit::done) return code_;
    if (sink_ && sink_->stopped()) return fail(KATO_E_CANCELLED, error);
    if (sink_ && sink_->error() != 0) return failed_write(path_of(name_), sink_->error());
    if (status < 0) return fail(status, error);
    return end_file() == KATO_OK ? Exit::done : code_;
}

} // namespace

int failed_write(const std::string& path, int error) {
    std::string hint;
    if (error == EEXIST) hint = "--force replaces it";
    if (error == ENOENT)
        hint = "the directory must be there; only the last part of -o DIR/ is made";
    const int code = error == EACCES || error == EPERM || error == EROFS ? Exit::denied
                     : error == ENOENT                                   ? Exit::not_found
                                                                         : Exit::failed;
    say_error(fmt::format("cannot write {}: {}", path, std::strerror(error)), hint, code);
    return code;
}

void say_written(Session& session, const std::string& path, const std::string& format,
                 std::uint64_t bytes, const char* what, std::string_view id) {
    if (!session.json) {
        say(fmt::format("wrote {} ({})", path, human_bytes(bytes)));
        return;
    }
    JsonObject object("file");
    object.add("path", path).add("format", format).add_number("bytes", bytes);
    object.add_text_or_null(what, id);
    session.out.write(object.line());
}

int export_to_folder(Session& session, const ExportOptions& options, const Store& store,
                     const std::vector<std::string>& ids, LossReport& loss) {
    std::string path = options.output;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    Folder folder(session, options, std::move(path));
    // Before the first is written: all or none as far as one can see.
    if (const int code = folder.open()) return code;
    if (const int code = folder.pass(store, ids, false, loss)) return code;
    return folder.pass(store, ids, true, loss);
}

} // namespace kato_cli
