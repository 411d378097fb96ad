// The builder: rules with their origins, requests, limits. What they come to: test_decide.cc.
#include "agent/policy.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::agent;

TEST_CASE("rules are kept as written and as spelled, with their origin") {
    Policy policy;
    REQUIRE(policy.allow(Capability::read, "~/notes/", Origin::flag, "/home/ann"));
    REQUIRE(policy.deny(Capability::net, "Example.org", Origin::api, ""));
    REQUIRE(policy.rules().size() == 2);
    CHECK(policy.rules()[0].rule == Rule{Effect::allow, Capability::read, "/home/ann/notes"});
    CHECK(policy.rules()[0].given == "~/notes/");
    CHECK(origin_name(policy.rules()[0].origin) == "flag");
    CHECK(policy.rules()[1].rule == Rule{Effect::deny, Capability::net, "example.org"});
    CHECK(policy.requests().empty());
    CHECK(policy.manifest() == nullptr);
}

TEST_CASE("a bad value changes nothing") {
    Policy policy;
    CHECK(!policy.allow(Capability::env, "A=b", Origin::flag, ""));
    CHECK(!policy.deny(Capability::env, "A=b", Origin::flag, ""));
    CHECK(policy.rules().empty());
}

TEST_CASE("requests go from the manifest's folder, and there is one manifest") {
    Policy policy;
    auto manifest =
        parse_manifest("name = \"a\"\n[permissions]\nread = [\"data\", \"~/x\"]\n", "/agents/a");
    REQUIRE(manifest);
    REQUIRE(policy.request(*manifest, "/home/ann"));
    REQUIRE(policy.requests().size() == 2);
    CHECK(policy.requests()[0].rule.value == "/agents/a/data");
    CHECK(policy.requests()[1].rule.value == "/home/ann/x");
    CHECK(policy.requests()[1].origin == Origin::manifest);
    CHECK(policy.rules().empty());
    const Status again = policy.request(*manifest, "/home/ann");
    REQUIRE(!again);
    CHECK(again.error().code == Code::exists);
}

TEST_CASE("a request that cannot be spelled here names its line") {
    Policy policy;
    auto manifest =
        parse_manifest("name = \"a\"\n[permissions]\nread = [\n\"~/x\"]\n", "/a", "/a/m");
    REQUIRE(manifest);
    const Status status = policy.request(*manifest, ""); // no home
    REQUIRE(!status);
    CHECK(status.error().path == "/a/m");
    CHECK(status.error().line == 4);
    CHECK(policy.manifest() == nullptr);
}

TEST_CASE("a policy has a bounded number of rules") {
    Policy policy;
    for (std::size_t i = 0; i < k_max_rules; ++i)
        REQUIRE(policy.allow(Capability::env, "A", Origin::api, ""));
    const Status status = policy.allow(Capability::env, "A", Origin::api, "");
    REQUIRE(!status);
    CHECK(status.error().code == Code::limit);
}
