// Folders: order, links, FIFOs, loops, depth, the workspace itself.
#include "exchange/walk.h"
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

#include <filesystem>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace kato;
using namespace kato::test;

namespace {

struct Found {
    std::vector<std::string> files{};
    std::vector<std::string> skipped{};
    std::vector<std::string> failed{};
};

Found walk(const std::filesystem::path& folder, const std::string& workspace = "/nowhere") {
    Found found;
    const std::size_t start = folder.string().size() + 1;
    Visitor visitor;
    visitor.file = [&](const std::string& path, std::uint64_t) {
        found.files.push_back(path.substr(start));
        return done();
    };
    visitor.skipped = [&](const std::string& path, std::string_view reason) {
        found.skipped.push_back(path.substr(start) + ": " + std::string(reason));
        return done();
    };
    visitor.failed = [&](const std::string& path, const Error&) {
        found.failed.push_back(path.substr(start));
        return done();
    };
    const Status walked = walk_directory(folder.string(), workspace, visitor);
    if (!walked) FAIL(walked.error().message);
    return found;
}

} // namespace

TEST_CASE("files come in the order of their names, folders in their places") {
    TempDir folder;
    std::filesystem::create_directories(folder / "b/z");
    for (const char* name : {"c", "a", "B", "b/2", "b/10", "b/z/1"})
        write_file(folder / name, name);
    CHECK(walk(folder.path()).files ==
          std::vector<std::string>{"B", "a", "b/10", "b/2", "b/z/1", "c"});
}

TEST_CASE("links, FIFOs and sockets are skipped and named") {
    TempDir folder;
    write_file(folder / "file", "x");
    std::filesystem::create_symlink("file", folder / "link");
    std::filesystem::create_directory_symlink(folder.path(), folder / "loop");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(fd >= 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = folder / "socket";
    REQUIRE(name.size() < sizeof address.sun_path);
    name.copy(address.sun_path, name.size());
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    (void)::close(fd);
    const Found found = walk(folder.path());
    CHECK(found.files == std::vector<std::string>{"file"});
    CHECK(found.skipped == std::vector<std::string>{"link: a symbolic link",
                                                    "loop: a symbolic link", "pipe: a FIFO",
                                                    "socket: a socket"});
}

TEST_CASE("a folder that is nested too deeply is left out") {
    TempDir folder;
    std::string deep = folder.path().string();
    for (int i = 0; i < 120; ++i) {
        deep += "/d";
        REQUIRE(::mkdir(deep.c_str(), 0700) == 0);
    }
    write_file(deep + "/file", "x");
    const Found found = walk(folder.path());
    CHECK(found.files.empty());
    REQUIRE(found.skipped.size() == 1);
    CHECK(found.skipped[0].find("nested too deeply") != std::string::npos);
}

TEST_CASE("the workspace is not imported into itself") {
    TempDir folder;
    std::filesystem::create_directory(folder / "w");
    write_file(folder / "w/kato.db", "x");
    const Found found = walk(folder.path(), folder / "w");
    CHECK(found.files.empty());
    CHECK(found.skipped == std::vector<std::string>{"w: the workspace that is imported into"});
}

TEST_CASE("a folder that is not there is an error of the walk") {
    CHECK_FALSE(walk_directory("/nowhere/at/all", "/nowhere", Visitor()));
}

TEST_CASE("what an import skips is an issue, and no failure") {
    Workspace workspace;
    TempDir folder;
    write_file(folder / "a", read_file(codex_example()));
    std::filesystem::create_directory_symlink(folder.path(), folder / "loop");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    const ImportReport report = workspace.import(folder.path());
    CHECK_FALSE(report.partial);
    CHECK(count(report, Count::sources) == 1);
    CHECK(count(report, Count::issues) == 2);
    CHECK(mentions(rows(report, "issue"), "skipped: a FIFO"));
    CHECK(mentions(rows(report, "issue"), "skipped: a symbolic link"));
}
