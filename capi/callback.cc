// Callbacks: the record of threads inside one, output, throttled progress, cancellation.
#include "callback.h"

#include <fmt/format.h>

#include <string>

namespace kato::capi {

namespace {
constexpr auto k_progress_interval = std::chrono::milliseconds(100);
} // namespace

Reentry::Scope::Scope(Reentry& owner) noexcept
    : owner_(owner), thread_(std::this_thread::get_id()), next_(nullptr) {
    const std::lock_guard lock(owner_.mutex_);
    next_ = owner_.first_;
    owner_.first_ = this;
    owner_.count_.fetch_add(1, std::memory_order_relaxed);
}

Reentry::Scope::~Scope() {
    const std::lock_guard lock(owner_.mutex_);
    Scope** link = &owner_.first_;
    while (*link != this) link = &(*link)->next_;
    *link = next_;
    owner_.count_.fetch_sub(1, std::memory_order_relaxed);
}

bool Reentry::inside() const noexcept {
    // A thread inside a callback sees its own increment, so zero is the truth for it.
    if (count_.load(std::memory_order_relaxed) == 0) return false;
    const std::lock_guard lock(mutex_);
    for (const Scope* scope = first_; scope != nullptr; scope = scope->next_)
        if (scope->thread_ == std::this_thread::get_id()) return true;
    return false;
}

Output output_to(Reentry& reentry, kato_write_fn write, void* user_data) {
    return [&reentry, write, user_data](std::string_view bytes) -> Status {
        if (bytes.empty()) return done();
        return call_back(reentry, [&] { return write(user_data, bytes.data(), bytes.size()); });
    };
}

ProgressFn progress_to(Reentry& reentry, kato_progress_fn progress, void* user_data) {
    if (progress == nullptr) return {};
    using Clock = std::chrono::steady_clock;
    return [&reentry, progress, user_data,
            next = Clock::time_point::min()](std::uint64_t done_bytes, std::uint64_t total_bytes,
                                             const std::string& what) mutable -> Status {
        const auto now = Clock::now();
        if (now < next) return done();
        next = now + k_progress_interval;
        return call_back(
            reentry, [&] { return progress(user_data, done_bytes, total_bytes, what.c_str()); });
    };
}

StopFn stop_by(const kato_cancel* cancel) {
    if (cancel == nullptr) return {};
    return [cancel] { return cancel->requested.load(std::memory_order_relaxed); };
}

} // namespace kato::capi
