// Fuzz target: any bytes through the C API into a store and out again, as a program would do it.
#include "fuzz/fuzz.h"
#include "fuzz/workspace.h"
#include "support/files.h"

#include <string>

using namespace kato::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const kato::test::TempDir directory;
    const Store store = open_workspace((directory / "one").string());
    (void)import_bytes(store.get(), as_text(data, size)); // any outcome is fine
    const std::string exported = export_all(store.get());
    (void)import_bytes(store.get(), as_text(data, size));
    expect(export_all(store.get()) == exported, "importing twice changed something");

    const Store other = open_workspace((directory / "two").string());
    expect(import_bytes(other.get(), exported) >= 0, "cannot import what was exported");
    expect(export_all(other.get()) == exported, "export, import and export again differ");

    kato_search_cursor* cursor = nullptr;
    const std::string query(as_text(data, size).substr(0, 200));
    const kato_status found =
        kato_search(store.get(), query.data(), query.size(), nullptr, &cursor, nullptr);
    expect(found == KATO_OK || found == KATO_E_INVALID, "a query neither ran nor was refused");
    kato_search_free(cursor);
    return 0;
}
