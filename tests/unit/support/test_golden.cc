// The golden file helper itself: it must be able to fail.
#include "support/golden.h"

#include "support/files.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace kato::test;

TEST_CASE("an equal golden file passes") {
    const TempDir dir;
    write_file(dir / "a", "one\ntwo\n");
    check_golden(dir / "a", "one\ntwo\n");
}

TEST_CASE("a differing golden file fails" * doctest::should_fail() *
          doctest::skip(std::getenv("KATO_TEST_ACCEPT") != nullptr)) {
    const TempDir dir;
    write_file(dir / "a", "one\ntwo\n");
    check_golden(dir / "a", "one\nthree\n");
}

TEST_CASE("a temporary folder is private and disappears") {
    std::filesystem::path path;
    {
        const TempDir dir;
        path = dir.path();
        write_file(dir / "deep/file", "x");
        CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}
