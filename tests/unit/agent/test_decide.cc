// What rules come to: grants and refusals, the caller's last word, requests.
#include "house.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::agent;
using namespace kato::test;

TEST_CASE("an empty policy grants nothing") {
    const House house;
    const Decision decision = house.decide();
    CHECK(decision.grants.empty());
    CHECK(decision.environment.empty());
    CHECK(decision.programs.empty());
    CHECK(decision.granted.empty());
    CHECK(decision.refused.empty());
}

TEST_CASE("a file and a folder are granted with the right that was named") {
    House house;
    house.allow(Capability::read, house.home("/notes"));
    house.allow(Capability::write, house.at("/srv/data/a"));
    const Decision decision = house.decide();
    CHECK(granted(house, decision) == "/home/ann/notes;");
    CHECK(granted(house, decision, sandbox::k_write) == "/srv/data/a;");
    CHECK(granted(house, decision, sandbox::k_execute).empty());
    REQUIRE(decision.granted.size() == 2);
    CHECK(decision.granted[0].paths[0].identity == file_identity(house.home("/notes")));
}

TEST_CASE("two rules for one path become one grant with both rights") {
    House house;
    house.allow(Capability::read, house.home("/notes"));
    house.allow(Capability::write, house.home("/notes"));
    const Decision decision = house.decide();
    REQUIRE(decision.grants.size() == 1);
    CHECK(decision.grants[0].rights == (sandbox::k_read | sandbox::k_write));
    CHECK(decision.granted.size() == 2);
}

TEST_CASE("a deny rule beats an allow rule, in either order") {
    House first;
    first.deny(Capability::read, first.home("/notes"));
    first.allow(Capability::read, first.home("/notes/a"));
    CHECK(refused(first, first.decide()) == "denied: /home/ann/notes/a is denied");
    House last;
    last.allow(Capability::read, last.home("/notes/a"));
    last.deny(Capability::read, last.home("/notes"));
    CHECK(refused(last, last.decide()) == "denied: /home/ann/notes/a is denied");
    CHECK(last.decide().grants.empty());
}

TEST_CASE("denying one right leaves the other") {
    House house;
    house.allow(Capability::read, house.home("/notes"));
    house.allow(Capability::write, house.home("/notes"));
    house.deny(Capability::write, house.home("/notes"));
    const Decision decision = house.decide();
    CHECK(granted(house, decision) == "/home/ann/notes;");
    CHECK(granted(house, decision, sandbox::k_write).empty());
}

TEST_CASE("a folder with something denied in it comes apart") {
    House house;
    house.make("/home/ann/notes/deep/secret");
    house.make("/home/ann/notes/deep/open");
    house.allow(Capability::read, house.home("/notes"));
    house.deny(Capability::read, house.home("/notes/deep/secret"));
    const Decision decision = house.decide();
    CHECK(granted(house, decision) ==
          "/home/ann/notes/a;/home/ann/notes/b;/home/ann/notes/deep/open;");
    REQUIRE(decision.granted.size() == 1);
    CHECK(decision.granted[0].without ==
          std::vector<std::string>{house.home("/notes/deep/secret")});
}

TEST_CASE("what is denied need not exist yet") {
    House house;
    house.allow(Capability::write, house.home("/notes"));
    house.deny(Capability::write, house.home("/notes/later"));
    // The folder itself is not given: nothing can be made in it.
    CHECK(granted(house, house.decide(), sandbox::k_write) ==
          "/home/ann/notes/a;/home/ann/notes/b;");
}

TEST_CASE("a deny rule follows links to what it means") {
    House house;
    house.link("/home/ann/alias", house.home("/notes/a"));
    house.allow(Capability::read, house.home("/notes"));
    house.deny(Capability::read, house.home("/alias"));
    CHECK(granted(house, house.decide()) == "/home/ann/notes/b;");
}

TEST_CASE("a deny rule through a link that leads nowhere yet holds for its target") {
    House house;
    house.link("/home/ann/alias", house.home("/notes/later"));
    house.allow(Capability::read, house.home("/notes"));
    house.deny(Capability::read, house.home("/alias"));
    CHECK(granted(house, house.decide()) == "/home/ann/notes/a;/home/ann/notes/b;");
}

