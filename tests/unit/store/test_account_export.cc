// Exports of one account: which is the newest, and what has vanished from it.
#include "unit/store/scene.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

constexpr const char* k_account = "test:somebody";

// A source of an export: chats of one event each, last changed at these times.
Told shard(std::string name, const std::vector<std::pair<std::string, std::int64_t>>& chats) {
    Told told;
    told.name = std::move(name);
    told.location = '/' + told.name;
    told.account = k_account;
    for (const auto& [chat, time] : chats) {
        told.records.push_back({.chat = chat, .name = "a", .text = chat, .time = time});
        ChatFacts facts;
        facts.id = chat_of(chat);
        facts.title = Ranked{chat, 3, time};
        told.facts.push_back(facts);
    }
    return told;
}

ExportInfo bring(Scene& scene, const std::vector<Told>& shards) {
    ExportInfo info;
    info.account = shards.front().account;
    for (const Told& told : shards) {
        const ImportCounts counts = scene.import(told);
        info.sources.push_back(counts.source);
        info.met_vanished = info.met_vanished || counts.met_vanished;
    }
    return info;
}

std::uint64_t finish(Scene& scene, ExportInfo info, bool complete = true) {
    info.complete = complete;
    const auto session = value_of(scene.store->begin_import());
    return value_of(session->finish_export(info));
}

// The texts of what has vanished, in order.
std::string vanished(const Scene& scene) {
    return value_of(scene.database()->text(
        "SELECT ifnull(group_concat(text, ' '), '') FROM (SELECT DISTINCT text FROM event WHERE "
        "flags & 16 <> 0 ORDER BY text)"));
}

const std::vector<Told> k_old = {shard("old/0", {{"a", 10}, {"b", 20}}),
                                 shard("old/1", {{"c", 30}})};
const std::vector<Told> k_new = {shard("new/0", {{"d", 40}, {"c", 30}})};

} // namespace

TEST_CASE("an export is a version of the account's when it is finished, and not before") {
    Scene scene;
    CHECK(finish(scene, bring(scene, k_old)) == 0);
    const ExportInfo sources = bring(scene, k_new);
    CHECK(vanished(scene) == "");
    CHECK(scene.count("SELECT count(*) FROM source WHERE state = 1") == 0);
    CHECK(finish(scene, sources) == 2);
    CHECK(vanished(scene) == "a b");
    CHECK(scene.count("SELECT count(*) FROM source WHERE state = 1") == 2);
    const std::string before = scene.everything();
    CHECK(finish(scene, bring(scene, k_new)) == 0);
    CHECK(finish(scene, bring(scene, k_old)) == 0);
    CHECK(scene.everything() == before);
    CHECK(scene.verified());
}

TEST_CASE("an older export is outdated as soon as it comes") {
    Scene scene;
    CHECK(finish(scene, bring(scene, k_new)) == 0);
    CHECK(finish(scene, bring(scene, k_old)) == 2);
    CHECK(vanished(scene) == "a b");
    CHECK(scene.verified());
}

TEST_CASE("an export that is not complete outdates nothing, and is outdated by a newer one") {
    Scene scene;
    finish(scene, bring(scene, k_old));
    CHECK(finish(scene, bring(scene, k_new), false) == 0);
    CHECK(vanished(scene) == "");
    SUBCASE("when it turns out to be complete it does") {
        CHECK(finish(scene, bring(scene, k_new)) == 2);
        CHECK(vanished(scene) == "a b");
    }
    SUBCASE("a newer one that is complete outdates both") {
        CHECK(finish(scene, bring(scene, {shard("newest", {{"a", 50}})})) == 3);
        CHECK(vanished(scene) == "b c d");
    }
    CHECK(scene.verified());
}

TEST_CASE("of two exports of the same age the one that lacks something is the newer one") {
    const std::vector<Told> less = {shard("less", {{"c", 30}})};
    for (const bool first : {false, true}) {
        Scene scene;
        finish(scene, bring(scene, first ? less : k_old));
        finish(scene, bring(scene, first ? k_old : less));
        CHECK(vanished(scene) == "a b");
    }
    SUBCASE("when each has what the other lacks nobody knows") {
        Scene scene;
        finish(scene, bring(scene, k_old));
        CHECK(finish(scene, bring(scene, {shard("other", {{"c", 30}, {"d", 5}})})) == 0);
        CHECK(vanished(scene) == "");
        CHECK(scene.count("SELECT count(*) FROM source WHERE state = 1") == 0);
    }
    SUBCASE("when both have the same, one of them is kept as the newest") {
        Scene scene;
        finish(scene, bring(scene, k_old));
        CHECK(finish(scene, bring(scene, {shard("again", {{"a", 10}, {"b", 20}, {"c", 30}})})) ==
              0);
        CHECK(vanished(scene) == "");
        CHECK(scene.count("SELECT count(*) FROM source WHERE state = 0") == 1);
    }
}

TEST_CASE("what is there again, in the same words or others, has not vanished") {
    Scene scene;
    finish(scene, bring(scene, k_old));
    finish(scene, bring(scene, k_new));
    Told newest = shard("newest", {{"a", 50}, {"b", 20}});
    finish(scene, bring(scene, {newest}));
    CHECK(vanished(scene) == "c d");
    CHECK(scene.count("SELECT count(*) FROM event WHERE flags & 16 <> 0") == 2);
}

TEST_CASE("an export without any time makes nothing vanish") {
    Scene scene;
    finish(scene, bring(scene, k_old));
    Told timeless = shard("timeless", {{"a", 10}, {"d", 5}});
    timeless.facts.clear();
    CHECK(finish(scene, bring(scene, {timeless})) == 0);
    CHECK(vanished(scene) == "");
}

TEST_CASE("accounts whose names begin alike do not meet") {
    Scene scene;
    finish(scene, bring(scene, k_old));
    Told other = shard("other", {{"d", 50}});
    for (const char* account :
         {"test:some", "test:somebody/50", "test:somebody/50/whole", "test:somebody%2F"}) {
        other.account = account;
        other.name = other.name + '+';
        CHECK(finish(scene, bring(scene, {other})) == 0);
    }
    CHECK(vanished(scene) == "");
}

TEST_CASE("sources of exports that an older library stored are versions as well") {
    Scene scene;
    finish(scene, bring(scene, k_old));
    scene.database()->attempt("UPDATE source SET location = CAST('account:test:somebody/' || "
                              "substr(name, -1) AS BLOB)");
    CHECK(finish(scene, bring(scene, k_new)) == 2);
    CHECK(vanished(scene) == "a b");
    CHECK(finish(scene, bring(scene, k_old)) == 0);
    CHECK(scene.verified());
}
