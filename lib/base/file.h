// Files: owned descriptors, whole reads and writes, private creation. Paths are bytes.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace kato {

class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd();
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_ = -1;
};

// An Error with code io (not_found for ENOENT, denied for EACCES and EPERM) from errno.
Error os_error(std::string_view what, const std::string& path);

Result<Fd> open_for_read(const std::string& path);
// Reads up to `size` bytes, retrying when interrupted; 0 is the end.
Result<std::size_t> read_some(int fd, char* buffer, std::size_t size, const std::string& path);
Status write_all(int fd, std::string_view bytes, const std::string& path);

// Makes `path` a directory of ours, 0700; an existing one must be a real directory, owned by us and
// writable by nobody else.
Status make_private_directory(const std::string& path);
// Refuses a workspace that others could change: Code::denied with a hint.
Status check_private_directory(const std::string& path);
// Makes sure that the file exists with mode 0600 and is a regular file of ours, not a link.
Status make_private_file(const std::string& path);
// Refuses what is not a regular file of ours; `repair`: gives it mode 0600.
Status check_private_file(const std::string& path, bool repair);
bool file_exists(const std::string& path);
// Which file a name stands for; zeros for none.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
};
FileIdentity file_identity(const std::string& path);
// An unlinked temporary file in `directory`.
Result<Fd> scratch_file(const std::string& directory);

// An absolute path freed from "." and "..", lexically.
std::string clean_path(std::string_view path);
// `path` made absolute by the current directory, and clean. Code::not_found where a relative one has
// nothing to go from, because the current directory was removed; an absolute one never fails.
Result<std::string> absolute_path(const std::string& path);

} // namespace kato
