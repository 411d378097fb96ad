// The files of a corpus as they are written, one after the other, and how large they became.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace bench {

class CorpusFiles {
public:
    explicit CorpusFiles(std::string directory) : directory_(std::move(directory)) {}

    // Ends the file before it. All of these throw std::runtime_error when it cannot be written.
    void begin(const std::string& path);
    void put(std::string_view bytes);
    void end();

    std::uint64_t file_bytes() const { return file_bytes_; } // of the one begun last
    std::uint64_t total_bytes() const { return total_bytes_; }
    std::uint64_t lines() const { return lines_; }
    std::uint64_t files() const { return files_; }

private:
    struct Close {
        void operator()(std::FILE* file) const { (void)std::fclose(file); } // end() has flushed it
    };

    std::string directory_;
    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t file_bytes_ = 0;
    std::uint64_t total_bytes_ = 0;
    std::uint64_t lines_ = 0;
    std::uint64_t files_ = 0;
};

} // namespace bench
