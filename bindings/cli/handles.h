// Owners for libkato's handles, and short forms for its out-parameters and text getters.
#pragma once

#include <kato/kato.h>

#include <memory>
#include <string>
#include <string_view>

namespace kato_cli {

template <auto Free> struct FreeWith {
    template <class T> void operator()(T* handle) const { Free(handle); }
};

using Error = std::unique_ptr<kato_error, FreeWith<kato_error_free>>;
using Store = std::unique_ptr<kato_store, FreeWith<kato_store_close>>;
using Buffer = std::unique_ptr<kato_buffer, FreeWith<kato_buffer_free>>;
using Cancel = std::unique_ptr<kato_cancel, FreeWith<kato_cancel_free>>;
using Chat = std::unique_ptr<kato_chat, FreeWith<kato_chat_free>>;
using ChatCursor = std::unique_ptr<kato_chat_cursor, FreeWith<kato_chat_cursor_free>>;
using Event = std::unique_ptr<kato_event, FreeWith<kato_event_free>>;
using EventCursor = std::unique_ptr<kato_event_cursor, FreeWith<kato_event_cursor_free>>;
using SearchCursor = std::unique_ptr<kato_search_cursor, FreeWith<kato_search_free>>;
using SourceCursor = std::unique_ptr<kato_source_cursor, FreeWith<kato_source_cursor_free>>;
using Policy = std::unique_ptr<kato_policy, FreeWith<kato_policy_free>>;
using AgentRun = std::unique_ptr<kato_agent_run, FreeWith<kato_agent_run_free>>;
using RunCursor = std::unique_ptr<kato_agent_run_cursor, FreeWith<kato_agent_run_cursor_free>>;
using ImportReport = std::unique_ptr<kato_import_report, FreeWith<kato_import_report_free>>;

// Passes an owner as `T **`: what the call writes there becomes the owner's at the full stop.
template <class Owner> class OutPointer {
public:
    explicit OutPointer(Owner& owner) : owner_(owner) {}
    OutPointer(const OutPointer&) = delete;
    OutPointer& operator=(const OutPointer&) = delete;
    ~OutPointer() { owner_.reset(raw_); }
    // Implicit, so that it stands where the call takes a `T **`.
    // NOLINTNEXTLINE(google-explicit-constructor)
    operator typename Owner::pointer *() { return &raw_; }

private:
    Owner& owner_;
    typename Owner::pointer raw_ = nullptr;
};

template <class Owner> OutPointer<Owner> out(Owner& owner) { return OutPointer<Owner>(owner); }

// text<kato_chat_title>(chat): borrowed as the getter says.
template <auto Get, class Handle> std::string_view text(const Handle* handle) {
    std::size_t len = 0;
    const char* data = Get(handle, &len);
    return {data, len};
}

inline std::string_view text(const Buffer& buffer) {
    std::size_t len = 0;
    const void* data = kato_buffer_data(buffer.get(), &len);
    return {static_cast<const char*>(data), len};
}

// A kato_write_fn whose user_data is a std::string.
inline kato_status take_text(void* user_data, const void* data, std::size_t size_bytes) {
    static_cast<std::string*>(user_data)->append(static_cast<const char*>(data), size_bytes);
    return KATO_OK;
}

} // namespace kato_cli
