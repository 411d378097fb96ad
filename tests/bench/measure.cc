#include "measure.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>

extern char** environ;

namespace bench {
namespace {

double quantile(const std::vector<double>& sorted, double q) {
    const auto last = static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(q * last + 0.5)];
}

void put(int fd, const void* data, std::size_t size) {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t done = ::write(fd, at, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) ::_exit(3); // the parent sees a short answer
        at += done;
        size -= static_cast<std::size_t>(done);
    }
}

bool get(int fd, void* data, std::size_t size) {
    char* at = static_cast<char*>(data);
    while (size > 0) {
        const ssize_t done = ::read(fd, at, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        at += done;
        size -= static_cast<std::size_t>(done);
    }
    return true;
}

[[noreturn]] void child(int fd, const std::function<Outcome()>& work) {
    try {
        const Outcome outcome = work();
        const std::uint64_t count = outcome.times_us.size();
        put(fd, &count, sizeof count);
        put(fd, outcome.times_us.data(), count * sizeof(double));
        put(fd, &outcome.bytes, sizeof outcome.bytes);
        put(fd, &outcome.rows, sizeof outcome.rows);
        put(fd, &outcome.ratio, sizeof outcome.ratio);
        ::_exit(0);
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "bench: %s\n", error.what()); // nowhere else to say it
        ::_exit(1);
    }
}

