// Archives by their first bytes, and their members' names as labels.
#include "exchange/bundle.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

std::string label(std::string_view name) {
    std::string remark;
    return member_label(name, remark);
}

bool is_odd(std::string_view name) {
    std::string remark;
    (void)member_label(name, remark);
    return !remark.empty();
}

} // namespace

TEST_CASE("names inside archives become labels that lead nowhere") {
    CHECK(label("a/b.json") == "a/b.json");
    CHECK(label("./a//b.json") == "a/b.json");
    CHECK(label("../../etc/passwd") == "etc/passwd");
    CHECK(label("/etc/passwd") == "etc/passwd");
    CHECK(label("..\\..\\windows\\a") == "windows/a");
    CHECK(label("a/../b") == "a/b");
    CHECK(label("a\x1B[31m\nb") == "a_[31m_b");
    CHECK(label("\xFF") == "\xEF\xBF\xBD");
    CHECK(label("..").empty());
    CHECK(label("").empty());
    CHECK(label(std::string(5000, 'x')).size() <= 1024);
    for (const char* odd : {"../a", "/a", "a/../b", "..", "\\a"}) CHECK(is_odd(odd));
    for (const char* plain : {"a", "a/b", "./a", "a..b/..c"}) CHECK(!is_odd(plain));
}

TEST_CASE("archives are known by their first bytes") {
    CHECK(archive_kind("PK\x03\x04", "PK\x03\x04") == ArchiveKind::zip);
    CHECK(archive_kind("PK\x05\x06", "PK\x05\x06") == ArchiveKind::zip);
    std::string tar(512, '\0');
    tar.replace(257, 5, "ustar");
    CHECK(archive_kind(tar, tar) == ArchiveKind::tar);
    CHECK(archive_kind("\x1F\x8B\x08", tar) == ArchiveKind::tar_gzip);
    CHECK(archive_kind("\x28\xB5\x2F\xFD", tar) == ArchiveKind::tar_zstd);
    CHECK(archive_kind("\x1F\x8B\x08", "{}") == ArchiveKind::none);
    CHECK(archive_kind("PKZIP", "PKZIP") == ArchiveKind::none);
    CHECK(archive_kind("", "") == ArchiveKind::none);
}

TEST_CASE("what an archive may hold grows with it and never overflows") {
    CHECK(max_unpacked_bytes(0) >= (std::uint64_t{1} << 28));
    CHECK(max_unpacked_bytes(1'000'000'000) > 100'000'000'000);
    CHECK(max_unpacked_bytes(UINT64_MAX) > max_unpacked_bytes(1'000'000'000));
}
