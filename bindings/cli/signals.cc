// Signal handlers.
#include "signals.h"

#include <atomic>
#include <csignal>

namespace kato_cli {
namespace {

// A handler reaches nothing but statics.
std::atomic<kato_cancel*> g_cancel{nullptr};
std::atomic<int> g_caught{0};
static_assert(std::atomic<int>::is_always_lock_free);

void on_signal(int number) {
    g_caught = number;
    kato_cancel* cancel = g_cancel;
    if (cancel) kato_cancel_request(cancel);
    std::signal(number, SIG_DFL); // the next one ends us
}

} // namespace

void watch_signals(kato_cancel* cancel) {
    g_cancel = cancel;
    struct sigaction action {};
    action.sa_handler = on_signal; // without SA_RESTART: a blocked read ends
    sigemptyset(&action.sa_mask);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction present {};
        // What was started with a signal ignored (nohup) keeps ignoring it.
        if (sigaction(number, nullptr, &present) == 0 && present.sa_handler == SIG_IGN) continue;
        sigaction(number, &action, nullptr);
    }
    std::signal(SIGPIPE, SIG_IGN);
}

int caught_signal() { return g_caught; }

} // namespace kato_cli
