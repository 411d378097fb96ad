#include "agent/supervise.h"

#include "sandbox/tree.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <optional>
#include <vector>

#include <poll.h>
#include <unistd.h>

namespace kato::agent {
namespace {

constexpr std::uint64_t k_ms = 1'000'000;      // in nanoseconds
constexpr std::uint64_t k_look_ns = 50 * k_ms; // between looks at the tree's memory
constexpr std::size_t k_read_bytes = 64 << 10;

class Supervisor {
public:
    explicit Supervisor(Watched& watched) : w_(watched), buffer_(k_read_bytes, '\0') {}
    Result<Ended> run();

private:
    struct Pipe {
        Fd* fd;
        Status (Supervisor::*take)(std::string_view);
    };

    std::uint64_t deadline() const;
    int timeout(std::uint64_t now) const;
    void look(std::uint64_t now);
    void serve();
    void drain();
    bool read(const Pipe& pipe);
    void stop(Stop why);
    void stop(Error host);
    Status output(std::string_view bytes);
    Status messages(std::string_view bytes);
    Status diagnostics(std::string_view bytes);
    Stop limit_by_kernel() const;

    Watched& w_;
    Ended out_{};
    std::string buffer_;
    std::uint64_t next_look_ = 0;
    std::uint64_t output_bytes_ = 0;
    std::uint64_t message_bytes_ = 0;
    std::array<Pipe, 3> pipes_{{{&w_.output, &Supervisor::output},
                                {&w_.messages, &Supervisor::messages},
                                {&w_.diagnostics, &Supervisor::diagnostics}}};
};

void Supervisor::stop(Stop why) {
    if (out_.stop == Stop::none) out_.stop = why;
    sandbox::kill_tree(w_.child);
}

void Supervisor::stop(Error host) {
    if (out_.stop == Stop::none) out_.host = std::move(host);
    stop(Stop::host);
}

// Beyond a cap nothing is kept; what comes until the program is dead is dropped.
Status Supervisor::output(std::string_view bytes) {
    const std::uint64_t room = w_.limits.output_bytes - output_bytes_;
    if (bytes.size() > room) stop(Stop::output);
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
    output_bytes_ += bytes.size();
    return bytes.empty() ? done() : w_.on_output(bytes);
}

Status Supervisor::messages(std::string_view bytes) {
    const std::uint64_t room = w_.limits.message_bytes - message_bytes_;
    if (bytes.size() > room) stop(Stop::messages);
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
    message_bytes_ += bytes.size();
    return bytes.empty() ? done() : w_.on_messages(bytes);
}

Status Supervisor::diagnostics(std::string_view bytes) {
    w_.on_diagnostics(bytes);
    return done();
}

// False when nothing more is there now.
bool Supervisor::read(const Pipe& pipe) {
    const ssize_t got = ::read(pipe.fd->get(), buffer_.data(), buffer_.size());
    if (got < 0 && errno == EINTR) return true;
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) {
        *pipe.fd = Fd();
        return false;
    }
    Status taken = (this->*pipe.take)({buffer_.data(), static_cast<std::size_t>(got)});
    if (!taken) stop(std::move(taken.error()));
    return true;
}

// The program has ended: what it wrote before is in the pipes. Others may hold their ends, so this does
// not wait for an end of file, and takes no more than a pipe can hold.
void Supervisor::drain() {
    constexpr std::size_t k_most = (16 << 20) / k_read_bytes;
    for (const Pipe& pipe : pipes_) {
        for (std::size_t i = 0; *pipe.fd && i < k_most; ++i)
            if (!read(pipe)) break;
        *pipe.fd = Fd();
    }
}

// UINT64_MAX: never.
std::uint64_t Supervisor::deadline() const {
    const std::uint64_t most_ms = (UINT64_MAX - w_.started_ns) / k_ms;
    if (w_.limits.wall_ms == 0 || w_.limits.wall_ms > most_ms) return UINT64_MAX;
    return w_.started_ns + w_.limits.wall_ms * k_ms;
}

int Supervisor::timeout(std::uint64_t now) const {
    std::uint64_t until = UINT64_MAX;
    if (out_.stop == Stop::none) {
        until = deadline();
        if (w_.limits.kernel.memory_bytes != 0) until = std::min(until, next_look_);
    }
    if (until == UINT64_MAX) return -1;
    if (until <= now) return 0;
    return static_cast<int>(std::min<std::uint64_t>((until - now + k_ms - 1) / k_ms, 60'000));
}

void Supervisor::look(std::uint64_t now) {
    if (out_.stop != Stop::none) return;
    if (now >= deadline()) {
        stop(Stop::wall);
        return;
    }
    const std::uint64_t limit = w_.limits.kernel.memory_bytes;
    if (limit == 0 || now < next_look_) return;
    next_look_ = now + k_look_ns;
    const sandbox::Usage usage = sandbox::tree_usage(w_.child, limit);
    out_.memory_bytes = std::max(out_.memory_bytes, usage.memory_bytes);
    if (usage.memory_bytes > limit) stop(Stop::memory);
}

void Supervisor::serve() {
    auto notice = sandbox::next_notice(w_.child.notify.get());
    if (!notice) {
        stop(std::move(notice.error()));
        return;
    }
    if (!*notice) return;
    const bool proceed = w_.on_notice(**notice) && (*notice)->on_path;
    Status served = proceed ? sandbox::proceed(w_.child.notify.get(), **notice)
                            : sandbox::deny(w_.child.notify.get(), **notice,
                                            (*notice)->on_path ? EACCES : EPERM);
    if (!served) stop(std::move(served.error()));
}

// What the kernel did for us looks like any death by a signal.
Stop Supervisor::limit_by_kernel() const {
    const std::uint64_t cpu_us = std::uint64_t{w_.limits.kernel.cpu_seconds} * 1'000'000;
    if (out_.exit.signalled && cpu_us != 0 && out_.exit.cpu_us >= cpu_us) return Stop::cpu;
    return Stop::none;
}

Result<Ended> Supervisor::run() {
    next_look_ = w_.started_ns + k_look_ns;
    bool listens = w_.child.notify.get() >= 0;
    for (;;) {
        // The end first: a program that has ended is not asked about.
        std::vector<pollfd> fds = {{w_.child.pidfd.get(), POLLIN, 0}, {w_.cancel, POLLIN, 0}};
        fds.push_back({listens ? w_.child.notify.get() : -1, POLLIN, 0});
        for (const Pipe& pipe : pipes_) fds.push_back({pipe.fd->get(), POLLIN, 0});
        const int ready = ::poll(fds.data(), fds.size(), timeout(monotonic_ns()));
        if (ready < 0 && errno != EINTR) return os_error("cannot supervise", "poll");
        if (ready > 0) {
            if (fds[0].revents != 0) break;
            if (fds[1].revents != 0 && out_.stop == Stop::none) stop(Stop::cancelled);
            if ((fds[2].revents & POLLIN) != 0)
                serve();
            else if (fds[2].revents != 0)
                listens = false;
            for (std::size_t i = 0; i < pipes_.size(); ++i)
                if (fds[3 + i].revents != 0) (void)read(pipes_[i]);
        }
        look(monotonic_ns());
        if (out_.stop != Stop::none) w_.cancel = -1; // asked once
    }
    sandbox::kill_tree(w_.child);
    drain();
    KATO_TRY(const std::optional<sandbox::Exit> exit, sandbox::reap(w_.child, true));
    if (exit) out_.exit = *exit;
    out_.memory_bytes = std::max(out_.memory_bytes, out_.exit.max_rss_bytes);
    if (out_.stop == Stop::none) out_.stop = limit_by_kernel();
    return std::move(out_);
}

} // namespace

std::uint64_t monotonic_ns() {
    timespec now{};
    (void)::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

std::string_view limit_name(Stop stop) {
    switch (stop) {
    case Stop::cpu: return "cpu";
    case Stop::memory: return "memory";
    case Stop::output: return "output";
    case Stop::messages: return "messages";
    case Stop::wall: return "wall";
    case Stop::none:
    case Stop::cancelled:
    case Stop::host: break;
    }
    return {};
}

Result<Ended> supervise(Watched& watched) { return Supervisor(watched).run(); }

} // namespace kato::agent
