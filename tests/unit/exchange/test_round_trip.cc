// The promises of the canonical form: any order of imports, and export, import, export, give the same bytes.
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

using namespace kato;
using namespace kato::test;

namespace {

std::vector<std::string> files_below(const std::filesystem::path& folder) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) out.push_back(entry.path().string());
    std::sort(out.begin(), out.end());
    return out;
}

void import_each(Workspace& workspace, const std::vector<std::string>& files) {
    for (const std::string& file : files) {
        ImportReport report;
        const Status status = import_path(workspace.store(), file, {}, report);
        if (!status) FAIL(file << ": " << status.error().message);
        INFO(file);
        CHECK(adds_up(report));
    }
}

// Where two texts first differ, for people.
std::string difference(const std::string& a, const std::string& b) {
    const auto at = static_cast<std::size_t>(
        std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
    if (at == a.size() && at == b.size()) return {};
    const std::size_t start = at < 200 ? 0 : at - 200;
    return "at byte " + std::to_string(at) + ":\n" + a.substr(start, 400) + "\n---\n" +
           b.substr(start, 400);
}

void check_three_orders(std::vector<std::string> files) {
    Workspace forward;
    import_each(forward, files);
    const std::string expected = forward.export_all();
    std::reverse(files.begin(), files.end());
    Workspace backward;
    import_each(backward, files);
    CHECK(difference(expected, backward.export_all()) == "");
    std::rotate(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(files.size() / 2),
                files.end());
    Workspace rotated;
    import_each(rotated, files);
    CHECK(difference(expected, rotated.export_all()) == "");
    CHECK(forward.hash() == rotated.hash());
    CHECK(forward.problems() == "");
    CHECK(rotated.problems() == "");
}

void check_round_trip(Workspace& workspace) {
    const std::string exported = workspace.export_all();
    Workspace second;
    const ImportReport report = second.import_text(exported);
    CHECK(count(report, Count::quarantined_bytes) == 0);
    CHECK(count(report, Count::opaque_bytes) == 0);
    CHECK(difference(exported, second.export_all()) == "");
    // And nothing more when it comes again.
    CHECK(count(second.import_text(exported), Count::sources_unchanged) == 1);
    CHECK(difference(exported, second.export_all()) == "");
    CHECK(second.problems() == "");
}

} // namespace

TEST_CASE("three orders of the example files give the same export") {
    check_three_orders(files_below(source_root() / "examples/data"));
}

TEST_CASE("an export of the examples, imported elsewhere, is exported again byte for byte") {
    Workspace workspace;
    (void)workspace.import(source_root() / "examples/data");
    check_round_trip(workspace);
}

TEST_CASE("three orders of the made-up cases give the same export, which survives the round trip") {
    for (const std::string format :
         {"chatgpt", "claude-ai", "gemini-cli", "kato-twin", "openai-messages"}) {
        CAPTURE(format);
        std::vector<std::string> files = files_below(source_root() / "tests/golden" / format);
        std::erase_if(files,
                      [](const std::string& file) { return file.find("/input.") == file.npos; });
        REQUIRE(files.size() > 3);
        check_three_orders(files);
        Workspace workspace;
        import_each(workspace, files);
        check_round_trip(workspace);
    }
}

TEST_CASE("what the user did survives the round trip") {
    Workspace workspace;
    (void)workspace.import(codex_example());
    Store& store = workspace.store();
    const Uuid imported = store.list_chats({})->at(0).id;
    REQUIRE(store.rename_chat(imported, "My \"own\"\ttitle, too long to be kept inside a string"));
    REQUIRE(store.tag_chat(imported, "tea", false));
    const auto made = store.create_chat("Made here", "/somewhere");
    REQUIRE(made);
    NewEvent event;
    event.body.kind = Kind::user_message;
    event.body.role = Role::user;
    event.body.text = std::string("nul \0 and half a character \xED\xA0\xBD", 31);
    REQUIRE(store.append(made->id, event));
    event.body.kind = Kind::assistant_message;
    event.body.role = Role::assistant;
    event.body.text = "an answer";
    REQUIRE(store.append(made->id, event));
    check_round_trip(workspace);
    CHECK(workspace.export_all().find("\\u0000 and half a character \\ud83d") != std::string::npos);
}

TEST_CASE("unknown members of the canonical form survive") {
    const std::string text = "{\"kato\":1}\n"
                             "{\"type\":\"chat\",\"id\":\"00000000-0000-8000-8000-000000000001\","
                             "\"provider\":\"elsewhere\","
                             "\"colour\":\"green\",\"x\":{\"n\":1.50,\"n\":2}}\n"
                             "{\"type\":\"event\",\"id\":\"00000000-0000-8000-8000-000000000002\","
                             "\"kind\":\"user.message\","
                             "\"role\":\"user\",\"mood\":[1e2,\"\\u00e9\"],\"text\":\"hello\"}\n";
    Workspace workspace;
    const ImportReport report = workspace.import_text(text);
    CHECK(count(report, Count::parsed_bytes) == text.size());
    const std::string exported = workspace.export_all();
    CHECK(exported.find("\"x\":{\"n\":1.50,\"n\":2,\"colour\":\"green\"}") != std::string::npos);
    CHECK(exported.find("\"x\":{\"mood\":[1e2,\"\\u00e9\"]}") != std::string::npos);
    check_round_trip(workspace);
}

TEST_CASE("records that the canonical reader does not understand are kept, and counted") {
    Workspace workspace;
    const std::string text =
        "{\"kato\":1}\n{\"type\":\"hologram\",\"depth\":3}\n{\"type\":\"chat\"\n";
    const ImportReport report = workspace.import_text(text);
    CHECK(count(report, Count::opaque_bytes) == 30);
    CHECK(count(report, Count::quarantined_bytes) == 15);
    CHECK(report.partial);
    CHECK(adds_up(report));
}

TEST_CASE("three orders of the real samples give the same export, which survives the round trip") {
    const auto folder = samples();
    if (!folder) {
        MESSAGE("skipped: no sample files");
        return;
    }
    for (const std::string provider : {"chatgpt", "claude-ai", "claude-code", "codex", "gemini-cli",
                                       "original-kato", "original-kato-home"}) {
        CAPTURE(provider);
        const std::vector<std::string> files = files_below(*folder / provider);
        check_three_orders(files);
        Workspace workspace;
        import_each(workspace, files);
        check_round_trip(workspace);
        for (const std::string& file : files) {
            INFO(file);
            CHECK((workspace.source(file) == read_file(file)));
        }
        const std::string hash = workspace.hash();
        const ImportReport again = workspace.import(*folder / provider);
        CHECK(count(again, Count::sources_unchanged) == count(again, Count::sources));
        CHECK(workspace.hash() == hash);
    }
}