int wait_for(pid_t pid, rusage& usage) {
    int status = 0;
    while (::wait4(pid, &status, 0, &usage) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

double now_us() {
    using namespace std::chrono;
    return duration<double, std::micro>(steady_clock::now().time_since_epoch()).count();
}

void find_programs_in(const std::string& folder) {
    const char* others = std::getenv("PATH");
    const std::string path = folder + ":" + (others == nullptr ? "/usr/bin:/bin" : others);
    if (::setenv("PATH", path.c_str(), 1) != 0) throw std::runtime_error("out of memory");
}

bool Report::wanted(const std::string& name) const {
    return only_.empty() || std::any_of(only_.begin(), only_.end(), [&](const std::string& part) {
               return name.find(part) != std::string::npos;
           });
}

void Report::fail(const std::string& name, const std::string& why) {
    (void)std::fprintf(stderr, "bench: %s: %s\n", name.c_str(), why.c_str());
    failed_ = true;
}

void Report::prepare(const std::function<void()>& work) {
    Outcome outcome;
    long max_rss_kb = 0;
    std::vector<double> times;
    const auto timed = [&] {
        work();
        return Outcome{{0}, 0, 0, 0};
    };
    if (!run_once(timed, times, outcome, max_rss_kb)) fail("preparation", "failed");
}

bool Report::run_once(const std::function<Outcome()>& work, std::vector<double>& times,
                      Outcome& last, long& max_rss_kb) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    (void)std::fflush(nullptr); // or the child prints it again
    const pid_t pid = ::fork();
    if (pid < 0) return false;
    if (pid == 0) {
        ::close(ends[0]);
        child(ends[1], work);
    }
    ::close(ends[1]);
    std::uint64_t count = 0;
    std::vector<double> run;
    bool whole = get(ends[0], &count, sizeof count);
    if (whole) {
        run.resize(count);
        whole = get(ends[0], run.data(), count * sizeof(double)) &&
                get(ends[0], &last.bytes, sizeof last.bytes) &&
                get(ends[0], &last.rows, sizeof last.rows) &&
                get(ends[0], &last.ratio, sizeof last.ratio);
    }
    ::close(ends[0]);
    rusage usage{};
    if (wait_for(pid, usage) != 0 || !whole || run.empty()) return false;
    times.insert(times.end(), run.begin(), run.end());
    max_rss_kb = std::max(max_rss_kb, usage.ru_maxrss);
    return true;
}

void Report::run(const std::string& name, const std::function<Outcome()>& work) {
    if (!wanted(name)) return;
    std::vector<double> times;
    Outcome last;
    long max_rss_kb = 0;
    for (unsigned i = 0; i < runs_; ++i)
        if (!run_once(work, times, last, max_rss_kb)) return fail(name, "failed");
    print(name, std::move(times), last, runs_, max_rss_kb);
}

void Report::run_command(const std::string& name, const std::vector<std::string>& command,
                         std::uint64_t bytes) {
    if (!wanted(name)) return;
    std::vector<char*> arguments;
    for (const std::string& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    if (::posix_spawn_file_actions_init(&actions) != 0) return fail(name, "out of memory");
    (void)::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY,
                                             0); // only its time counts
    std::vector<double> times;
    long max_rss_kb = 0;
    for (unsigned i = 0; i < runs_; ++i) {
        const double start = now_us();
        pid_t pid = 0;
        const int error =
            ::posix_spawnp(&pid, command[0].c_str(), &actions, nullptr, arguments.data(), environ);
        rusage usage{};
        const int code = error != 0 ? 127 : wait_for(pid, usage);
        if (code == 127) {
            (void)std::fprintf(stderr, "bench: %s: skipped, it is not installed\n", name.c_str());
            break;
        }
        if (code != 0) {
            fail(name, "failed");
            break;
        }
        times.push_back(now_us() - start);
        max_rss_kb = std::max(max_rss_kb, usage.ru_maxrss);
    }
    (void)::posix_spawn_file_actions_destroy(&actions); // cannot fail on glibc
    if (times.size() == runs_)
        print(name, std::move(times), Outcome{{}, bytes, 0, 0}, runs_, max_rss_kb);
}

void Report::figures(const std::string& name, Figures figures) const {
    std::sort(figures.times_us.begin(), figures.times_us.end());
    const double median = quantile(figures.times_us, 0.5);
    const double p90 = quantile(figures.times_us, 0.9);
    std::string line;
    if (json_) {
        line = fmt::format(R"({{"name":"{}","median_us":{:.1f},"p90_us":{:.1f},"runs":{})", name,
                           median, p90, figures.times_us.size());
        if (figures.to_spawn != 0) line += fmt::format(R"(,"to_spawn":{:.2f})", figures.to_spawn);
        if (figures.per_second != 0)
            line += fmt::format(R"(,"per_second":{:.1f})", figures.per_second);
        if (figures.max_rss_kb != 0) line += fmt::format(R"(,"max_rss_kb":{})", figures.max_rss_kb);
        line += '}';
    } else {
        line = fmt::format("{:<34} median {:>9.3f} ms   p90 {:>9.3f} ms", name, median / 1000,
                           p90 / 1000);
        if (figures.to_spawn != 0) line += fmt::format("   x{:.2f}", figures.to_spawn);
        if (figures.per_second != 0) line += fmt::format("   {:.0f} runs/s", figures.per_second);
        if (figures.max_rss_kb != 0)
            line += fmt::format("   {:.1f} MB", static_cast<double>(figures.max_rss_kb) / 1024);
    }
    fmt::print("{}\n", line);
    (void)std::fflush(stdout); // a failed write shows at the end
}

void Report::print(const std::string& name, std::vector<double> times, const Outcome& outcome,
                   unsigned runs, long max_rss_kb) const {
    std::sort(times.begin(), times.end());
    const double median = quantile(times, 0.5);
    const double mb_per_s = static_cast<double>(outcome.bytes) / median;
    const double rows_per_s = static_cast<double>(outcome.rows) * 1e6 / median;
    if (json_) {
        std::string line = fmt::format(
            R"({{"name":"{}","median_us":{:.1f},"p90_us":{:.1f},"p99_us":{:.1f},"max_us":{:.1f},"runs":{},"samples":{},"max_rss_kb":{})",
            name, median, quantile(times, 0.9), quantile(times, 0.99), times.back(), runs,
            times.size(), max_rss_kb);
        if (outcome.bytes != 0) line += fmt::format(R"(,"mb_per_s":{:.1f})", mb_per_s);
        if (outcome.rows != 0) line += fmt::format(R"(,"rows_per_s":{:.0f})", rows_per_s);
        if (outcome.ratio != 0) line += fmt::format(R"(,"size_ratio":{:.3f})", outcome.ratio);
        fmt::print("{}}}\n", line);
    } else {
        std::string line = fmt::format("{:<34} median {:>12.3f} ms   p90 {:>12.3f} ms", name,
                                       median / 1000, quantile(times, 0.9) / 1000);
        line += outcome.bytes != 0
                    ? fmt::format("   {:>8.1f} MB/s", mb_per_s)
                    : fmt::format("   p99 {:>7.3f} ms", quantile(times, 0.99) / 1000);
        if (outcome.rows != 0) line += fmt::format("   {:>9.0f} rows/s", rows_per_s);
        if (outcome.ratio != 0) line += fmt::format("   size x{:.2f}", outcome.ratio);
        fmt::print("{}   {} MB peak, {} runs\n", line, max_rss_kb / 1024, runs);
    }
    (void)std::fflush(stdout); // a failed write shows at the end
}

} // namespace bench
