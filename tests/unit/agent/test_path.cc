// Resolving paths: links, loops, what is not there.
#include "agent/path.h"
#include "support/files.h"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>

using namespace kato;
using namespace kato::agent;

namespace {

struct Folder {
    test::TempDir folder;
    std::string root = std::filesystem::canonical(folder.path()).string();

    std::string at(const std::string& name) const { return root + "/" + name; }
    void link(const std::string& name, const std::string& target) const {
        std::filesystem::create_symlink(target, at(name));
    }
    std::string resolved(const std::string& name) const {
        const auto path = resolve_path(at(name));
        if (!path) return "error: " + path.error().message;
        if (path->path.substr(0, root.size()) != root) return path->path;
        return path->path == root ? "." : path->path.substr(root.size() + 1);
    }
};

} // namespace

TEST_CASE("links are followed step by step") {
    const Folder f;
    std::filesystem::create_directories(f.at("a/b"));
    test::write_file(f.at("a/b/c"), "x");
    f.link("to-a", "a");
    f.link("a/up", "..");
    f.link("absolute", f.at("a/b"));
    f.link("chain", "to-a/up/absolute/c");
    CHECK(f.resolved("a/b/c") == "a/b/c");
    CHECK(f.resolved("to-a/b/./c") == "a/b/c");
    CHECK(f.resolved("to-a/up") == ".");
    CHECK(f.resolved("absolute/c") == "a/b/c");
    CHECK(f.resolved("chain") == "a/b/c");
    CHECK(resolve_path("/")->path == "/");
    CHECK(resolve_path("/../..")->path == "/");
    CHECK(resolve_path("/")->type == FileType::folder);
}

TEST_CASE("what is not there keeps its name, also behind a link") {
    const Folder f;
    std::filesystem::create_directory(f.at("a"));
    f.link("dangling", "a/later/still");
    CHECK(f.resolved("a/x/y") == "a/x/y");
    CHECK(f.resolved("a/x/../y") == "a/y");
    CHECK(f.resolved("dangling") == "a/later/still");
    CHECK(f.resolved("dangling/more") == "a/later/still/more");
    CHECK(resolve_path(f.at("dangling"))->type == FileType::missing);
}

TEST_CASE("a loop of links is an error") {
    const Folder f;
    f.link("one", "two");
    f.link("two", "one");
    f.link("self", "self/self");
    CHECK(f.resolved("one").find("error: ") == 0);
    CHECK(f.resolved("self").find("too many links") != std::string::npos);
}

TEST_CASE("a path that grows without end is an error") {
    const Folder f;
    CHECK(f.resolved(std::string(5000, 'a')).find("too long") != std::string::npos);
}

TEST_CASE("kinds of files are told apart") {
    const Folder f;
    test::write_file(f.at("plain"), "x");
    test::write_file(f.at("program"), "x");
    std::filesystem::permissions(f.at("program"), std::filesystem::perms::owner_all);
    REQUIRE(::mkfifo(f.at("fifo").c_str(), 0600) == 0);
    CHECK(resolve_path(f.at("plain"))->type == FileType::file);
    CHECK(!resolve_path(f.at("plain"))->executable);
    CHECK(resolve_path(f.at("program"))->executable);
    CHECK(resolve_path(f.at("fifo"))->type == FileType::other);
    CHECK(resolve_path(f.root)->type == FileType::folder);
    CHECK(!resolve_path(f.root)->executable);
    CHECK(resolve_path(f.root)->identity == file_identity(f.root));
    CHECK(resolve_path("/proc/version")->kernel_file_system);
    CHECK(!resolve_path(f.root)->kernel_file_system);
}

TEST_CASE("a path is within a folder by whole names") {
    CHECK(is_within("/a/b", "/a"));
    CHECK(is_within("/a", "/a"));
    CHECK(is_within("/a", "/"));
    CHECK(!is_within("/ab", "/a"));
    CHECK(!is_within("/a", "/a/b"));
    CHECK(!is_within("", "/"));
}
