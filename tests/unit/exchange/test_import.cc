// What an import makes of one source after the other, and how it reports them.
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

using namespace kato;
using namespace kato::test;

namespace {

std::string claude_line(std::string_view uuid, std::string_view text) {
    return R"({"type":"user","uuid":")" + std::string(uuid) +
           R"(","parentUuid":null,"sessionId":"11111111-2222-4333-8444-555555555555","cwd":"/p",)" +
           R"("timestamp":"2026-01-02T03:04:05.000Z","message":{"role":"user","content":")" +
           std::string(text) + "\"}}\n";
}

} // namespace

TEST_CASE("a session is recognised by its content, whatever its name") {
    Workspace workspace;
    TempDir folder;
    write_file(folder / "holiday.png", read_file(claude_example()));
    write_file(folder / "noname", read_file(codex_example()));
    const ImportReport report = workspace.import(folder.path());
    const auto sources = rows(report, "source");
    REQUIRE(sources.size() == 2);
    CHECK(member(sources[0], "format") == "\"claude-code\"");
    CHECK(member(sources[1], "format") == "\"codex\"");
    CHECK(member(sources[0], "status") == "\"new\"");
    CHECK(adds_up(report));
    CHECK_FALSE(report.partial);
    CHECK(count(report, Count::sources_new) == 2);
    CHECK(workspace.problems() == "");
}

TEST_CASE("importing twice changes nothing") {
    Workspace workspace;
    const ImportReport first = workspace.import(claude_example());
    const std::string hash = workspace.hash();
    const ImportReport second = workspace.import(claude_example());
    CHECK(member(rows(second, "source").at(0), "status") == "\"unchanged\"");
    CHECK(count(second, Count::events_new) == 0);
    CHECK(count(second, Count::events) == count(first, Count::events));
    CHECK(count(second, Count::parsed_bytes) == count(first, Count::parsed_bytes));
    CHECK(adds_up(second));
    CHECK(workspace.hash() == hash);
}

TEST_CASE("a stream that comes twice is the same source") {
    Workspace workspace;
    const std::string bytes = read_file(codex_example());
    CHECK(member(rows(workspace.import_text(bytes), "source").at(0), "status") == "\"new\"");
    const std::string hash = workspace.hash();
    CHECK(member(rows(workspace.import_text(bytes), "source").at(0), "status") == "\"unchanged\"");
    CHECK(workspace.hash() == hash);
    CHECK(workspace.source("-") == bytes);
}

TEST_CASE("what was appended to a file is added, and nothing else") {
    Workspace workspace;
    TempDir folder;
    const std::string a = claude_line("aaaaaaaa-0000-4000-8000-000000000001", "first");
    const std::string b = claude_line("aaaaaaaa-0000-4000-8000-000000000002", "second");
    write_file(folder / "log", a);
    CHECK(count(workspace.import(folder / "log"), Count::events_new) == 1);
    write_file(folder / "log", a + b);
    const ImportReport grown = workspace.import(folder / "log");
    CHECK(member(rows(grown, "source").at(0), "status") == "\"updated\"");
    CHECK(count(grown, Count::events_new) == 1);
    CHECK(count(grown, Count::events_vanished) == 0);
    CHECK(workspace.store().sources({})->size() == 1);
}

TEST_CASE("a record that is not complete yet is pending, and read once it is") {
    Workspace workspace;
    TempDir folder;
    const std::string a = claude_line("aaaaaaaa-0000-4000-8000-000000000001", "first");
    const std::string b = claude_line("aaaaaaaa-0000-4000-8000-000000000002", "second");
    write_file(folder / "log", a + b.substr(0, b.size() / 2));
    const ImportReport torn = workspace.import(folder / "log");
    CHECK(count(torn, Count::pending_bytes) == b.size() / 2);
    CHECK(count(torn, Count::opaque_bytes) == b.size() / 2);
    CHECK_FALSE(torn.partial);
    CHECK(adds_up(torn));
    const auto issues = rows(torn, "issue");
    REQUIRE(issues.size() == 1);
    CHECK(member(issues[0], "offset") == std::to_string(a.size()));
    CHECK(member(issues[0], "line") == "2");
    write_file(folder / "log", a + b);
    const ImportReport whole = workspace.import(folder / "log");
    CHECK(count(whole, Count::events_new) == 1);
    CHECK(count(whole, Count::pending_bytes) == 0);
}

