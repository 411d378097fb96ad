// Fuzz target: any bytes through the C API into a store and out again, as a program would do it.
#include "fuzz/fuzz.h"
#include "support/files.h"

#include <kato/kato.h>

#include <algorithm>
#include <cstring>
#include <string>

using kato::fuzz::expect;

namespace {

struct Input {
    const std::uint8_t* data;
    std::size_t left;
};

kato_status read_input(void* user_data, void* buffer, std::size_t size, std::size_t* got) {
    auto* input = static_cast<Input*>(user_data);
    *got = std::min(size, input->left);
    if (*got == 0) return KATO_OK; // an empty input has no address
    std::memcpy(buffer, input->data, *got);
    input->data += *got;
    input->left -= *got;
    return KATO_OK;
}

kato_status append(void* user_data, const void* data, std::size_t size) {
    static_cast<std::string*>(user_data)->append(static_cast<const char*>(data), size);
    return KATO_OK;
}

kato_store* open_workspace(const std::string& path) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    options.flags = KATO_STORE_CREATE;
    kato_store* store = nullptr;
    expect(kato_store_open(path.data(), path.size(), &options, &store, nullptr) == KATO_OK,
           "cannot open");
    return store;
}

kato_status import(kato_store* store, const std::uint8_t* data, std::size_t size) {
    Input input{data, size};
    kato_import_report* report = nullptr;
    const kato_status status =
        kato_import_stream(store, read_input, &input, nullptr, nullptr, &report, nullptr);
    expect(status >= 0, std::string("the import failed: ") + kato_status_name(status));
    const auto count = [&](std::int32_t which) { return kato_import_report_count(report, which); };
    expect(count(KATO_COUNT_PARSED_BYTES) + count(KATO_COUNT_OPAQUE_BYTES) +
                   count(KATO_COUNT_QUARANTINED_BYTES) ==
               count(KATO_COUNT_SIZE_BYTES),
           "the bytes are not accounted for");
    expect(count(KATO_COUNT_SIZE_BYTES) == size, "another size");
    kato_import_report_free(report);
    return status;
}

std::string export_all(kato_store* store) {
    std::string out;
    expect(kato_export(store, nullptr, append, &out, nullptr, nullptr) == KATO_OK,
           "the export failed");
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const kato::test::TempDir directory;
    kato_store* store = open_workspace((directory / "one").string());
    (void)import(store, data, size); // any outcome is fine that accounts for the bytes
    const std::string exported = export_all(store);
    (void)import(store, data, size);
    expect(export_all(store) == exported, "importing twice changed something");

    kato_store* other = open_workspace((directory / "two").string());
    expect(import(other, reinterpret_cast<const std::uint8_t*>(exported.data()), exported.size()) >=
               0,
           "cannot import what was exported");
    expect(export_all(other) == exported, "export, import and export again differ");

    kato_search_cursor* cursor = nullptr;
    const std::string query(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 200));
    const kato_status found =
        kato_search(store, query.data(), query.size(), nullptr, &cursor, nullptr);
    expect(found == KATO_OK || found == KATO_E_INVALID, "a query neither ran nor was refused");
    kato_search_free(cursor);
    kato_store_close(other);
    kato_store_close(store);
    return 0;
}
