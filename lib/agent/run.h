// A run: one program over one chat, confined, supervised, audited and stored.
#pragma once

#include "agent/result.h"
#include "agent/spec.h"
#include "base/file.h"
#include "store/store.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace kato::agent {

class Prepared;

// Any thread. A run that is let go of is cancelled, and waited for.
class Run {
public:
    // Fails for what is wrong with the request: no such chat or program, an output's name that is taken.
    // What the machine cannot do is the run's outcome. The program runs on when this returns.
    static Result<std::unique_ptr<Run>> start(std::shared_ptr<Store> store, RunSpec spec);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    const Uuid& id() const { return id_; }
    void cancel();
    // False when it has not ended `timeout_ms` from now.
    bool wait(std::uint64_t timeout_ms);
    // Readable from its end on: for event loops.
    int event() const { return ended_event_.get(); }
    // Messages since the last call, at most k_max_kept_messages.
    std::vector<RunMessage> messages();
    // Null before the end.
    const RunResult* result() const;
    const std::string* report() const; // as it is stored

private:
    Run() = default;
    void work();
    void end(RunResult result);

    Uuid id_{};
    std::unique_ptr<Prepared> prepared_;
    Fd cancel_event_;
    Fd ended_event_;
    mutable std::mutex mutex_;
    std::condition_variable ended_;
    std::deque<RunMessage> new_messages_;
    std::optional<RunResult> result_;
    std::string report_;
    std::thread thread_;
};

} // namespace kato::agent