TEST_CASE("bytes that no format knows are kept and quarantined") {
    Workspace workspace;
    const std::string bytes("MZ\0\0nothing that anybody wrote", 31);
    const ImportReport report = workspace.import_text(bytes);
    CHECK(report.partial);
    CHECK(member(rows(report, "source").at(0), "format") == "null");
    CHECK(count(report, Count::quarantined_bytes) == bytes.size());
    CHECK(mentions(rows(report, "issue"), "in no known format"));
    CHECK(adds_up(report));
    CHECK(workspace.source("-") == bytes);
}

TEST_CASE("an empty file is a source without bytes, and said to be empty") {
    Workspace workspace;
    TempDir folder;
    write_file(folder / "empty.jsonl", "");
    const ImportReport report = workspace.import(folder / "empty.jsonl");
    CHECK_FALSE(report.partial);
    CHECK(mentions(rows(report, "issue"), "\"empty\""));
    CHECK(count(report, Count::sources_new) == 1);
    CHECK(adds_up(report));
}

TEST_CASE("a recognised file without conversation makes the import partial") {
    Workspace workspace;
    const ImportReport report =
        workspace.import_text("{\"type\":\"summary\",\"summary\":\"about\",\"leafUuid\":\"x\"}\n");
    CHECK(member(rows(report, "source").at(0), "format") == "\"claude-code\"");
    CHECK(report.partial);
    CHECK(mentions(rows(report, "issue"), "no conversation"));
}

TEST_CASE("an export of nothing is imported completely") {
    Workspace workspace;
    const ImportReport report = workspace.import_text("{\"kato\":1}\n");
    CHECK_FALSE(report.partial);
    CHECK(count(report, Count::issues) == 0);
}

TEST_CASE("a file that is not there is an error, with a report") {
    Workspace workspace;
    ImportReport report;
    const Status status = import_path(workspace.store(), "/nowhere/at/all", {}, report);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::not_found);
    CHECK(count(report, Count::sources_failed) == 1);
    CHECK(rows(report, "total").size() == 1);
}

TEST_CASE("an unreadable file in a folder fails alone") {
    if (::geteuid() == 0) {
        MESSAGE("skipped: root can read everything");
        return;
    }
    Workspace workspace;
    TempDir folder;
    write_file(folder / "a", read_file(claude_example()));
    write_file(folder / "b", "secret");
    write_file(folder / "c", read_file(codex_example()));
    REQUIRE(::chmod((folder / "b").c_str(), 0) == 0);
    const ImportReport report = workspace.import(folder.path());
    CHECK(report.partial);
    CHECK(count(report, Count::sources_failed) == 1);
    CHECK(count(report, Count::sources_new) == 2);
}

TEST_CASE("a newer canonical version is refused, and the rest of the folder is not") {
    Workspace workspace;
    TempDir folder;
    write_file(folder / "a", "{\"kato\":99}\n");
    write_file(folder / "b", read_file(codex_example()));
    const ImportReport report = workspace.import(folder.path());
    CHECK(report.partial);
    CHECK(count(report, Count::sources_failed) == 1);
    CHECK(count(report, Count::sources_new) == 1);
    CHECK(mentions(rows(report, "issue"), "version 99"));
}

TEST_CASE("a format that was asked for is used, and must be one that can be read") {
    Workspace workspace;
    ImportOptions options;
    options.format = "codex";
    const ImportReport report = workspace.import_text("just words\n", options);
    CHECK(member(rows(report, "source").at(0), "format") == "\"codex\"");
    CHECK(count(report, Count::quarantined_bytes) == 11);
    for (const char* format : {"markdown", "no-such-format"}) {
        options.format = format;
        ImportReport none;
        const Status status = import_stream(workspace.store(), input_of("x"), options, none);
        REQUIRE_FALSE(status);
        CHECK(status.error().code == Code::invalid);
        CHECK(status.error().hint.find("claude-code") != std::string::npos);
    }
}

TEST_CASE("issues are capped, and their number is told") {
    Workspace workspace;
    std::string bytes = read_file(codex_example());
    for (int i = 0; i < 200; ++i)
        bytes += std::string(static_cast<std::size_t>(i), ' ') + "{\"broken\n";
    const ImportReport report = workspace.import_text(bytes);
    CHECK(count(report, Count::issues) >= 200);
    CHECK(rows(report, "issue").size() <= 51);
    std::uint64_t told = 0;
    for (const std::string& row : rows(report, "issue")) told += std::stoull(member(row, "count"));
    CHECK(told == count(report, Count::issues));
    CHECK(adds_up(report));
}

