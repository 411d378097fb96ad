// Where the bytes of a source come from: a file that must stay as it is while it is read, or a stream.
#pragma once

#include "base/file.h"
#include "exchange/import.h"

#include <string>
#include <string_view>

#include <sys/types.h>

namespace kato {

class Bytes {
public:
    virtual ~Bytes() = default;
    // Fills up to `size` bytes; 0 is the end.
    virtual Result<std::size_t> read(char* buffer, std::size_t size) = 0;
    // After the end: an Error when what was read is not what the source was at any one time.
    virtual Status check_unchanged() = 0;
    // How many bytes there will be; 0 when that is not known.
    virtual std::uint64_t expected_bytes() const = 0;
};

class StreamBytes final : public Bytes {
public:
    explicit StreamBytes(const Input& input) : input_(input) {}
    Result<std::size_t> read(char* buffer, std::size_t size) override {
        if (ended_) return std::size_t{0}; // a terminal would begin anew
        KATO_TRY(const std::size_t got, input_(buffer, size));
        ended_ = got == 0;
        return got;
    }
    Status check_unchanged() override { return done(); }
    std::uint64_t expected_bytes() const override { return 0; }

private:
    const Input& input_;
    bool ended_ = false;
};

// A regular file, up to the size that it has when it is opened; or a FIFO, up to its end.
class FileBytes final : public Bytes {
public:
    // `follow`: also through a symbolic link. `stop` ends the waiting for a FIFO's writer.
    static Result<FileBytes> open(const std::string& path, bool follow, StopFn stop);

    Result<std::size_t> read(char* buffer, std::size_t size) override;
    Status check_unchanged() override;
    std::uint64_t expected_bytes() const override { return size_; }
    // Begins again at the first byte; regular files only.
    Status rewind();

    bool is_stream() const { return is_stream_; }
    int descriptor() const { return fd_.get(); }
    std::int64_t modified_us() const { return modified_us_; }
    // When its inode last changed, contents included; later than any time that was set by hand.
    std::int64_t changed_us() const { return changed_us_; }

private:
    static constexpr std::size_t k_sample_bytes = 64 * 1024;

    Status wait();
    void remember(std::string_view piece);
    Error changed(std::string_view what) const;
    Result<bool> has(std::string_view bytes, std::uint64_t offset);

    Fd fd_{};
    std::string path_{};
    StopFn stop_{};
    bool is_stream_ = false;
    std::uint64_t size_ = 0;
    std::int64_t modified_us_ = 0;
    std::int64_t changed_us_ = 0;
    std::uint64_t position_ = 0;
    std::string start_{}; // of what was read, up to k_sample_bytes
    std::string end_{};
};

// Times of a file in microseconds, as the file system has them.
std::int64_t time_us(const struct timespec& time);

} // namespace kato
