// Files that change while they are read, and FIFOs.
#include "exchange/bytes.h"
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace kato;
using namespace kato::test;

namespace {

constexpr std::size_t k_large = 3 << 20; // several pieces

std::string large_session() {
    std::string out;
    const std::string session = read_file(codex_example());
    while (out.size() < k_large) out += session;
    return out;
}

// Imports a file, and does something to it in the middle.
Status import_while(Workspace& workspace, const std::string& path, const std::function<void()>& act,
                    ImportReport& report) {
    bool acted = false;
    ImportOptions options;
    options.progress = [&](std::uint64_t done_bytes, std::uint64_t, const std::string&) {
        if (done_bytes > 0 && !acted) {
            acted = true;
            act();
        }
        return done();
    };
    return import_path(workspace.store(), path, options, report);
}

} // namespace

TEST_CASE("a file that shrinks while it is read fails, and the store is as before") {
    Workspace workspace;
    TempDir folder;
    const std::string path = folder / "log";
    const std::string hash = workspace.hash();
    write_file(path, large_session());
    ImportReport report;
    const Status status = import_while(
        workspace, path, [&] { REQUIRE(::truncate(path.c_str(), 100'000) == 0); }, report);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::io);
    CHECK(status.error().message.find("shrunk while it was read") != std::string::npos);
    CHECK(status.error().offset.has_value());
    CHECK(count(report, Count::sources_failed) == 1);
    CHECK(mentions(rows(report, "issue"), "shrunk"));
    CHECK(workspace.hash() == hash);
    CHECK(workspace.store().sources({})->empty());
    CHECK(workspace.problems() == "");
}

TEST_CASE(
    "a file that grows while it is read gives what was there, and the rest with the next import") {
    Workspace workspace;
    TempDir folder;
    const std::string path = folder / "log";
    const std::string bytes = large_session();
    write_file(path, bytes);
    ImportReport report;
    REQUIRE(import_while(
        workspace, path, [&] { write_file(path, bytes + read_file(codex_example())); }, report));
    CHECK(count(report, Count::size_bytes) == bytes.size());
    const ImportReport next = workspace.import(path);
    CHECK(count(next, Count::sources_updated) == 1);
    CHECK(count(next, Count::size_bytes) > bytes.size());
}

TEST_CASE("a file that is rewritten while it is read fails") {
    Workspace workspace;
    TempDir folder;
    const std::string path = folder / "log";
    const std::string bytes = large_session();
    write_file(path, bytes);
    ImportReport report;
    CHECK_FALSE(import_while(
        workspace, path, [&] { write_file(path, ' ' + bytes); }, report));
    CHECK(mentions(rows(report, "issue"), "was rewritten while it was read"));
    CHECK(workspace.store().sources({})->empty());
}

TEST_CASE("a FIFO that is named is read as a stream") {
    Workspace workspace;
    TempDir folder;
    const std::string path = folder / "pipe";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const std::string bytes = read_file(claude_example());
    std::thread writer([&] {
        const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        (void)write_all(fd.get(), bytes, path); // the import's report tells
    });
    const ImportReport report = workspace.import(path);
    writer.join();
    CHECK(count(report, Count::size_bytes) == bytes.size());
    CHECK(member(rows(report, "source").at(0), "format") == "\"claude-code\"");
}

TEST_CASE("waiting for a FIFO that nobody writes to can be stopped") {
    Workspace workspace;
    TempDir folder;
    const std::string path = folder / "pipe";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    int asked = 0;
    ImportOptions options;
    options.stop = [&] { return ++asked > 3; };
    ImportReport report;
    const Status status = import_path(workspace.store(), path, options, report);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::cancelled);
}

TEST_CASE("devices and sockets are refused") {
    Workspace workspace;
    ImportReport report;
    const Status status = import_path(workspace.store(), "/dev/zero", {}, report);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::unsupported);
}

TEST_CASE("a file whose size is not known is read to its end") {
    auto bytes = FileBytes::open("/proc/self/status", true, {});
    REQUIRE(bytes);
    CHECK(bytes->expected_bytes() == 0);
    char buffer[16];
    std::size_t total = 0;
    for (;;) {
        const auto got = bytes->read(buffer, sizeof buffer);
        REQUIRE(got);
        if (*got == 0) break;
        total += *got;
    }
    CHECK(total > 100);
}
