// Paths made absolute, also where there is nothing for a relative one to go from.
#include "base/file.h"
#include "support/files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

using namespace kato;
using kato::test::TempDir;

namespace {

// Another current directory until the end of a scope.
class Elsewhere {
public:
    explicit Elsewhere(const std::filesystem::path& directory)
        : before_(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)) {
        if (!before_ || ::chdir(directory.c_str()) != 0) throw std::runtime_error("chdir");
    }
    ~Elsewhere() { CHECK(::fchdir(before_.get()) == 0); }
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;

private:
    Fd before_;
};

} // namespace

TEST_CASE("a path is cleaned by its letters alone") {
    CHECK(clean_path("/a//b/./c/") == "/a/b/c");
    CHECK(clean_path("/a/../../b") == "/b");
    CHECK(clean_path("/") == "/");
    CHECK(clean_path("/..") == "/");
}

TEST_CASE("a relative path goes from the current directory") {
    TempDir folder;
    const std::string real = std::filesystem::canonical(folder.path()).string();
    const Elsewhere inside(folder.path());
    CHECK(*absolute_path("a/../b") == real + "/b");
    CHECK(*absolute_path("") == real);
    CHECK(*absolute_path("/a/./b") == "/a/b");
}

TEST_CASE("a relative path in a directory that was removed is an error, not another path") {
    TempDir folder;
    const std::filesystem::path gone = folder / "gone";
    std::filesystem::create_directory(gone);
    const Elsewhere inside(gone);
    std::filesystem::remove(gone);
    const auto path = absolute_path("agent");
    REQUIRE_FALSE(path.ok());
    CHECK(path.error().code == Code::not_found);
    CHECK(path.error().message.find("agent: cannot tell the current directory") == 0);
    CHECK_FALSE(path.error().hint.empty());
    CHECK(*absolute_path("/agent") == "/agent");
}
