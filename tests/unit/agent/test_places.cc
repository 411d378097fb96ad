// Privileged places: kept from rules that are broad, from links, from second names.
#include "house.h"

#include "agent/places.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::agent;
using namespace kato::test;

namespace {

std::string refused_read(House& house, const std::string& path) {
    house.allow(Capability::read, path);
    return refused(house, house.decide());
}

bool starts(const std::string& text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

} // namespace

TEST_CASE("some places are given by no rule") {
    for (const char* path :
         {"/proc", "/proc/1/environ", "/sys/kernel", "/dev/mem", "/run/docker.sock", "/etc/shadow",
          "/srv/ws", "/srv/ws/kato.db", "/srv/ws/out/later", "/home/ann/.ssh", "/home/ann/.ssh/id",
          "/home/ann/.aws/config", "/home/ann/.kato/kato.db", "/home/ann/.mozilla/x/cookies",
          "/home/bob/.ssh/id", "/home/carl/.gnupg/x",
          "/root"
          "/.ssh/id",
          "/home/ann/.config/chromium/Default/Cookies", "/home/ann/.netrc"}) {
        CAPTURE(path);
        for (const Capability kind : {Capability::read, Capability::write}) {
            House house;
            house.allow(kind, house.at(path));
            const std::string why = refused(house, house.decide());
            CHECK(starts(why, "privileged: "));
            CHECK(why.find("never given") != std::string::npos);
        }
    }
}

TEST_CASE("other privileged places are read by a rule that names them") {
    for (const char* path : {"/etc/hosts", "/home/ann/.tool", "/home/ann/.tool/settings",
                             "/home/ann/.bashrc", "/home/bob/notes", "/home/bob"}) {
        CAPTURE(path);
        House house;
        house.allow(Capability::read, house.at(path));
        CHECK(house.decide().refused.empty());
        CHECK(!house.decide().grants.empty());
    }
}

TEST_CASE("what the system or a session executes is never written") {
    for (const char* path : {"/etc/hosts", "/usr/share/words", "/usr", "/home/ann/.bashrc"}) {
        CAPTURE(path);
        House house;
        house.allow(Capability::write, house.at(path));
        CHECK(starts(refused(house, house.decide()), "privileged: "));
    }
}

TEST_CASE("a rule for a home gives what is not hidden in it") {
    House house;
    house.make("/home/ann/letter");
    house.allow(Capability::read, house.home());
    const Decision decision = house.decide();
    CHECK(granted(house, decision) == "/home/ann/letter;/home/ann/notes;");
    REQUIRE(decision.granted.size() == 1);
    CHECK(decision.granted[0].without.size() == 6);
}

TEST_CASE("a rule for the root gives no privileged place") {
    House house;
    house.allow(Capability::read, house.at("/"));
    CHECK(granted(house, house.decide()) == "/home/ann/notes;/srv/data;/usr;");
}

TEST_CASE("a rule for all homes gives only the user's own, without what is hidden") {
    House house;
    house.allow(Capability::read, house.at("/home"));
    CHECK(granted(house, house.decide()) == "/home/ann/notes;");
}

TEST_CASE("a rule for a hidden folder does not give the secrets in it") {
    House house;
    house.make("/home/ann/.config/tool/settings");
    house.make("/home/ann/.config/chromium/cookies");
    house.allow(Capability::read, house.home("/.config"));
    CHECK(granted(house, house.decide()) == "/home/ann/.config/tool;");
}

TEST_CASE("a link leads into no privileged place") {
    House house;
    house.link("/home/ann/notes/keys", house.home("/.ssh"));
    CHECK(refused_read(house, house.home("/notes/keys/id")) ==
          "privileged: /home/ann/.ssh (keys) is never given to an agent");
    House named;
    named.link("/home/ann/notes/hosts", named.at("/etc/hosts"));
    CHECK(refused_read(named, named.home("/notes/hosts")) ==
          "privileged: /etc (the system's settings) is only given by a rule that names it");
    House chain;
    chain.link("/home/ann/one", "two");
    chain.link("/home/ann/two", "../../srv/ws");
    CHECK(starts(refused_read(chain, chain.home("/one")), "privileged: /srv/ws"));
}

TEST_CASE("links inside a folder are not followed when it comes apart") {
    House house;
    house.link("/home/ann/keys", house.home("/.ssh"));
    house.allow(Capability::read, house.home());
    CHECK(granted(house, house.decide()) == "/home/ann/notes;");
}

TEST_CASE("a secret folder that is a link is kept where it leads to") {
    House house;
    std::filesystem::remove_all(house.home("/.ssh"));
    house.make("/srv/data/keys/id");
    house.link("/home/ann/.ssh", house.at("/srv/data/keys"));
    CHECK(starts(refused_read(house, house.at("/srv/data/keys/id")), "privileged: "));
    House broad;
    std::filesystem::remove_all(broad.home("/.ssh"));
    broad.make("/srv/data/keys/id");
    broad.link("/home/ann/.ssh", broad.at("/srv/data/keys"));
    broad.allow(Capability::read, broad.at("/srv/data"));
    CHECK(granted(broad, broad.decide()) == "/srv/data/a;");
}

TEST_CASE("a home that is a link works by both of its names") {
    House house;
    house.make("/disk/eve/.tool/settings");
    house.make("/disk/eve/.ssh/id");
    house.make("/disk/eve/notes/a");
    house.link("/home/eve", house.at("/disk/eve"));
    house.surroundings.home = house.at("/home/eve");
    house.allow(Capability::read, house.at("/home/eve/.tool"));
    house.allow(Capability::read, house.at("/disk/eve/notes"));
    CHECK(granted(house, house.decide()) == "/disk/eve/.tool;/disk/eve/notes;");
    House secret;
    secret.make("/disk/eve/.ssh/id");
    secret.link("/home/eve", secret.at("/disk/eve"));
    secret.surroundings.home = secret.at("/home/eve");
    secret.allow(Capability::read, secret.at("/disk"));
    CHECK(secret.decide().grants.empty());
}

TEST_CASE("a place is recognised under another name by what it is") {
    House house;
    const Places places(house.surroundings.root, house.surroundings.home, {house.at("/srv/ws")});
    CHECK(!places.alias_refusal(house.home("/notes/a"), false));
    CHECK(!places.alias_refusal(house.at("/srv/ws/kato.db"), false)); // by its own name: refusal()
    std::filesystem::rename(house.at("/srv/ws"), house.at("/srv/moved")); // as a bind mount would
    CHECK(places.alias_refusal(house.at("/srv/moved/kato.db"), false));
}

TEST_CASE("the kernel's files are recognised wherever they are mounted") {
    House house; // whose root is another: the real /proc is no place of it
    CHECK(refused_read(house, "/proc/version") ==
          "privileged: /proc/version is one of the kernel's files");
}

TEST_CASE("removable media are not services") {
    House house;
    house.make("/run/media/ann/stick/photo");
    house.make("/run/other/x");
    house.allow(Capability::read, house.at("/run/media/ann/stick"));
    CHECK(granted(house, house.decide()) == "/run/media/ann/stick;");
}

TEST_CASE("a folder that would come apart into very many pieces is refused") {
    House house;
    for (int i = 0; i < 300; ++i) house.make("/home/ann/f" + std::to_string(i));
    house.allow(Capability::read, house.home());
    CHECK(starts(refused(house, house.decide()), "too_broad: /home/ann has places in it"));
}

TEST_CASE("the real system's places are kept") {
    Policy policy;
    const Surroundings surroundings; // no home, no workspace
    for (const char* path : {"/proc/self/environ", "/sys/kernel", "/dev/null", "/etc/shadow"})
        REQUIRE(policy.allow(Capability::read, path, Origin::flag, ""));
    REQUIRE(policy.allow(Capability::write, "/etc/hostname", Origin::flag, ""));
    const auto decision = decide(policy, surroundings);
    REQUIRE(decision);
    CHECK(decision->refused.size() == 5);
    CHECK(decision->grants.empty());
}
