// A line on standard error that says how far a long call has come, when that is a terminal.
#pragma once

#include "session.h"

#include <chrono>

namespace kato_cli {

class Progress {
public:
    // `verb`: what is being done ("importing").
    Progress(const Session& session, std::string verb);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    void update(std::uint64_t done_bytes, std::uint64_t total_bytes, std::string_view what);
    void clear(); // erases the line, for others to write

    // A kato_progress_fn whose user_data is a Progress.
    static kato_status callback(void* user_data, std::uint64_t done_bytes,
                                std::uint64_t total_bytes, const char* what);

private:
    using Clock = std::chrono::steady_clock;

    std::string verb_;
    bool enabled_;
    bool shown_ = false;
    std::size_t columns_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point painted_{};
};

} // namespace kato_cli