TEST_CASE("stopping ends the import, and what was complete before stays") {
    Workspace workspace;
    TempDir folder;
    write_file(folder / "a", read_file(claude_example()));
    write_file(folder / "b", read_file(codex_example()));
    ImportOptions options;
    bool stop = false;
    options.progress = [&](std::uint64_t, std::uint64_t, const std::string& name) {
        stop = name.ends_with("/b");
        return done();
    };
    options.stop = [&] { return stop; };
    ImportReport report;
    const Status status = import_path(workspace.store(), folder.path().string(), options, report);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::cancelled);
    CHECK(count(report, Count::sources_new) == 1);
    CHECK(rows(report, "total").size() == 1);
    CHECK(workspace.store().list_chats({})->size() == 1);
    CHECK(workspace.problems() == "");
}

TEST_CASE("who is told of a source finds it in the store") {
    Workspace workspace;
    TempDir folder;
    constexpr std::size_t k_sources = 300;
    for (std::size_t i = 0; i < k_sources; ++i) {
        const std::string id = std::to_string(i);
        write_file(folder / id, R"({"type":"user","sessionId":"s)" + id + R"(","uuid":"u)" + id +
                                    R"(","message":{"role":"user","content":"hello"}})" + "\n");
    }
    ImportOptions options;
    std::size_t told = 0;
    bool found = true;
    options.row = [&](const std::string& row) {
        if (row.starts_with("{\"type\":\"source\"")) ++told;
        found = found && workspace.store().list_chats({})->size() >= told;
        return done();
    };
    SUBCASE("all are told") {
        workspace.import(folder.path(), options);
        CHECK(told == k_sources);
    }
    SUBCASE("and a change comes between") {
        const auto look = options.row;
        options.row = [&](const std::string& row) -> Status {
            KATO_CHECK(look(row));
            if (told % 50 == 1) KATO_CHECK(workspace.store().create_chat("another", ""));
            return done();
        };
        workspace.import(folder.path(), options);
        CHECK(told == k_sources);
    }
    SUBCASE("an error of the host's ends it, and what was stored is in the report") {
        const auto look = options.row;
        options.row = [&](const std::string& row) -> Status {
            KATO_CHECK(look(row));
            return told == 3 ? Status(Error{Code::user, "enough"}) : done();
        };
        ImportReport report;
        const Status status =
            import_path(workspace.store(), folder.path().string(), options, report);
        REQUIRE_FALSE(status);
        CHECK(status.error().code == Code::user);
        CHECK(told == 3);
        CHECK(count(report, Count::sources_new) == workspace.store().list_chats({})->size());
        CHECK(count(report, Count::sources_new) >= 3);
    }
    CHECK(found);
    CHECK(workspace.problems() == "");
}

TEST_CASE("a host that has refused to go on is told nothing more") {
    Workspace workspace;
    TempDir folder;
    write_file(folder / "a", read_file(claude_example()));
    write_file(folder / "b", read_file(codex_example()));
    ImportOptions options;
    bool refused = false;
    std::size_t told = 0;
    options.progress = [&](std::uint64_t, std::uint64_t, const std::string& name) {
        refused = name.ends_with("/b");
        return refused ? Status(Error{Code::user, "enough"}) : done();
    };
    options.row = [&](const std::string&) {
        if (refused) ++told;
        return done();
    };
    ImportReport report;
    CHECK_FALSE(import_path(workspace.store(), folder.path().string(), options, report));
    CHECK(refused);
    CHECK(told == 0);
    CHECK(count(report, Count::sources_new) == 1);
    CHECK(workspace.store().list_chats({})->size() == 1);
}

TEST_CASE("progress goes from nothing to all of it, and its error ends the import") {
    Workspace workspace;
    TempDir folder;
    const std::string bytes = read_file(claude_example());
    write_file(folder / "a", bytes);
    write_file(folder / "b", read_file(codex_example()));
    ImportOptions options;
    std::uint64_t last = 0;
    std::uint64_t total = 0;
    options.progress = [&](std::uint64_t done_bytes, std::uint64_t total_bytes,
                           const std::string&) {
        CHECK(done_bytes >= last);
        last = done_bytes;
        total = total_bytes;
        return done();
    };
    (void)workspace.import(folder.path(), options);
    CHECK(last == total);
    CHECK(total == bytes.size() + read_file(codex_example()).size());

    options.progress = [](std::uint64_t, std::uint64_t, const std::string&) -> Status {
        return Error{Code::user, "enough"};
    };
    ImportReport report;
    const Status status = import_path(workspace.store(), folder.path().string(), options, report);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::user);
}
