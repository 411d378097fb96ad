// A workspace of its own in a temporary folder, and imports and exports in one call.
#pragma once

#include "exchange/export.h"
#include "exchange/import.h"
#include "support/files.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kato::test {

class Workspace {
public:
    // `ahead_us`: how far its clock is ahead, as if time had passed.
    explicit Workspace(std::int64_t ahead_us = 10'000'000);

    Store& store() { return *store_; }
    const std::shared_ptr<Store>& shared() const { return store_; }
    std::filesystem::path file(std::string_view name) const { return folder_ / "workspace" / name; }
    // A further opening of the same workspace, with another clock.
    std::shared_ptr<Store> reopen(std::int64_t ahead_us);
    // Fails the test case when the call fails.
    ImportReport import(const std::filesystem::path& path, const ImportOptions& options = {});
    ImportReport import_text(std::string_view bytes, const ImportOptions& options = {});
    std::string export_all(const std::string& format = "kato");
    std::string export_chat(const Uuid& chat); // as agents get it
    std::string hash();
    // The bytes of the source of that name.
    std::string source(std::string_view name);
    // What a query of kato.db gives.
    std::int64_t number(const char* sql);
    // The problems that verification found; empty when there are none.
    std::string problems();

private:
    TempDir folder_;
    std::shared_ptr<Store> store_;
};

// Files for imports, in a temporary folder.
std::string claude_example(); // a path
std::string codex_example();

std::uint64_t count(const ImportReport& report, Count which);
// The report's rows of a type, and whether one of them contains a text.
std::vector<std::string> rows(const ImportReport& report, std::string_view type);
bool mentions(const std::vector<std::string>& rows, std::string_view text);
// A member of a row whose value has no comma in it, as it is written.
std::string member(const std::string& row, std::string_view name);
// parsed + opaque + quarantined bytes are the size, of every row and of the total.
bool adds_up(const ImportReport& report);

Input input_of(std::string_view bytes, std::size_t piece = 1000);

} // namespace kato::test
