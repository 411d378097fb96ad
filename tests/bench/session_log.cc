#include "session_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace bench {

SessionLog::SessionLog(const Words& words, std::uint64_t seed)
    : author_(words, Random(seed)), day_(static_cast<unsigned>(author_.random().between(1, 28))),
      ms_(author_.random().below(12) * 3'600'000), id_(author_.uuid()),
      directory_("/home/mika/" + words.word(author_.random())) {}

void SessionLog::write(CorpusFiles& files, std::uint64_t bytes) {
    files.begin(path());
    std::string buffer;
    while (files.file_bytes() < bytes) {
        buffer.clear();
        turn(buffer);
        started_ = true;
        files.put(buffer);
    }
}

std::string SessionLog::more_lines(const std::string& file, std::uint64_t bytes) {
    constexpr std::size_t k_id_length = 36; // what the name ends with
    const std::string name = std::filesystem::path(file).stem().string();
    id_ = name.size() > k_id_length ? name.substr(name.size() - k_id_length) : name;
    started_ = true;
    std::string out;
    while (out.size() < bytes) turn(out);
    return out;
}

std::string SessionLog::time() {
    ms_ += author_.random().between(20, 9000);
    const std::uint64_t seconds = ms_ / 1000;
    return fmt::format("2026-03-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                       std::min<std::uint64_t>(28, day_ + seconds / 86'400), seconds / 3600 % 24,
                       seconds / 60 % 60, seconds % 60, ms_ % 1000);
}

} // namespace bench
