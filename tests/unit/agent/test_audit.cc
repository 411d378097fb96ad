// The audit log is a chain: any edit, gap, new order or cut-off end of it is found.
#include "agent/audit_chain.h"
#include "agent/audit_log.h"

#include "support/files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

using namespace kato;
using namespace kato::test;
using agent::AuditCheck;
using agent::AuditLog;

namespace {

constexpr std::int64_t k_november = 1'795'000'000'000'000;
constexpr std::int64_t k_month_us = 31LL * 24 * 3600 * 1'000'000;

class Log {
public:
    Log() : directory((folder / "audit").string()) {}

    void append(int count, std::int64_t time_us = k_november) {
        auto log = AuditLog::open(directory);
        REQUIRE(log);
        for (int i = 0; i < count; ++i) {
            const auto head = log->append(time_us, "\"type\":\"test\",\"text\":\"some words\"");
            if (!head) FAIL(head.error().message);
            end = *head;
        }
    }
    std::vector<std::string> lines(const std::string& name) const {
        std::ifstream file(directory + "/" + name);
        std::vector<std::string> out;
        for (std::string line; std::getline(file, line);) out.push_back(line);
        return out;
    }
    std::string name() const { return agent::audit_files(directory)->front(); }
    void write(const std::vector<std::string>& lines) const {
        std::ofstream file(directory + "/" + name(), std::ios::trunc);
        for (const std::string& line : lines) file << line << '\n';
    }
    AuditCheck check() const {
        auto check = agent::check_audit(directory, end);
        REQUIRE(check);
        return *check;
    }

    TempDir folder;
    std::string directory;
    AuditHead end{};
};

} // namespace

TEST_CASE_FIXTURE(Log, "a log is whole over openings, months and clocks that go back") {
    CHECK(check().problem_count == 0);
    append(3);
    append(2, k_november + k_month_us);
    append(2, k_november); // into the newest file all the same
    CHECK(agent::audit_files(directory)->size() == 2);
    const AuditCheck whole = check();
    CHECK(whole.problem_count == 0);
    CHECK(whole.records == 7);
    CHECK(whole.end.sequence == 7);
}

TEST_CASE_FIXTURE(Log, "whatever is done to a log is found") {
    append(6);
    std::vector<std::string> all = lines(name());
    REQUIRE(all.size() == 6);
    SUBCASE("a word is changed") { all[2].replace(all[2].find("some"), 4, "more"); }
    SUBCASE("a record is removed") { all.erase(all.begin() + 2); }
    SUBCASE("the first is removed") { all.erase(all.begin()); }
    SUBCASE("two change places") { std::swap(all[1], all[2]); }
    SUBCASE("one is there twice") { all.insert(all.begin() + 2, all[1]); }
    SUBCASE("the end is cut off") { all.pop_back(); }
    SUBCASE("everything is removed") { all.clear(); }
    SUBCASE("the last is cut in its middle") { all.back().resize(30); }
    SUBCASE("a line is added") { all.insert(all.begin() + 3, "hello"); }
    SUBCASE("one is changed, with a hash that fits") {
        const auto before = agent::parse_record(all[4]);
        std::string other = agent::chain_record({before->sequence, before->hash}, k_november,
                                                "\"type\":\"test\",\"text\":\"other\"");
        other.pop_back();
        all[5] = other;
    }
    write(all);
    CHECK(check().problem_count > 0);
}

TEST_CASE_FIXTURE(Log, "an end that was cut off and written over is found by what runs remember") {
    append(3);
    const AuditHead run = end;
    std::vector<std::string> all = lines(name());
    all.pop_back();
    write(all);
    append(2, k_november + 1); // or they would be the same records
    const auto without = agent::check_audit(directory, end);
    REQUIRE(without);
    CHECK(without->problem_count == 0); // nothing else can tell
    const auto with = agent::check_audit(directory, end, std::vector<AuditHead>{run, end});
    REQUIRE(with);
    CHECK(with->problem_count == 1);
}

