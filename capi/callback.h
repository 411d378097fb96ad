// The caller's functions, called from inside: user_data kept and released, re-entry noticed.
#pragma once

#include "guard.h"

#include "store/store.h"

#include <kato/base.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace kato::capi {

// Ties a callback's user_data down: `destroy` runs exactly once, on every path.
class UserData {
public:
    UserData(void* data, kato_destroy_fn destroy) noexcept : data_(data), destroy_(destroy) {}
    UserData(const UserData&) = delete;
    UserData& operator=(const UserData&) = delete;
    ~UserData() {
        if (destroy_ == nullptr) return;
        try {
            destroy_(data_);
        } catch (
            ...) { // a C++ caller's exception must not cross into C, and nothing is left to undo
        }
    }
    void* get() const { return data_; }
    // Somebody else has taken over the duty.
    void release() noexcept { destroy_ = nullptr; }

private:
    void* data_;
    kato_destroy_fn destroy_;
};

// Which threads are inside a callback of one store at this moment.
class Reentry {
public:
    // Marks this thread for as long as it lives. On the stack, so that marking cannot fail.
    class Scope {
    public:
        explicit Scope(Reentry& owner) noexcept;
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        friend class Reentry;
        Reentry& owner_;
        std::thread::id thread_;
        Scope* next_;
    };

    bool inside() const noexcept;

private:
    mutable std::mutex mutex_;
    Scope* first_ = nullptr;
    std::atomic<std::uint32_t> count_{
        0}; // lets calls outside of any callback pass without the lock
};

// Calls the caller's function: anything but KATO_OK stops the work and comes out unchanged.
template <class Call> Status call_back(Reentry& reentry, Call&& call) {
    kato_status status = KATO_OK;
    {
        const Reentry::Scope inside(reentry);
        try {
            status = call();
        } catch (...) {
            return Error{Code::failed, "a callback threw a C++ exception"};
        }
    }
    if (status == KATO_OK) return done();
    Error error{Code::user, "stopped by a callback"};
    error.user_status = status;
    return error;
}

Output output_to(Reentry& reentry, kato_write_fn write, void* user_data);
// Empty when `progress` is NULL. Passes on at most ten calls a second.
ProgressFn progress_to(Reentry& reentry, kato_progress_fn progress, void* user_data);
// Empty when `cancel` is NULL.
StopFn stop_by(const kato_cancel* cancel);

} // namespace kato::capi

struct kato_cancel {
    std::atomic<bool> requested{false};
    static_assert(std::atomic<bool>::is_always_lock_free,
                  "kato_cancel_request is for signal handlers");
};
