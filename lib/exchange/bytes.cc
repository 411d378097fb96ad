#include "exchange/bytes.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kato {
namespace {

constexpr int k_poll_ms = 100; // how long a request to stop may wait

Error not_a_file(const std::string& path, std::string_view what) {
    Error error{Code::unsupported, fmt::format("{}: is {}, not a file", path, what)};
    error.path = path;
    error.hint = "pipe its contents into the import instead";
    return error;
}

} // namespace

std::int64_t time_us(const struct timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
}

Result<FileBytes> FileBytes::open(const std::string& path, bool follow, StopFn stop) {
    FileBytes out;
    out.path_ = path;
    out.stop_ = std::move(stop);
    // Without O_NONBLOCK the opening itself would wait for a FIFO's writer.
    out.fd_ = Fd(::open(path.c_str(),
                        O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW)));
    if (!out.fd_ && errno == ENXIO) return not_a_file(path, "a socket or a device");
    if (!out.fd_) return os_error("cannot open", path);
    struct stat info {};
    if (::fstat(out.fd_.get(), &info) != 0) return os_error("cannot inspect", path);
    if (S_ISFIFO(info.st_mode)) {
        out.is_stream_ = true;
        return out;
    }
    if (S_ISDIR(info.st_mode)) return not_a_file(path, "a directory");
    if (!S_ISREG(info.st_mode)) return not_a_file(path, "a device");
    out.size_ = static_cast<std::uint64_t>(info.st_size);
    out.modified_us_ = time_us(info.st_mtim);
    out.changed_us_ = time_us(info.st_ctim);
    return out;
}

Status FileBytes::wait() {
    for (;;) {
        if (stop_ && stop_()) return Error{Code::cancelled, "stopped"};
        pollfd wanted{fd_.get(), POLLIN, 0};
        const int ready = ::poll(&wanted, 1, k_poll_ms);
        if (ready > 0) return done();
        if (ready < 0 && errno != EINTR) return os_error("cannot wait for", path_);
    }
}

Result<std::size_t> FileBytes::read(char* buffer, std::size_t size) {
    if (is_stream_) {
        for (;;) {
            KATO_CHECK(wait());
            Result<std::size_t> got = read_some(fd_.get(), buffer, size, path_);
            if (got || got.error().os_error != EAGAIN) return got;
        }
    }
    // Files that the system makes up as they are read say that their size is 0.
    std::size_t wanted = size;
    if (size_ != 0)
        wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - position_));
    if (wanted == 0) return std::size_t{0};
    KATO_TRY(const std::size_t got, read_some(fd_.get(), buffer, wanted, path_));
    if (got == 0 && size_ != 0) return changed("has shrunk");
    position_ += got;
    remember({buffer, got});
    return got;
}

void FileBytes::remember(std::string_view piece) {
    if (start_.size() < k_sample_bytes) start_ += piece.substr(0, k_sample_bytes - start_.size());
    if (piece.size() >= k_sample_bytes) {
        end_ = piece.substr(piece.size() - k_sample_bytes);
        return;
    }
    end_ += piece;
    if (end_.size() > 2 * k_sample_bytes) end_.erase(0, end_.size() - k_sample_bytes);
}

Error FileBytes::changed(std::string_view what) const {
    Error error{Code::io, fmt::format("{}: {} while it was read", path_, what), position_};
    error.path = path_;
    error.hint = "nothing of it was stored; import it again when nothing writes to it";
    return error;
}

Result<bool> FileBytes::has(std::string_view bytes, std::uint64_t offset) {
    std::string found(bytes.size(), '\0');
    std::size_t have = 0;
    while (have < found.size()) {
        const ssize_t got = ::pread(fd_.get(), found.data() + have, found.size() - have,
                                    static_cast<off_t>(offset + have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("cannot read", path_);
        if (got == 0) return false;
        have += static_cast<std::size_t>(got);
    }
    return found == bytes;
}

Status FileBytes::check_unchanged() {
    if (is_stream_ || size_ == 0) return done();
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0) return os_error("cannot inspect", path_);
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size < size_) return changed("has shrunk");
    if (size == size_)
        return time_us(info.st_mtim) == modified_us_ ? done() : Status(changed("was written to"));
    // Logs grow while they are read, and what was added comes with the next import. A rewritten file
    // that happens to be longer shows at its beginning or where the reading ended.
    KATO_TRY(const bool same_start, has(start_, 0));
    KATO_TRY(const bool same_end, has(end_, position_ - end_.size()));
    return same_start && same_end ? done() : Status(changed("was rewritten"));
}

Status FileBytes::rewind() {
    if (::lseek(fd_.get(), 0, SEEK_SET) != 0) return os_error("cannot read again", path_);
    position_ = 0;
    start_.clear();
    end_.clear();
    return done();
}

} // namespace kato
