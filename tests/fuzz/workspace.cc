#include "fuzz/workspace.h"

#include "fuzz/fuzz.h"

#include <algorithm>
#include <cstring>

namespace kato::fuzz {
namespace {

kato_status read_input(void* user_data, void* buffer, std::size_t size, std::size_t* got) {
    auto* input = static_cast<std::string_view*>(user_data);
    *got = std::min(size, input->size());
    if (*got == 0) return KATO_OK; // an empty input has no address
    std::memcpy(buffer, input->data(), *got);
    input->remove_prefix(*got);
    return KATO_OK;
}

kato_status append(void* user_data, const void* data, std::size_t size) {
    static_cast<std::string*>(user_data)->append(static_cast<const char*>(data), size);
    return KATO_OK;
}

// By what may be refused, not by what will be read.
bool may_be_archive(std::string_view bytes) {
    return bytes.starts_with("PK") || bytes.starts_with("\x1F\x8B") ||
           bytes.starts_with("\x28\xB5\x2F\xFD") || bytes.find("ustar") != std::string_view::npos;
}

} // namespace

Store open_workspace(const std::string& path) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    options.flags = KATO_STORE_CREATE;
    kato_store* store = nullptr;
    expect(kato_store_open(path.data(), path.size(), &options, &store, nullptr) == KATO_OK,
           "cannot open");
    return Store(store);
}

kato_status import_bytes(kato_store* store, std::string_view bytes, const std::string& name) {
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    options.name = name.data();
    options.name_len = name.size();
    std::string_view input = bytes;
    kato_import_report* report = nullptr;
    const kato_status status =
        kato_import_stream(store, read_input, &input, nullptr, &options, &report, nullptr);
    const auto count = [&](std::int32_t which) { return kato_import_report_count(report, which); };
    if (status < 0) {
        expect(may_be_archive(bytes) && (status == KATO_E_FAILED || status == KATO_E_LIMIT),
               std::string("the import failed: ") + kato_status_name(status));
    } else {
        expect(count(KATO_COUNT_PARSED_BYTES) + count(KATO_COUNT_OPAQUE_BYTES) +
                       count(KATO_COUNT_QUARANTINED_BYTES) ==
                   count(KATO_COUNT_SIZE_BYTES),
               "the bytes are not accounted for");
        expect(count(KATO_COUNT_SIZE_BYTES) == bytes.size(), "another size");
    }
    kato_import_report_free(report);
    return status;
}

std::string export_all(kato_store* store) {
    std::string out;
    expect(kato_export(store, nullptr, append, &out, nullptr, nullptr) == KATO_OK,
           "the export failed");
    return out;
}

void verify(kato_store* store) {
    kato_buffer* buffer = nullptr;
    expect(kato_store_verify(store, nullptr, nullptr, nullptr, nullptr, &buffer, nullptr) ==
               KATO_OK,
           "the store is damaged");
    kato_buffer_free(buffer);
}

} // namespace kato::fuzz