TEST_CASE("denying a kind refuses all of it") {
    House house;
    house.allow(Capability::read, house.home("/notes"));
    house.allow(Capability::env, "TZ");
    house.deny(Capability::read, "");
    const Decision decision = house.decide();
    CHECK(decision.grants.empty());
    CHECK(refused(house, decision) == "denied: read is denied altogether");
    CHECK(decision.environment == std::vector<std::string>{"TZ"});
}

TEST_CASE("a deny rule that cannot be judged ends the decision") {
    House house;
    house.link("/home/ann/one", house.home("/two"));
    house.link("/home/ann/two", house.home("/one"));
    house.allow(Capability::read, house.home("/notes"));
    house.deny(Capability::read, house.home("/one"));
    const auto decision = agent::decide(house.policy, house.surroundings);
    REQUIRE(!decision);
    CHECK(decision.error().message.find("cannot tell what is denied") == 0);
}

TEST_CASE("everything of a kind is too broad to be allowed") {
    for (const Capability kind :
         {Capability::read, Capability::write, Capability::env, Capability::run}) {
        House house;
        house.allow(kind, "");
        const Decision decision = house.decide();
        REQUIRE(decision.refused.size() == 1);
        CHECK(decision.refused[0].refusal == Refusal::too_broad);
        CHECK(decision.grants.empty());
    }
}

TEST_CASE("what is neither file nor folder, or nothing, is refused") {
    House house;
    house.allow(Capability::read, house.home("/missing"));
    CHECK(refused(house, house.decide()) == "not_found: /home/ann/missing does not exist");
    House other;
    std::filesystem::create_symlink("nowhere", other.home("/dangling"));
    other.allow(Capability::read, other.home("/dangling"));
    CHECK(refused(other, other.decide()) == "not_found: /home/ann/nowhere does not exist");
}

TEST_CASE("net, sys and ffi are understood and refused") {
    for (const auto& [kind, value] :
         {std::pair(Capability::net, "api.example.org:443"), std::pair(Capability::sys, "hostname"),
          std::pair(Capability::ffi, "/usr/lib/libm.so")}) {
        House house;
        house.allow(kind, value);
        house.deny(kind, value);
        const Decision decision = house.decide();
        REQUIRE(decision.refused.size() == 1);
        CHECK(decision.refused[0].refusal == Refusal::unavailable);
        CHECK(decision.grants.empty());
    }
}

TEST_CASE("variables are granted by name, once, and those that steer programs never") {
    House house;
    for (const char* name : {"TZ", "TERM", "TZ"}) house.allow(Capability::env, name);
    CHECK(house.decide().environment == std::vector<std::string>{"TZ", "TERM"});
    for (const char* name : {"LD_PRELOAD", "NODE_OPTIONS", "PYTHONPATH", "GIT_SSH", "KATO_RUN",
                             "PATH", "HOME", "BASH_ENV"}) {
        House other;
        other.allow(Capability::env, name);
        const Decision decision = other.decide();
        REQUIRE(decision.refused.size() == 1);
        CHECK(decision.refused[0].refusal == Refusal::privileged);
        CHECK(decision.environment.empty());
    }
    house.deny(Capability::env, "TZ");
    CHECK(house.decide().environment == std::vector<std::string>{"TERM"});
}

TEST_CASE("a program is looked up, and granted with its file only") {
    House house;
    house.link("/usr/bin/alias", "tool");
    house.allow(Capability::run, "alias");
    const Decision decision = house.decide();
    REQUIRE(decision.programs.size() == 1);
    CHECK(decision.programs[0].name == house.at("/usr/bin/alias"));
    CHECK(decision.programs[0].path == house.at("/usr/bin/tool"));
    CHECK(granted(house, decision, sandbox::k_read | sandbox::k_execute) == "/usr/bin/tool;");
}

TEST_CASE("a program is denied by any of its names, and when reading it is denied") {
    for (const char* name : {"tool", "alias", "/usr/bin/tool", "/usr/bin/alias", "/usr/bin"}) {
        CAPTURE(name);
        House house;
        house.link("/usr/bin/alias", "tool");
        house.allow(Capability::run, "alias");
        house.deny(Capability::run, name[0] == '/' ? house.at(name) : name);
        CHECK(refused(house, house.decide()) == "denied: /usr/bin/tool is denied");
    }
    House house;
    house.allow(Capability::run, "tool");
    house.deny(Capability::read, house.at("/usr/bin"));
    CHECK(refused(house, house.decide()) == "denied: reading /usr/bin/tool is denied");
}

