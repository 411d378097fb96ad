#include "client.h"

#include <fmt/format.h>

#include <stdexcept>

namespace bench {
namespace {

kato_status count_bytes(void* user_data, const void* data, std::size_t size) {
    (void)data; // only counted
    *static_cast<std::uint64_t*>(user_data) += size;
    return KATO_OK;
}

} // namespace

kato_status check(kato_status status, kato_error* error) {
    if (status >= 0) return status;
    std::string message =
        error == nullptr ? kato_status_name(status) : kato_error_message(error, nullptr);
    kato_error_free(error);
    throw std::runtime_error(message);
}

Owned<kato_store> open_store(const std::string& path) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    options.flags = KATO_STORE_CREATE;
    kato_store* store = nullptr;
    kato_error* error = nullptr;
    check(kato_store_open(path.data(), path.size(), &options, &store, &error), error);
    return Owned<kato_store>(store);
}

std::uint64_t import_path(kato_store* store, const std::string& path) {
    kato_import_report* raw = nullptr;
    kato_error* error = nullptr;
    const kato_status status =
        kato_import_path(store, path.data(), path.size(), nullptr, &raw, &error);
    const Owned<kato_import_report> report(raw);
    check(status, error);
    const auto count = [&](std::int32_t which) {
        return kato_import_report_count(report.get(), which);
    };
    const std::uint64_t strange =
        count(KATO_COUNT_OPAQUE_BYTES) + count(KATO_COUNT_QUARANTINED_BYTES);
    if (strange != 0 || count(KATO_COUNT_SOURCES_FAILED) != 0)
        fmt::print(stderr, "bench: {}: {} bytes were not understood, {} sources not read\n", path,
                   strange, count(KATO_COUNT_SOURCES_FAILED));
    return count(KATO_COUNT_EVENTS);
}

std::uint64_t export_all(const kato_store* store, std::string_view format) {
    kato_export_options options = KATO_EXPORT_OPTIONS_INIT;
    options.format = format.data();
    options.format_len = format.size();
    std::uint64_t bytes = 0;
    kato_error* error = nullptr;
    check(kato_export(store, &options, count_bytes, &bytes, nullptr, &error), error);
    return bytes;
}

std::uint64_t read_sources(const kato_store* store) {
    constexpr std::string_view id_follows = R"({"id":")";
    constexpr std::size_t id_length = 36;
    kato_source_cursor* raw = nullptr;
    kato_error* error = nullptr;
    check(kato_source_list(store, nullptr, 0, &raw, &error), error);
    const Owned<kato_source_cursor> cursor(raw);
    std::uint64_t bytes = 0;
    for (;;) {
        const char* json = nullptr;
        std::size_t length = 0;
        if (check(kato_source_cursor_next(cursor.get(), &json, &length, &error), error) ==
            KATO_DONE)
            return bytes;
        const std::string id(std::string_view(json, length).substr(id_follows.size(), id_length));
        check(kato_source_read(store, id.data(), id.size(), count_bytes, &bytes, nullptr, &error),
              error);
    }
}

std::uint64_t search(const kato_store* store, std::string_view query) {
    kato_search_cursor* raw = nullptr;
    kato_error* error = nullptr;
    check(kato_search(store, query.data(), query.size(), nullptr, &raw, &error), error);
    const Owned<kato_search_cursor> cursor(raw);
    std::uint64_t hits = 0;
    while (check(kato_search_next(cursor.get(), &error), error) != KATO_DONE) {
        std::size_t length = 0;
        (void)kato_search_snippet(cursor.get(), &length); // what a list of results shows
        ++hits;
    }
    return hits;
}

} // namespace bench
