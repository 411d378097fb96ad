// The canonical order of a chat's tree, and what hostile parents do to it.
#include "store/tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace kato;

namespace {

TreeRow row(std::int64_t n, std::int64_t parent, std::int64_t time = INT64_MIN) {
    TreeRow out{n, parent, time, {}};
    for (std::size_t i = 0; i < 8; ++i)
        out.id.bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
    return out;
}

std::vector<std::int64_t> numbers(const std::vector<TreeRow>& rows, const Tree& tree) {
    std::vector<std::int64_t> out;
    for (const Visit& visit : tree.order) out.push_back(rows[visit.row].n);
    return out;
}

} // namespace

TEST_CASE("a tree is visited in pre-order, siblings by time and then by id") {
    const std::vector<TreeRow> rows = {row(1, 0, 10), row(2, 1, 30), row(3, 1, 20), row(4, 3, 5),
                                       row(5, 1),     row(6, 1, 20), row(7, 2, 40)};
    const Tree tree = build_tree(rows);
    CHECK(numbers(rows, tree) == std::vector<std::int64_t>{1, 5, 3, 4, 6, 2, 7});
    CHECK(tree.order[0].depth == 0);
    CHECK(tree.order[3].depth == 2); // 4
    CHECK(tree.order[4].depth == 1); // 6
}

TEST_CASE("the order does not depend on the order of the rows") {
    std::vector<TreeRow> rows;
    std::mt19937 random(20260131);
    for (std::int64_t n = 1; n <= 500; ++n)
        rows.push_back(
            row(n, n < 3 ? 0 : static_cast<std::int64_t>(random() % static_cast<unsigned>(n - 1)),
                random() % 50));
    const std::vector<std::int64_t> expected = numbers(rows, build_tree(rows));
    CHECK(expected.size() == rows.size());
    for (int i = 0; i < 5; ++i) {
        std::shuffle(rows.begin(), rows.end(), random);
        CHECK(numbers(rows, build_tree(rows)) == expected);
    }
}

TEST_CASE("a parent that is not there makes a root") {
    const std::vector<TreeRow> rows = {row(5, 99, 1), row(6, 5, 2)};
    const Tree tree = build_tree(rows);
    CHECK(numbers(rows, tree) == std::vector<std::int64_t>{5, 6});
    CHECK(tree.parent[0] == k_no_row);
}

TEST_CASE("circles are cut at the least id and nothing is lost") {
    const std::vector<TreeRow> rows = {row(1, 1), row(2, 4), row(3, 2), row(4, 3), row(5, 3)};
    const Tree tree = build_tree(rows);
    CHECK(numbers(rows, tree) == std::vector<std::int64_t>{1, 2, 3, 4, 5});
    CHECK(tree.cut == std::vector<RowIndex>{0, 1});
}

TEST_CASE("a path of a million events is no deeper than memory") {
    std::vector<TreeRow> rows;
    for (std::int64_t n = 1; n <= 1'000'000; ++n) rows.push_back(row(n, n - 1, n));
    const Tree tree = build_tree(rows);
    REQUIRE(tree.order.size() == rows.size());
    CHECK(tree.order.back().depth == 999'999);
    CHECK(tree.cut.empty());
}
