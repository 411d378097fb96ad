// Python functions as the C API's callbacks, for the time of one call.
#pragma once

#include "error.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace binding {

// A request to stop, as Python sees it; any thread.
class Cancel {
public:
    Cancel();
    void request() const { kato_cancel_request(handle_.get()); }
    bool requested() const { return kato_cancel_requested(handle_.get()) != 0; }
    const kato_cancel* get() const { return handle_.get(); }

private:
    CancelHandle handle_;
};

// One long call: remembers the first Python exception of its callbacks, which then is raised in
// place of any status. Lives on the caller's stack, so the C API needs no destroy function.
class Call {
public:
    // Enters Python: delivers pending signals (Ctrl-C), then does `work`.
    template <typename Work> kato_status in_python(Work&& work) {
        const py::gil_scoped_acquire locked;
        try {
            if (PyErr_CheckSignals() != 0) {
                throw py::error_already_set();
            }
            work();
            return KATO_OK;
        } catch (...) {
            if (!failure_) {
                failure_ = std::current_exception();
            }
            return KATO_E_USER;
        }
    }

    // Raises what a callback raised.
    void rethrow() const {
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

    kato_status finish(kato_status status, const ErrorSlot& error) const {
        rethrow();
        return error.check(status);
    }

private:
    std::exception_ptr failure_{};
};

// progress(done_bytes, total_bytes or None, what). Also asked for when the caller gave None, to
// hear of Ctrl-C.
class Progress {
public:
    Progress(Call& call, py::object function) : call_(call), function_(std::move(function)) {}
    static kato_status call(void* self, std::uint64_t done_bytes, std::uint64_t total_bytes,
                            const char* what);
    kato_status tell(std::uint64_t done_bytes, std::uint64_t total_bytes, const char* what);

private:
    Call& call_;
    py::object function_;
};

// What a long call tells: progress, and objects of JSON (rows of an import, an export's loss).
struct Told {
    Progress progress;
    Call& call;
    py::object row; // row(json)
    static kato_status tell_progress(void* self, std::uint64_t done_bytes,
                                     std::uint64_t total_bytes, const char* what);
    static kato_status tell_row(void* self, const char* json, std::size_t size);
};

// Takes output: into a Python function of bytes, or, when that is None, into memory.
class Sink {
public:
    Sink(Call& call, py::object function) : call_(call), function_(std::move(function)) {}
    static kato_status call(void* self, const void* data, std::size_t size_bytes);
    // None when a function took it.
    py::object result() const;

private:
    Call& call_;
    py::object function_;
    std::string kept_{};
};

// Takes the files of an export: next(name, chat) -> bool before each, False to leave it out, and
// write(bytes).
class Files {
public:
    Files(Call& call, py::object next, py::object write)
        : call_(call), next_(std::move(next)), sink_(call, std::move(write)) {}
    static kato_status next(void* self, const char* name, const char* chat);
    static kato_status write(void* self, const void* data, std::size_t size_bytes);

private:
    Call& call_;
    py::object next_;
    Sink sink_;
};

// Gives input from a Python function: read(size) -> bytes of any length, empty at the end.
class Feed {
public:
    Feed(Call& call, py::object function) : call_(call), function_(std::move(function)) {}
    static kato_status call(void* self, void* buffer, std::size_t size_bytes,
                            std::size_t* got_bytes);

private:
    Call& call_;
    py::object function_;
    py::object chunk_{}; // keeps rest_ alive
    std::string_view rest_{};
};

// For a long call without callbacks: does it on a thread of its own, so that Ctrl-C is heard.
// `work` must not touch Python; `cancel` is what it stops on.
kato_status with_signals(Call& call, const Cancel& cancel,
                         const std::function<kato_status()>& work);

void register_cancel(py::module_& module);

} // namespace binding
