// One thread that runs jobs in order, a bounded number ahead of its user.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace kato {

// One thread at a time may use it. What a job produces it keeps itself.
class Worker {
public:
    explicit Worker(std::size_t limit) : limit_(limit) {}
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    // Runs `job` later, or waits first while `limit` jobs are waiting. The thread starts with the
    // first job; where there can be none, `job` runs at once. An exception of an earlier job is thrown here.
    void run(std::function<void()> job);
    // Waits until every job is done.
    void wait();

private:
    bool start();
    void loop();

    std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool busy_ = false;
    bool ending_ = false;
    std::exception_ptr failure_;
    std::thread thread_;
};

} // namespace kato
