#include "agent/output.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_name_bytes = 200; // leaves room for what is added to it

// RENAME_NOREPLACE, with which glibc before 2.28 and other C libraries do not help.
int rename_new(int directory, const char* from, const char* to) {
#if defined(SYS_renameat2)
    return static_cast<int>(::syscall(SYS_renameat2, directory, from, directory, to, 1U));
#else
    if (::linkat(directory, from, directory, to, 0) != 0) return -1;
    return ::unlinkat(directory, from, 0);
#endif
}

Status check_name(const std::string& name) {
    bool plain = !name.empty() && name.size() <= k_max_name_bytes && name.front() != '.';
    for (const char c : name)
        plain = plain && c != '/' && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
    if (plain) return done();
    Error error{Code::invalid, "an output's name is a plain file name"};
    error.hint = "no slash, no control characters, no dot at its beginning, at most 200 bytes";
    return error;
}

} // namespace

Result<OutputFile> OutputFile::create(const std::string& workspace, const Uuid& chat,
                                      const Uuid& run, std::string name) {
    OutputFile out;
    out.run_ = to_string(run);
    out.name_ = name.empty() ? out.run_ + ".txt" : std::move(name);
    KATO_CHECK(check_name(out.name_));
    out.folder_ = "out/" + to_string(chat);
    const std::string directory = workspace + "/" + out.folder_;
    KATO_CHECK(make_private_directory(workspace + "/out"));
    KATO_CHECK(make_private_directory(directory));
    out.directory_ = Fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!out.directory_) return os_error("cannot open", directory);
    struct stat info {};
    if (::fstatat(out.directory_.get(), out.name_.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
        Error error{Code::exists, fmt::format("{}/{}: is there already", directory, out.name_)};
        error.hint = "choose another name";
        return error;
    }
    const std::string temporary = "." + out.run_ + ".tmp";
    out.file_ = Fd(::openat(out.directory_.get(), temporary.c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!out.file_) return os_error("cannot make", directory + "/" + temporary);
    out.temporary_ = temporary;
    return out;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : directory_(std::move(other.directory_)), file_(std::move(other.file_)),
      temporary_(std::exchange(other.temporary_, {})), name_(std::move(other.name_)),
      run_(std::move(other.run_)), folder_(std::move(other.folder_)), path_(std::move(other.path_)),
      bytes_(other.bytes_), sha_(other.sha_), digest_(other.digest_) {}

OutputFile::~OutputFile() {
    if (!temporary_.empty()) (void)::unlinkat(directory_.get(), temporary_.c_str(), 0);
}

Status OutputFile::write(std::string_view bytes) {
    KATO_CHECK(write_all(file_.get(), bytes, folder_));
    sha_.update(bytes);
    bytes_ += bytes.size();
    return done();
}

Status OutputFile::finish() {
    digest_ = sha_.finish();
    if (bytes_ == 0) return done(); // nothing that could be lost
    if (::fdatasync(file_.get()) != 0) return os_error("cannot write", folder_);
    return done();
}

bool OutputFile::rename_to(const std::string& name) {
    if (rename_new(directory_.get(), temporary_.c_str(), name.c_str()) != 0) return false;
    temporary_.clear();
    path_ = folder_ + "/" + name;
    return true;
}

Status OutputFile::keep() {
    KATO_CHECK(finish());
    if (rename_to(name_)) return done();
    Error error = os_error("cannot name the output", folder_ + "/" + name_);
    if (errno == EEXIST) error.code = Code::exists;
    if (!rename_to(name_ + ".partial")) (void)rename_to(name_ + "." + run_ + ".partial");
    return error;
}

Status OutputFile::keep_partial() {
    if (bytes_ == 0) return done();
    KATO_CHECK(finish());
    if (rename_to(name_ + ".partial") || rename_to(name_ + "." + run_ + ".partial")) return done();
    return os_error("cannot name the partial output", folder_ + "/" + name_);
}

} // namespace kato::agent
