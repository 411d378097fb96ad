// The C API as the benchmarks use it: owners, and statuses turned into exceptions.
#pragma once

#include <kato/kato.h>

#include <memory>
#include <string>
#include <string_view>

namespace bench {

struct Free {
    void operator()(kato_store* p) const { kato_store_close(p); }
    void operator()(kato_chat* p) const { kato_chat_free(p); }
    void operator()(kato_event* p) const { kato_event_free(p); }
    void operator()(kato_import_report* p) const { kato_import_report_free(p); }
    void operator()(kato_agent_run* p) const { kato_agent_run_free(p); }
    void operator()(kato_search_cursor* p) const { kato_search_free(p); }
    void operator()(kato_source_cursor* p) const { kato_source_cursor_free(p); }
};
template <class T> using Owned = std::unique_ptr<T, Free>;

// Throws std::runtime_error for a negative status; frees `error`.
kato_status check(kato_status status, kato_error* error);

Owned<kato_store> open_store(const std::string& path);

// Imports the path; gives the number of events in the sources. What was not understood is said.
std::uint64_t import_path(kato_store* store, const std::string& path);

// Exports every chat and gives the number of bytes.
std::uint64_t export_all(const kato_store* store, std::string_view format);

// Gives back the bytes of every source, as they were imported, and their number.
std::uint64_t read_sources(const kato_store* store);

// Runs a query and steps through its hits; gives their number.
std::uint64_t search(const kato_store* store, std::string_view query);

} // namespace bench
