// The description of a policy: valid JSON that has everything, whatever the bytes.
#include "house.h"

#include "codec/json/json.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::agent;
using namespace kato::test;

TEST_CASE("an empty policy is described") {
    CHECK(describe(Policy(), Decision()) ==
          R"({"schema":1,"manifest":null,"rules":[],"requests":{"met":[],"unmet":[]},)"
          R"("granted":[],"refused":[],"grants":[],"environment":[],"programs":[]})");
}

TEST_CASE("what was asked, granted and refused is in the description") {
    House house;
    auto manifest = parse_manifest(
        "name = \"sorter\"\nprogram = \"sort.sh\"\nmode = \"filter\"\n[limits]\nwall = \"30s\"\n"
        "[params]\ndepth = 3\n[permissions]\nenv = [\"TZ\", \"TERM\"]\n",
        "/agents");
    REQUIRE(manifest);
    REQUIRE(house.policy.request(std::move(*manifest), house.home()));
    house.allow(Capability::read, house.home());
    house.allow(Capability::env, "TZ");
    house.allow(Capability::run, "tool");
    house.allow(Capability::read, house.at("/proc/1/environ"));
    house.deny(Capability::write, house.at("/srv"));
    const std::string text = describe(house.policy, house.decide());
    json::Document document;
    REQUIRE(document.parse(text));
    const json::Value root = document.root();
    CHECK(root.member("schema").integer() == 1);
    const json::Value described = root.member("manifest");
    CHECK(described.member("name").text() == "sorter");
    CHECK(described.member("path").is_null());
    CHECK(described.member("program").text() == "/agents/sort.sh");
    CHECK(described.member("mode").text() == "filter");
    CHECK(described.member("limits").member("wall_ms").integer() == 30'000);
    CHECK(described.member("limits").member("cpu_ms").is_null());
    CHECK(described.member("params").member("depth").integer() == 3);
    CHECK(root.member("rules").size() == 5);
    CHECK(root.member("requests").member("met").first().member("value").text() == "TZ");
    CHECK(root.member("requests").member("unmet").first().member("refusal").text() ==
          "not_granted");
    CHECK(root.member("granted").size() == 3);
    CHECK(root.member("granted").first().member("without").size() == 6);
    CHECK(root.member("refused").first().member("refusal").text() == "privileged");
    CHECK(root.member("grants").size() == 2);
    CHECK(root.member("environment").first().text() == "TZ");
    CHECK(root.member("programs").first().member("path").text() == house.at("/usr/bin/tool"));
}

TEST_CASE("names that are not UTF-8 or hold quotes give valid JSON") {
    House house;
    house.make("/home/ann/a\"\\\n\xFF");
    house.allow(Capability::read, house.home("/a\"\\\n\xFF"));
    const std::string text = describe(house.policy, house.decide());
    json::Document document;
    REQUIRE(document.parse(text));
    CHECK(document.root().member("granted").first().member("paths").first().text() ==
          house.home("/a\"\\\n\xEF\xBF\xBD"));
}
