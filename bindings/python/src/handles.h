// Owners of what the C API hands out, and the two ways of leaving and entering Python.
#pragma once

#include <kato/kato.h>

#include <pybind11/pybind11.h>

#include <memory>
#include <utility>

namespace binding {

namespace py = pybind11;

// Calls the C API's own function on what it made.
template <auto Free> struct Release {
    template <typename T> void operator()(T* handle) const noexcept { Free(handle); }
};

// For handles whose end may wait for a lock of the store: whoever holds that lock may be waiting for
// the interpreter's.
template <auto Free> struct ReleaseUnlocked {
    template <typename T> void operator()(T* handle) const noexcept {
        if (PyGILState_Check() != 0) {
            const py::gil_scoped_release unlocked;
            Free(handle);
        } else {
            Free(handle);
        }
    }
};

using BufferHandle = std::unique_ptr<kato_buffer, Release<kato_buffer_free>>;
using CancelHandle = std::unique_ptr<kato_cancel, Release<kato_cancel_free>>;
using ChatHandle = std::unique_ptr<kato_chat, Release<kato_chat_free>>;
using EventHandle = std::unique_ptr<kato_event, Release<kato_event_free>>;
using ReportHandle = std::unique_ptr<kato_import_report, Release<kato_import_report_free>>;
using ChatCursorHandle = std::unique_ptr<kato_chat_cursor, ReleaseUnlocked<kato_chat_cursor_free>>;
using EventCursorHandle =
    std::unique_ptr<kato_event_cursor, ReleaseUnlocked<kato_event_cursor_free>>;
using SourceCursorHandle =
    std::unique_ptr<kato_source_cursor, ReleaseUnlocked<kato_source_cursor_free>>;
// Its end waits for the run's.
using AgentRunHandle = std::unique_ptr<kato_agent_run, ReleaseUnlocked<kato_agent_run_free>>;
using AgentRunCursorHandle =
    std::unique_ptr<kato_agent_run_cursor, ReleaseUnlocked<kato_agent_run_cursor_free>>;
using SearchHandle = std::unique_ptr<kato_search_cursor, ReleaseUnlocked<kato_search_free>>;

// Shared by the Python object and every call that is under way: closing waits for them.
using StoreHandle = std::shared_ptr<kato_store>;

// Runs `work` with the interpreter's lock released. Every call that may wait for the store goes
// through here; `work` must not touch Python objects.
template <typename Work> auto without_gil(Work&& work) {
    const py::gil_scoped_release unlocked;
    return std::forward<Work>(work)();
}

} // namespace binding