TEST_CASE_FIXTURE(Log, "what a crash cut off is told of, and the chain goes on") {
    append(3);
    std::vector<std::string> all = lines(name());
    {
        std::ofstream file(directory + "/" + name(), std::ios::app);
        file << all[1].substr(0, 40);
    }
    CHECK(check().problem_count == 1); // until somebody appends
    append(1);
    const AuditCheck whole = check();
    CHECK(whole.problem_count == 0);
    CHECK(whole.records == 5);
    all = lines(name());
    CHECK(all[4].find("\"type\":\"torn\"") != std::string::npos);
}

TEST_CASE_FIXTURE(Log, "an agent's own words explain no line") {
    append(2);
    std::vector<std::string> all = lines(name());
    all.emplace_back("what somebody put here");
    // As the parameters of a manifest are, in the record of a start.
    const AuditHead before = end;
    std::string record = agent::chain_record(
        before, k_november,
        R"("type":"start","policy":{"params":{"x":{"type":"torn"},"y":{"type":"torn"}}},"limits":{})");
    record.pop_back();
    const auto parsed = agent::parse_record(record);
    REQUIRE(parsed);
    end = {parsed->sequence, parsed->hash};
    all.push_back(record);
    write(all);
    CHECK(check().problem_count == 1);
    CHECK(check().problems.front().find(":3: is no record of the log") != std::string::npos);
}

TEST_CASE_FIXTURE(Log, "a log goes on behind damage, says so, and stays damaged") {
    append(3);
    const AuditHead known = end;
    std::vector<std::string> all = lines(name());
    std::string place;
    SUBCASE("no record") {
        all.emplace_back("damage");
        all.emplace_back("more");
        place = ":4\"";
    }
    SUBCASE("a forged record") {
        std::string forged = agent::chain_record(end, k_november, "\"type\":\"test\"");
        forged.replace(forged.find("test"), 4, "tesT");
        forged.pop_back();
        all.push_back(forged);
        place = ":4\"";
    }
    SUBCASE("nothing but damage") {
        all = {"damage"};
        place = ":1\"";
    }
    SUBCASE("less than was seen") {
        all.pop_back();
        place = "record 3";
    }
    SUBCASE("another record than was seen") {
        const auto before = agent::parse_record(all[1]);
        all[2] = agent::chain_record({before->sequence, before->hash}, k_november,
                                     "\"type\":\"test\",\"text\":\"other\"");
        all[2].pop_back();
        place = "record 3";
    }
    write(all);
    auto refusing = AuditLog::open(directory, known, agent::OnDamage::refuse);
    REQUIRE(refusing);
    for (int i = 0; i < 2; ++i) {
        const auto refused = refusing->append(k_november, "\"type\":\"test\"");
        REQUIRE(!refused);
        CHECK(refused.error().code == Code::corrupt);
    }
    CHECK(lines(name()) == all);
    auto log = AuditLog::open(directory, known);
    REQUIRE(log);
    for (int i = 0; i < 2; ++i) {
        const auto head = log->append(k_november, "\"type\":\"test\"");
        REQUIRE(head);
        end = *head;
    }
    const std::vector<std::string> after = lines(name());
    REQUIRE(after.size() == all.size() + 3); // told once
    CHECK(after[all.size()].find("\"type\":\"damaged\"") != std::string::npos);
    CHECK(after[all.size()].find(place) != std::string::npos);
    CHECK(end.sequence > known.sequence); // no number is given twice
    CHECK(agent::check_audit(directory, end, std::vector<AuditHead>{known, end})->problem_count >
          0);
    // The next one finds an end that is well.
    auto next = AuditLog::open(directory, end, agent::OnDamage::refuse);
    REQUIRE(next);
    CHECK(next->append(k_november, "\"type\":\"test\""));
}

TEST_CASE_FIXTURE(Log, "many writers make one chain") {
    append(1);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([this] {
            auto log = AuditLog::open(directory);
            for (int n = 0; n < 50; ++n) (void)log->append(k_november, "\"type\":\"test\"");
        });
    for (std::thread& thread : threads) thread.join();
    const AuditCheck whole = check();
    CHECK(whole.problem_count == 0);
    CHECK(whole.records == 201);
}