TEST_CASE("what is no program is not run") {
    House house;
    house.allow(Capability::run, "no-such");
    CHECK(refused(house, house.decide()) == "not_found: no program no-such in /usr/bin");
    House other;
    other.allow(Capability::run, other.at("/usr/share/words"));
    CHECK(refused(other, other.decide()) == "not_a_file: /usr/share/words is not a program");
    House folder;
    folder.allow(Capability::run, folder.at("/usr/bin"));
    CHECK(refused(folder, folder.decide()) == "not_a_file: /usr/bin is not a program");
}

TEST_CASE("the caller's function can take a rule back, and nothing else") {
    House house;
    house.allow(Capability::read, house.home("/notes/a"));
    house.allow(Capability::read, house.home("/notes/b"));
    house.allow(Capability::read, house.home("/.ssh/id"));
    int asked = 0;
    const Decision decision = house.decide([&](const Granted& grant) -> Result<bool> {
        ++asked;
        return grant.rule.rule.value != house.home("/notes/a");
    });
    CHECK(asked == 2); // not about what is refused anyway
    CHECK(granted(house, decision) == "/home/ann/notes/b;");
    REQUIRE(decision.refused.size() == 2);
    CHECK(decision.refused[0].refusal == Refusal::withheld);
    CHECK(decision.refused[1].refusal == Refusal::privileged);
}

TEST_CASE("the caller's function ends the decision by failing") {
    House house;
    house.allow(Capability::read, house.home("/notes"));
    const auto decision =
        agent::decide(house.policy, house.surroundings, [](const Granted&) -> Result<bool> {
            return Error{Code::user, "no"};
        });
    REQUIRE(!decision);
    CHECK(decision.error().code == Code::user);
}

TEST_CASE("a manifest's requests grant nothing, and are met by what the caller grants") {
    House house;
    auto manifest = parse_manifest(
        R"(name = "a"
[permissions]
read = ["~/notes/a", "~/.ssh/id", "~/missing", "words"]
env = ["TZ", "TERM"]
net = ["example.org"]
)",
        house.at("/usr/share"));
    REQUIRE(manifest);
    REQUIRE(house.policy.request(std::move(*manifest), house.home()));
    Decision decision = house.decide();
    CHECK(decision.grants.empty());
    CHECK(decision.met.empty());
    REQUIRE(decision.unmet.size() == 7);
    house.allow(Capability::read, house.home("/notes")); // more than was asked for
    house.allow(Capability::env, "TZ");
    decision = house.decide();
    REQUIRE(decision.met.size() == 2);
    CHECK(decision.met[0].given == "~/notes/a");
    CHECK(decision.met[1].given == "TZ");
    std::string unmet;
    for (const Refused& one : decision.unmet)
        unmet += one.rule.given + " " + std::string(refusal_name(one.refusal)) + "; ";
    CHECK(unmet == "~/.ssh/id privileged; ~/missing not_found; words not_granted; "
                   "TERM not_granted; example.org unavailable; ");
}

TEST_CASE("denied paths are known for grants that come from elsewhere") {
    House house;
    house.deny(Capability::read, house.at("/usr/share/words"));
    house.deny(Capability::write, house.home("/notes"));
    const Decision decision = house.decide();
    CHECK(decision.denies(house.at("/usr/share/words"), sandbox::k_read));
    CHECK(decision.denies(house.at("/usr/share"), sandbox::k_read));
    CHECK(decision.denies(house.at("/usr/share"), sandbox::k_execute));
    CHECK(!decision.denies(house.at("/usr/share/word"), sandbox::k_read));
    CHECK(!decision.denies(house.home("/notes/a"), sandbox::k_read));
    CHECK(decision.denies(house.home("/notes/a"), sandbox::k_write));
}

TEST_CASE("a grant says which file its path stood for") {
    House house;
    house.link("/home/ann/link", house.home("/notes/a"));
    house.allow(Capability::read, house.home("/link"));
    house.allow(Capability::read, house.home("/notes"));
    const Decision decision = house.decide();
    REQUIRE(decision.grants.size() == 2);
    for (const sandbox::Grant& grant : decision.grants) {
        CHECK(grant.identity != FileIdentity{});
        CHECK(grant.identity == file_identity(grant.path));
    }
}
