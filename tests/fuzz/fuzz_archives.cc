// Fuzz target: archives made of the input, imported in one order and in the other, come to the same.
//
// The input is text: a line "=== NAME" begins a member, a line "###" the next archive.
#include "fuzz/fuzz.h"
#include "fuzz/workspace.h"
#include "support/files.h"
#include "support/zip.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace kato::fuzz;

namespace {

constexpr std::size_t k_max_archives = 3;
constexpr std::size_t k_max_members = 20;

// Gives the first line and takes it from `text`.
std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::vector<std::string> archives_in(std::string_view text) {
    std::vector<kato::test::ZipMembers> archives(1);
    const char* content = nullptr; // where that of the last member begins
    const auto end_member = [&](const char* end) {
        if (content != nullptr)
            archives.back().back().second = {content, static_cast<std::size_t>(end - content)};
        content = nullptr;
    };
    while (!text.empty()) {
        const char* const begin = text.data();
        const std::string_view line = next_line(text);
        if (line == "###" && archives.size() < k_max_archives) {
            end_member(begin);
            archives.emplace_back();
        } else if (line.starts_with("=== ") && archives.back().size() < k_max_members) {
            end_member(begin);
            archives.back().emplace_back(line.substr(4), std::string_view());
            content = text.data();
        }
    }
    end_member(text.data());
    std::vector<std::string> out;
    for (const kato::test::ZipMembers& members : archives)
        out.push_back(kato::test::zip_of(members));
    return out;
}

void import_all(kato_store* store, const std::vector<std::string>& archives, bool backwards) {
    for (std::size_t i = 0; i < archives.size(); ++i) {
        const std::size_t at = backwards ? archives.size() - 1 - i : i;
        (void)import_bytes(store, archives[at], std::to_string(at) + ".zip"); // any outcome is fine
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const kato::test::TempDir directory;
    const std::vector<std::string> archives = archives_in(as_text(data, size));
    const Store store = open_workspace((directory / "one").string());
    import_all(store.get(), archives, false);
    const std::string exported = export_all(store.get());
    import_all(store.get(), archives, false);
    expect(export_all(store.get()) == exported, "importing twice changed something");
    verify(store.get());

    const Store other = open_workspace((directory / "two").string());
    import_all(other.get(), archives, true);
    expect(export_all(other.get()) == exported, "the order of imports matters");
    return 0;
}
