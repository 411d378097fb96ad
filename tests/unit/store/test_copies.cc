// Events that several chats have: one original, the rest copies, whatever came first.
#include "store/copies.h"

#include "unit/store/scene.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

Told log(const std::string& chat, std::vector<Said> records, const char* forked_from = nullptr) {
    Told told = {.name = chat, .location = "/" + chat, .records = std::move(records)};
    ChatFacts facts;
    facts.id = chat_of(chat);
    if (forked_from != nullptr) facts.forked_from = chat_of(forked_from);
    told.facts.push_back(facts);
    for (Said& said : told.records) said.chat = chat;
    return told;
}

// "text" of originals, "text=chat" of copies.
std::vector<std::string> copies(const Scene& scene, const std::string& chat) {
    std::vector<std::string> out;
    for (const EventView& event : scene.events(chat_of(chat))) {
        std::string text = event.body.text;
        if (event.copy_of) {
            const EventView original = value_of(scene.store->event(to_string(*event.copy_of)));
            CHECK(original.body.text == text);
            for (const char* name : {"p", "f", "g"})
                if (original.chat == chat_of(name)) text += std::string("=") + name;
        }
        out.push_back(text);
    }
    return out;
}

using Texts = std::vector<std::string>;

// Imports in every order of three and checks the same each time.
template <class Check> void in_every_order(const std::vector<Told>& all, Check check) {
    constexpr int k_orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (const auto& order : k_orders) {
        Scene scene;
        for (const int i : order)
            if (static_cast<std::size_t>(i) < all.size())
                scene.import(all[static_cast<std::size_t>(i)]);
        check(scene);
        CHECK(scene.verified());
    }
}

} // namespace

TEST_CASE("a fork that repeats named records has them as copies, searched once") {
    const std::vector<Said> prefix = {{.name = "1", .text = "alpha", .time = 1},
                                      {.name = "2", .text = "beta", .parent = "1", .time = 2}};
    std::vector<Said> fork = prefix;
    fork.push_back({.name = "3", .text = "gamma", .parent = "2", .time = 3});
    std::vector<Said> fork_of_fork = fork;
    fork_of_fork.push_back({.name = "4", .text = "delta", .parent = "3", .time = 4});
    in_every_order({log("p", prefix), log("f", fork, "p"), log("g", fork_of_fork, "f")},
                   [](const Scene& scene) {
                       CHECK(copies(scene, "p") == Texts{"alpha", "beta"});
                       CHECK(copies(scene, "f") == Texts{"alpha=p", "beta=p", "gamma"});
                       CHECK(copies(scene, "g") == Texts{"alpha=p", "beta=p", "gamma=f", "delta"});
                       CHECK(scene.found("alpha").size() == 1);
                       CHECK(scene.found("gamma").size() == 1);
                   });
}

TEST_CASE("a record of the same name but another content is no copy") {
    in_every_order({log("p", {{.name = "1", .text = "alpha"}}),
                    log("f", {{.name = "1", .text = "other"}}, "p")},
                   [](const Scene& scene) { CHECK(copies(scene, "f") == Texts{"other"}); });
}

TEST_CASE("of a fork without names the leading run is copied") {
    const std::vector<Said> prefix = {
        {.text = "alpha", .time = 1}, {.text = "beta", .time = 2}, {.text = "gamma", .time = 3}};
    const std::vector<Said> fork = {{.text = "alpha", .time = 101},
                                    {.text = "beta", .time = 102},
                                    {.text = "own", .time = 103},
                                    {.text = "gamma", .time = 104}};
    const std::vector<Said> fork_of_fork = {{.text = "alpha", .time = 201},
                                            {.text = "beta", .time = 202},
                                            {.text = "own", .time = 203}};
    in_every_order({log("p", prefix), log("f", fork, "p"), log("g", fork_of_fork, "f")},
                   [](const Scene& scene) {
                       CHECK(copies(scene, "f") == Texts{"alpha=p", "beta=p", "own", "gamma"});
                       CHECK(copies(scene, "g") == Texts{"alpha=p", "beta=p", "own=f"});
                       CHECK(scene.found("beta").size() == 1);
                       CHECK(scene.found("gamma").size() == 2);
                   });
}

TEST_CASE("equal texts of chats that are not related are no copies") {
    in_every_order({log("p", {{.text = "yes", .time = 1}}), log("f", {{.text = "yes", .time = 2}})},
                   [](const Scene& scene) {
                       CHECK(copies(scene, "f") == Texts{"yes"});
                       CHECK(scene.found("yes").size() == 2);
                   });
}

TEST_CASE("chats that claim to be forks of each other keep their events in the search") {
    in_every_order({log("p", {{.text = "round", .time = 1}}, "f"),
                    log("f", {{.text = "round", .time = 2}}, "p"),
                    log("g", {{.name = "n", .text = "self"}}, "g")},
                   [](const Scene& scene) {
                       CHECK(scene.found("round").size() == 1);
                       CHECK(scene.found("self").size() == 1);
                   });
}

TEST_CASE("thousands of forks of forks are settled in reasonable time, also in a circle") {
    constexpr int k_chats = 3000;
    for (const bool circle : {false, true}) {
        Told told;
        for (int i = 0; i < k_chats; ++i) {
            const std::string chat = "c" + std::to_string(i);
            told.records.push_back({.chat = chat, .text = "beginning", .time = i + 1});
            ChatFacts facts;
            facts.id = chat_of(chat);
            if (i > 0 || circle)
                facts.forked_from = chat_of("c" + std::to_string((i + k_chats - 1) % k_chats));
            told.facts.push_back(facts);
        }
        Scene scene;
        scene.import(told);
        CHECK(scene.found("beginning").size() == 1);
        CHECK(scene.verified());
    }
}

TEST_CASE("when the original's chat is deleted a copy takes its place, until it is restored") {
    for (const bool named : {true, false}) {
        Scene scene;
        const std::string name = named ? "1" : "";
        scene.import(log("p", {{.name = name, .text = "alpha", .time = 1}}));
        scene.import(log("f", {{.name = name, .text = "alpha", .time = 2}}, "p"));
        CHECK(copies(scene, "f") == Texts{"alpha=p"});
        require_ok(scene.store->delete_chat(chat_of("p"), false));
        CHECK(copies(scene, "f") == Texts{"alpha"});
        CHECK(scene.found("alpha").size() == 1);
        CHECK(scene.verified());
        require_ok(scene.store->restore_chat(chat_of("p")));
        CHECK(copies(scene, "f") == Texts{"alpha=p"});
        CHECK(scene.found("alpha").size() == 1);
        CHECK(scene.verified());
        require_ok(scene.store->delete_chat(chat_of("p"), true));
        CHECK(copies(scene, "f") == Texts{"alpha"});
        CHECK(scene.found("alpha").size() == 1);
        CHECK(scene.verified());
    }
}

TEST_CASE("that a chat is a fork may be learned later") {
    Scene scene;
    scene.import(log("f", {{.name = "1", .text = "alpha", .time = 1}}));
    scene.import(log("p", {{.name = "1", .text = "alpha", .time = 1}}));
    Told later = log("f", {}, "p");
    later.location = "/later";
    later.rest = "x";
    scene.import(later);
    CHECK(copies(scene, "f") == Texts{"alpha=p"});
    CHECK(scene.found("alpha").size() == 1);
}
