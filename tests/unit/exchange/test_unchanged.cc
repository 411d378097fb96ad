// Finding out cheaply, and without ever being wrong, that a file has not changed.
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>

using namespace kato;
using namespace kato::test;

namespace {

std::string session(char letter) {
    std::string out =
        R"({"type":"user","uuid":"aaaaaaaa-0000-4000-8000-00000000000?","parentUuid":null,)"
        R"("sessionId":"11111111-2222-4333-8444-555555555555","cwd":"/p",)"
        R"("timestamp":"2026-01-02T03:04:05.000Z","message":{"role":"user","content":"hello"}})"
        "\n";
    out[out.find('?')] = letter;
    return out;
}

// Long enough that the beginning alone does not show the last line.
std::string long_session(char letter) {
    return session('0') + std::string(100'000, '\n') + session(letter);
}

void set_time(const std::string& path, std::int64_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

std::string status_of(const ImportReport& report) {
    return member(rows(report, "source").at(0), "status");
}

// How many bytes an import reads, as its progress says while it is still at the file.
std::uint64_t steps(Workspace& workspace, const std::string& path) {
    std::uint64_t calls = 0;
    ImportOptions options;
    options.progress = [&](std::uint64_t, std::uint64_t, const std::string&) {
        ++calls;
        return done();
    };
    CHECK(status_of(workspace.import(path, options)) == "\"unchanged\"");
    return calls;
}

} // namespace

TEST_CASE("an unchanged file is not read again") {
    Workspace workspace; // its clock is ahead: the file was written well before
    TempDir folder;
    const std::string path = folder / "log";
    write_file(path, std::string(5 << 20, '\n') + session('1'));
    ImportOptions options;
    options.format = "claude-code";
    CHECK(status_of(workspace.import(path, options)) == "\"new\"");
    std::uint64_t calls = 0;
    options.progress = [&](std::uint64_t, std::uint64_t, const std::string&) {
        ++calls;
        return done();
    };
    CHECK(status_of(workspace.import(path, options)) == "\"unchanged\"");
    CHECK(calls == 1); // the beginning
}

TEST_CASE("a rewrite of the same size in the same moment is found") {
    Workspace workspace(0);
    TempDir folder;
    const std::string path = folder / "log";
    write_file(path, long_session('1'));
    set_time(path, 1'700'000'000);
    CHECK(status_of(workspace.import(path)) == "\"new\"");
    write_file(path, long_session('2'));
    set_time(path, 1'700'000'000); // and even its old time is back
    CHECK(status_of(workspace.import(path)) == "\"updated\"");
}

TEST_CASE("a rewrite of the beginning is found even when the times lie") {
    Workspace workspace(1'000'000'000);
    TempDir folder;
    const std::string path = folder / "log";
    write_file(path, session('1'));
    set_time(path, 1'700'000'000);
    CHECK(status_of(workspace.import(path)) == "\"new\"");
    write_file(path, session('2'));
    set_time(path, 1'700'000'000);
    CHECK(status_of(workspace.import(path)) == "\"updated\"");
}

TEST_CASE("a file that was only touched is unchanged, and quickly found so from then on") {
    Workspace workspace;
    TempDir folder;
    const std::string path = folder / "log";
    write_file(path, long_session('1'));
    CHECK(status_of(workspace.import(path)) == "\"new\"");
    set_time(path, 1'700'000'000);
    CHECK(steps(workspace, path) > 1);
    CHECK(steps(workspace, path) == 1);
}

TEST_CASE("a file that an older version did not recognise is read when a format knows it") {
    Workspace workspace;
    TempDir folder;
    const std::string path = folder / "log";
    write_file(path, session('1'));
    ImportOptions options;
    options.format = "codex"; // which makes nothing of it
    CHECK(workspace.import(path, options).partial);
    const ImportReport again = workspace.import(path);
    CHECK(member(rows(again, "source").at(0), "format") == "\"claude-code\"");
    CHECK(count(again, Count::events_new) == 1);
    CHECK_FALSE(again.partial);
    CHECK(workspace.store().sources({})->size() == 1);
}

TEST_CASE("an unchanged file tells again what is wrong with it") {
    Workspace workspace;
    TempDir folder;
    const std::string path = folder / "log";
    write_file(path, session('1') + "{\"broken\n");
    CHECK(workspace.import(path).partial);
    const ImportReport again = workspace.import(path);
    CHECK(status_of(again) == "\"unchanged\"");
    CHECK(again.partial);
    CHECK(count(again, Count::quarantined_bytes) == 9);
    CHECK(count(again, Count::issues) == 1);
    CHECK(member(rows(again, "source").at(0), "issues") == "1");
    REQUIRE(rows(again, "issue").size() == 1);
    const std::string issue = rows(again, "issue").at(0);
    CHECK(member(issue, "fate") == "\"quarantined\"");
    CHECK(member(issue, "reason") == "\"9 bytes of it were not readable when it was imported\"");
    CHECK(member(issue, "offset") == "null");
    CHECK(adds_up(again));
}
