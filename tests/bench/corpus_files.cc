#include "corpus_files.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace bench {

void CorpusFiles::begin(const std::string& path) {
    end();
    const std::filesystem::path whole = std::filesystem::path(directory_) / path;
    std::filesystem::create_directories(whole.parent_path());
    path_ = whole.string();
    file_.reset(std::fopen(path_.c_str(), "wb"));
    if (!file_) throw std::runtime_error(path_ + ": cannot be written");
    file_bytes_ = 0;
    ++files_;
}

void CorpusFiles::put(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
        throw std::runtime_error(path_ + ": cannot be written");
    file_bytes_ += bytes.size();
    total_bytes_ += bytes.size();
    lines_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

void CorpusFiles::end() {
    if (!file_) return;
    const bool good = std::fflush(file_.get()) == 0;
    file_.reset();
    if (!good) throw std::runtime_error(path_ + ": cannot be written");
}

} // namespace bench
