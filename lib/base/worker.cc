#include "base/worker.h"

#include <system_error>
#include <utility>

namespace kato {

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        jobs_.clear();
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Worker::run(std::function<void()> job) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return jobs_.size() < limit_ || failure_ != nullptr; });
        if (failure_ != nullptr) std::rethrow_exception(std::exchange(failure_, nullptr));
        // First: a job without a thread would be waited for in vain.
        if (thread_.joinable() || start()) {
            jobs_.push_back(std::move(job));
            job = nullptr;
        }
    }
    if (job)
        job();
    else
        changed_.notify_all();
}

bool Worker::start() {
    try {
        thread_ = std::thread([this] { loop(); });
    } catch (const std::system_error&) { // no more threads: the work gets done all the same
        return false;
    }
    return true;
}

void Worker::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return (jobs_.empty() && !busy_) || failure_ != nullptr; });
    if (failure_ != nullptr) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Worker::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return !jobs_.empty() || ending_; });
        if (ending_) return;
        const std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        busy_ = true;
        lock.unlock();
        changed_.notify_all();
        std::exception_ptr failure;
        try {
            job();
        } catch (...) { // out of memory, carried to the user's thread
            failure = std::current_exception();
        }
        lock.lock();
        busy_ = false;
        if (failure != nullptr) {
            failure_ = failure;
            jobs_.clear();
        }
        changed_.notify_all();
    }
}

} // namespace kato
