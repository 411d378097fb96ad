// What a policy comes to in a run: its grants, its variables, and what a manifest may and may not say.
#include "agent/apply.h"

#include "support/files.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace kato;
using namespace kato::agent;

namespace {

struct Case {
    Case() { around.home = "/home/nobody-here"; }

    Status applied(std::vector<std::string> environment = {}) {
        auto decision = decide(policy, around);
        REQUIRE(decision);
        return apply(policy, *decision, environment, spec);
    }
    void manifest(std::string_view rest) {
        auto parsed = parse_manifest("name = \"a\"\n" + std::string(rest), "/agents");
        REQUIRE(parsed);
        REQUIRE(policy.request(std::move(*parsed), around.home));
    }

    Policy policy;
    Surroundings around;
    RunSpec spec;
};

} // namespace

TEST_CASE_FIXTURE(Case, "without rules a run gets nothing") {
    REQUIRE(applied({"HOME=/root", "TZ=UTC"}));
    CHECK(spec.grants.empty());
    CHECK(spec.environment.empty());
    CHECK(spec.policy.find("\"granted\":[]") != std::string::npos);
}

TEST_CASE_FIXTURE(Case, "variables are passed on by name, with the caller's value") {
    REQUIRE(policy.allow(Capability::env, "TZ", Origin::api, around.home));
    REQUIRE(applied({"HOME=/root", "TZ=UTC", "TZDIR=/x"}));
    CHECK(spec.environment == std::vector<std::string>{"TZ=UTC"});
}

TEST_CASE_FIXTURE(Case, "a rule that cannot be granted ends the run before it begins") {
    REQUIRE(policy.allow(Capability::net, "example.org:443", Origin::api, around.home));
    const Status refused = applied();
    REQUIRE(!refused);
    CHECK(refused.error().code == Code::denied);
    CHECK(refused.error().message.find("example.org") != std::string::npos);
}

TEST_CASE_FIXTURE(Case, "a program that may be run brings what it needs to start") {
    REQUIRE(policy.allow(Capability::run, "cat", Origin::api, around.home));
    REQUIRE(applied());
    bool library = false;
    for (const sandbox::Grant& grant : spec.grants)
        library = library || grant.path.find("libc.so") != std::string::npos;
    CHECK(library);
}

TEST_CASE_FIXTURE(Case, "a manifest lowers limits, never raises them, and grants nothing") {
    manifest("mode = \"filter\"\n[permissions]\nread = [\"/usr/share\"]\n"
             "[limits]\nwall = \"2s\"\nmemory = \"100GiB\"\ncpu = \"1500ms\"\n"
             "[params]\nlist = [1, \"two\"]\n");
    REQUIRE(applied());
    CHECK(spec.mode == Mode::filter);
    CHECK(spec.grants.empty());
    CHECK(spec.limits.wall_ms == 2000);
    CHECK(spec.limits.kernel.memory_bytes == 512 * k_mebibyte);
    CHECK(spec.limits.kernel.cpu_seconds == 2);
    CHECK(spec.params == R"({"list":[1,"two"]})");
}

TEST_CASE_FIXTURE(Case, "the caller's parameters come before the manifest's") {
    manifest("[params]\na = 1\n");
    spec.params = "{\"b\":2}";
    REQUIRE(applied());
    CHECK(spec.params == "{\"b\":2}");
}

TEST_CASE_FIXTURE(Case, "a locale's files come with a variable about locales, and not without") {
    std::size_t there = 0; // one folder, or one archive
    for (const char* path : {"/usr/lib/locale/C.utf8", "/usr/lib/locale/locale-archive"})
        there = there == 0 && std::filesystem::exists(path) ? 1 : there;
    const std::vector<std::string> environment = {"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC"};
    REQUIRE(policy.allow(Capability::env, "TZ", Origin::api, around.home));
    SUBCASE("nobody grants one") {
        REQUIRE(applied(environment));
        CHECK(spec.grants.empty());
    }
    SUBCASE("it is granted, and the caller does not have it") {
        REQUIRE(policy.allow(Capability::env, "LC_TIME", Origin::api, around.home));
        REQUIRE(applied(environment));
        CHECK(spec.grants.empty());
    }
    SUBCASE("it is granted") {
        REQUIRE(policy.allow(Capability::env, "LC_ALL", Origin::api, around.home));
        REQUIRE(applied(environment));
        REQUIRE(spec.grants.size() == there);
        for (const sandbox::Grant& grant : spec.grants) CHECK(grant.rights == sandbox::k_read);
    }
    SUBCASE("it is granted, and its files are denied") {
        REQUIRE(policy.allow(Capability::env, "LC_ALL", Origin::api, around.home));
        REQUIRE(policy.deny(Capability::read, "/usr/lib/locale", Origin::api, around.home));
        REQUIRE(applied(environment));
        CHECK(spec.grants.empty());
    }
}
