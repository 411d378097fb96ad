// Runs a piece of work several times, each time in a process of its own, and prints medians and peak
// memory: one line of text or one JSON object a measurement.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

// What one run did. Work that repeats something small gives a time for each repetition.
struct Outcome {
    std::vector<double> times_us;
    std::uint64_t bytes = 0; // handled in one repetition, 0: not measured by bytes
    std::uint64_t rows = 0;
    double ratio = 0; // a size relative to `bytes`, 0: none
};

// Measured elsewhere: times of each run, and what is 0 when it was not.
struct Figures {
    std::vector<double> times_us;
    double to_spawn = 0; // the median in relation to a plain spawn's
    double per_second = 0;
    long max_rss_kb = 0;
};

class Report {
public:
    Report(bool json, unsigned runs, std::vector<std::string> only)
        : json_(json), runs_(runs), only_(std::move(only)) {}

    bool wanted(const std::string& name) const;
    // Forks for each run; `work` throws std::runtime_error to fail.
    void run(const std::string& name, const std::function<Outcome()>& work);
    // The same once, without a measurement: what the next ones need.
    void prepare(const std::function<void()>& work);
    // A peer: an external command over the same input of `bytes` bytes; skipped, and said so, when
    // there is no such program or it ends with 127, as a shell does for another one.
    void run_command(const std::string& name, const std::vector<std::string>& command,
                     std::uint64_t bytes);
    void figures(const std::string& name, Figures figures) const;
    unsigned runs() const { return runs_; }
    bool failed() const { return failed_; }

private:
    bool run_once(const std::function<Outcome()>& work, std::vector<double>& times, Outcome& last,
                  long& max_rss_kb);
    void print(const std::string& name, std::vector<double> times, const Outcome& outcome,
               unsigned runs, long max_rss_kb) const;
    void fail(const std::string& name, const std::string& why);

    bool json_;
    unsigned runs_;
    std::vector<std::string> only_;
    bool failed_ = false;
};

// Looks for commands in `folder` before the other folders of PATH.
void find_programs_in(const std::string& folder);

// Microseconds on the monotonic clock.
double now_us();

} // namespace bench
