#include "base/file.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kato {

Fd& Fd::operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Fd::~Fd() {
    if (fd_ >= 0) (void)::close(fd_); // nothing was promised about data not yet synced
}

Error os_error(std::string_view what, const std::string& path) {
    const int number = errno;
    Error error;
    error.code = number == ENOENT || number == ENOTDIR ? Code::not_found
                 : number == EACCES || number == EPERM ? Code::denied
                                                       : Code::io;
    error.message = fmt::format("{}: {}: {}", path, what,
                                std::error_code(number, std::generic_category()).message());
    error.path = path;
    error.os_error = number;
    return error;
}

Result<Fd> open_for_read(const std::string& path) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd) return os_error("cannot open", path);
    return fd;
}

Result<std::size_t> read_some(int fd, char* buffer, std::size_t size, const std::string& path) {
    for (;;) {
        const ssize_t got = ::read(fd, buffer, size);
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) return os_error("cannot read", path);
    }
}

Status write_all(int fd, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0) {
            if (errno == EINTR) continue;
            return os_error("cannot write", path);
        }
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return done();
}

Status check_private_directory(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return os_error("cannot open", path);
    Error error{Code::denied, ""};
    error.path = path;
    if (S_ISLNK(info.st_mode)) {
        error.message =
            fmt::format("{}: is a symbolic link, which others may turn elsewhere", path);
        error.hint = "name the directory that it points to";
        return error;
    }
    if (!S_ISDIR(info.st_mode)) {
        error.message = fmt::format("{}: is not a directory", path);
        error.hint = "name another place with --root or KATO_HOME";
        return error;
    }
    if (info.st_uid != ::geteuid()) {
        error.message = fmt::format("{}: belongs to user {}, not to you", path, info.st_uid);
        error.hint = "use a directory of your own";
        return error;
    }
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        error.message =
            fmt::format("{}: is writable by others (mode {:04o})", path, info.st_mode & 07777U);
        error.hint = fmt::format("run: chmod 700 '{}'", path);
        return error;
    }
    return done();
}

Status make_private_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0) {
        if (::chmod(path.c_str(), 0700) != 0) return os_error("cannot set mode", path);
        return done();
    }
    if (errno != EEXIST) return os_error("cannot create directory", path);
    return check_private_directory(path);
}

Status check_private_file(const std::string& path, bool repair) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return os_error("cannot inspect", path);
    if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid()) {
        Error error{Code::denied, fmt::format("{}: is not a regular file of yours", path)};
        error.path = path;
        return error;
    }
    if (repair && (info.st_mode & 07777U) != 0600U && ::chmod(path.c_str(), 0600) != 0)
        return os_error("cannot set mode", path);
    return done();
}

Status make_private_file(const std::string& path) {
    // An existing file is not opened: to close it would drop the locks that SQLite holds on it.
    if (file_exists(path)) return check_private_file(path, true);
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) {
        if (errno == EEXIST) return check_private_file(path, true);
        return os_error("cannot create", path);
    }
    if (::fchmod(fd.get(), 0600) != 0) return os_error("cannot set mode", path);
    return done();
}

bool file_exists(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0;
}

FileIdentity file_identity(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return {};
    return {info.st_dev, info.st_ino};
}

Result<Fd> scratch_file(const std::string& directory) {
    std::string name = directory + "/scratch.XXXXXX";
    Fd fd(::mkostemp(name.data(), O_CLOEXEC)); // 0600 by mkostemp's contract
    if (!fd) return os_error("cannot create a temporary file", directory);
    if (::unlink(name.c_str()) != 0) return os_error("cannot unlink", name);
    return fd;
}

std::string clean_path(std::string_view path) {
    std::vector<std::string_view> parts;
    std::string_view rest = path;
    while (!rest.empty()) {
        const std::size_t slash = rest.find('/');
        const std::string_view part = rest.substr(0, slash);
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
        } else {
            parts.push_back(part);
        }
    }
    std::string out;
    for (const std::string_view part : parts) {
        out += '/';
        out += part;
    }
    return out.empty() ? "/" : out;
}

Result<std::string> absolute_path(const std::string& path) {
    if (!path.empty() && path[0] == '/') return clean_path(path);
    std::vector<char> buffer(4096);
    const char* current = nullptr;
    while ((current = ::getcwd(buffer.data(), buffer.size())) == nullptr && errno == ERANGE)
        buffer.resize(buffer.size() * 2);
    // Linux puts "(unreachable)" before a directory that is in no folder of this process.
    if (current != nullptr && *current != '/') errno = ENOENT;
    if (current == nullptr || *current != '/') {
        Error error = os_error("cannot tell the current directory", path);
        if (error.code == Code::not_found) error.hint = "it was removed; go to another one";
        return error;
    }
    return clean_path(fmt::format("{}/{}", current, path));
}

} // namespace kato
