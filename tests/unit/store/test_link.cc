// Linking: which revision is shown, who is whose parent, which path is the head's.
#include "store/link.h"

#include "model/identity.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kato;

namespace {

const Uuid k_chat = chat_id("test", "c");

// A row and what it says of others.
struct Row : LinkRow {
    std::optional<Uuid> parent_key{};
    std::optional<Uuid> previous_key{};
};

Row row(std::int64_t n, const std::string& record, std::int64_t time = INT64_MIN,
        const std::string& parent = {}) {
    Row out;
    out.n = n;
    out.record = record_key(k_chat, record);
    out.id = event_id(out.record, 0);
    out.kind = Kind::user_message;
    out.time = time;
    out.revision[0] = 1;
    if (!parent.empty()) out.parent_key = record_key(k_chat, parent);
    return out;
}

// Links the rows and writes what was found into them.
LinkedChat link_events(std::vector<Row>& rows,
                       const std::optional<Uuid>& shown_record = std::nullopt) {
    using What = Reference::What;
    ChatRows all;
    for (const Row& row : rows) {
        const auto at = static_cast<RowIndex>(all.rows.size());
        if (row.parent_key) all.references.push_back({at, What::parent_record, *row.parent_key});
        if (row.previous_key)
            all.references.push_back({at, What::previous_record, *row.previous_key});
        all.rows.push_back(row);
    }
    const LinkedChat out = link_events(all, shown_record);
    CHECK(all.references.empty());
    for (std::size_t i = 0; i < rows.size(); ++i) static_cast<LinkRow&>(rows[i]) = all.rows[i];
    return out;
}

const Row& at(const std::vector<Row>& rows, std::int64_t n) {
    return *std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.n == n; });
}

} // namespace

TEST_CASE("a record continues its parent's last block, and its own blocks follow each other") {
    std::vector<Row> rows = {row(1, "a", 1), row(2, "b", 2, "a"), row(3, "b", 2, "a"),
                             row(4, "c", 3, "b")};
    rows[2].block = 1;
    rows[2].id = event_id(rows[2].record, 1);
    const LinkedChat chat = link_events(rows);
    CHECK(at(rows, 1).parent == 0);
    CHECK(at(rows, 2).parent == 1);
    CHECK(at(rows, 3).parent == 2);
    CHECK(at(rows, 4).parent == 3);
    CHECK(chat.head == 4);
    CHECK(chat.events == 4);
    CHECK(chat.first == Time(1));
    CHECK(chat.last == Time(3));
}

TEST_CASE("a parent that is missing leaves the record before it in its place") {
    std::vector<Row> rows = {row(1, "a", 1), row(2, "b", 2, "absent")};
    rows[1].previous_key = record_key(k_chat, "a");
    link_events(rows);
    CHECK(at(rows, 2).parent == 1);
}

TEST_CASE("of a record's revisions the latest is shown, of equally old ones the greatest") {
    std::vector<Row> rows = {row(1, "a", 5), row(2, "a", 7), row(3, "a", 6), row(4, "b", 8, "a")};
    rows[1].revision[0] = 2;
    rows[2].revision[0] = 9;
    link_events(rows);
    CHECK(at(rows, 2).shown);
    CHECK(!at(rows, 1).shown);
    CHECK(!at(rows, 3).shown);
    CHECK(at(rows, 4).parent == 2);
    rows[2].time = 7;
    link_events(rows);
    CHECK(at(rows, 3).shown);
    CHECK(at(rows, 4).parent == 3);
}

TEST_CASE("circles are cut, and every event is still reached") {
    std::vector<Row> rows = {row(1, "a", 1, "c"), row(2, "b", 2, "a"), row(3, "c", 3, "b"),
                             row(4, "d", 4, "d")};
    const LinkedChat chat = link_events(rows);
    CHECK(chat.head != 0);
    CHECK(std::count_if(rows.begin(), rows.end(), [](const Row& r) { return r.parent == 0; }) == 2);
    CHECK(pre_order({rows.begin(), rows.end()}).size() == rows.size());
}

TEST_CASE("a result answers the latest call of its id before it") {
    std::vector<Row> rows = {row(1, "a", 1), row(2, "b", 5), row(3, "c", 4), row(4, "d", 9),
                             row(5, "e", 0)};
    for (const std::size_t i : {0U, 1U}) rows[i].kind = Kind::assistant_tool_call;
    for (const std::size_t i : {2U, 3U, 4U}) rows[i].kind = Kind::assistant_tool_result;
    for (Row& r : rows) r.call = 77;
    link_events(rows);
    CHECK(at(rows, 3).refers == 1);
    CHECK(at(rows, 4).refers == 2);
    CHECK(at(rows, 5).refers == 1); // before all calls: the earliest
}

TEST_CASE("the head is the newest of what was said, not of what was done aside") {
    std::vector<Row> rows = {row(1, "a", 1), row(2, "b", 2, "a"), row(3, "c", 3, "a"),
                             row(4, "d", 9, "b")};
    rows[3].kind = Kind::provider_info;
    CHECK(link_events(rows).head == 3);
    rows[2].flags = k_sidechain;
    CHECK(link_events(rows).head == 2);
    for (Row& r : rows) r.time = INT64_MIN;
    CHECK(link_events(rows).head == 2);
}

TEST_CASE("the order of the rows does not matter") {
    std::vector<Row> rows = {row(1, "a", 1),      row(2, "b", 2, "a"), row(3, "b", 3, "a"),
                             row(4, "c", 2, "b"), row(5, "d", 2, "b"), row(6, "x", 4, "y"),
                             row(7, "y", 4, "x")};
    rows[2].revision[0] = 7;
    const LinkedChat first = link_events(rows);
    const std::vector<Row> linked = rows;
    for (int i = 0; i < 50; ++i) {
        std::next_permutation(rows.begin(), rows.end(),
                              [](const Row& a, const Row& b) { return a.n < b.n; });
        const LinkedChat again = link_events(rows);
        CHECK(again.head == first.head);
        for (const Row& r : rows) {
            CHECK(r.parent == at(linked, r.n).parent);
            CHECK(r.shown == at(linked, r.n).shown);
        }
    }
}

TEST_CASE("a hundred thousand revisions and calls of one name are linked in reasonable time") {
    std::vector<Row> rows;
    for (int i = 0; i < 50'000; ++i) {
        rows.push_back(row(2 * i + 1, "same", i));
        rows.back().revision[0] = static_cast<std::uint8_t>(i);
        rows.back().revision[1] = static_cast<std::uint8_t>(i >> 8U);
        rows.back().kind = Kind::assistant_tool_call;
        rows.push_back(row(2 * i + 2, "r" + std::to_string(i), i, "same"));
        rows.back().kind = i % 2 == 0 ? Kind::assistant_tool_result : Kind::assistant_tool_call;
        rows.back().call = 5;
    }
    const LinkedChat chat = link_events(rows);
    CHECK(chat.events == 50'001);
    CHECK(rows.back().parent == 99'999);
}

TEST_CASE("the record that the provider shows is the head, as far as it is there") {
    std::vector<Row> rows = {row(1, "a", 1), row(2, "b", 2, "a"), row(3, "c", 3, "a"),
                             row(4, "b", 2, "a")};
    rows[3].block = 1;
    rows[3].id = event_id(rows[3].record, 1);
    CHECK(link_events(rows).head == 3);
    CHECK(link_events(rows, record_key(k_chat, "b")).head == 4);
    CHECK(link_events(rows, record_key(k_chat, "absent")).head == 3);
}
