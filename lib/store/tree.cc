#include "store/tree.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace kato {
namespace {

using Rows = std::vector<const TreeRow*>;

// Positions of rows by their number.
class ByNumber {
public:
    explicit ByNumber(const Rows& rows) : rows_(rows) {
        const auto before = [](const TreeRow* a, const TreeRow* b) { return a->n < b->n; };
        if (std::is_sorted(rows.begin(), rows.end(), before)) return;
        order_.resize(rows.size());
        std::iota(order_.begin(), order_.end(), RowIndex{0});
        std::sort(order_.begin(), order_.end(),
                  [&](RowIndex a, RowIndex b) { return rows[a]->n < rows[b]->n; });
    }
    RowIndex find(std::int64_t n) const {
        if (order_.empty()) {
            const auto at = std::lower_bound(
                rows_.begin(), rows_.end(), n,
                [](const TreeRow* row, std::int64_t value) { return row->n < value; });
            if (at == rows_.end() || (*at)->n != n) return k_no_row;
            return static_cast<RowIndex>(at - rows_.begin());
        }
        const auto at =
            std::lower_bound(order_.begin(), order_.end(), n,
                             [&](RowIndex i, std::int64_t value) { return rows_[i]->n < value; });
        return at == order_.end() || rows_[*at]->n != n ? k_no_row : *at;
    }

private:
    const Rows& rows_;
    std::vector<RowIndex> order_{}; // empty: the rows are in order themselves
};

void cut_circles(const Rows& rows, Tree& tree) {
    enum class Seen : std::uint8_t { no, on_the_way, leads_to_a_root };
    std::vector<Seen> seen(rows.size(), Seen::no);
    std::vector<RowIndex> way;
    for (RowIndex i = 0; i < rows.size(); ++i) {
        way.clear();
        RowIndex at = i;
        while (at != k_no_row && seen[at] == Seen::no) {
            seen[at] = Seen::on_the_way;
            way.push_back(at);
            at = tree.parent[at];
        }
        if (at != k_no_row && seen[at] == Seen::on_the_way) {
            RowIndex least = at;
            for (RowIndex j = tree.parent[at]; j != at; j = tree.parent[j])
                if (rows[j]->id < rows[least]->id) least = j;
            tree.parent[least] = k_no_row;
            tree.cut.push_back(least);
        }
        for (const RowIndex j : way) seen[j] = Seen::leads_to_a_root;
    }
}

// First children and next siblings, in order; the last element stands for the parent of the roots.
struct Links {
    std::vector<RowIndex> first_child;
    std::vector<RowIndex> next;
};

Links link(const Rows& rows, const Tree& tree) {
    std::vector<RowIndex> sorted(rows.size());
    std::iota(sorted.begin(), sorted.end(), RowIndex{0});
    std::sort(sorted.begin(), sorted.end(), [&](RowIndex a, RowIndex b) {
        return std::tie(rows[a]->time, rows[a]->id, rows[a]->n) <
               std::tie(rows[b]->time, rows[b]->id, rows[b]->n);
    });
    Links links;
    links.first_child.assign(rows.size() + 1, k_no_row);
    links.next.assign(rows.size(), k_no_row);
    for (auto it = sorted.rbegin(); it != sorted.rend(); ++it) {
        RowIndex& first =
            links.first_child[tree.parent[*it] == k_no_row ? rows.size() : tree.parent[*it]];
        links.next[*it] = first;
        first = *it;
    }
    return links;
}

} // namespace

Tree build_tree(const Rows& rows) {
    Tree tree;
    tree.parent.assign(rows.size(), k_no_row);
    {
        const ByNumber numbers(rows);
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i]->parent != 0) tree.parent[i] = numbers.find(rows[i]->parent);
    }
    cut_circles(rows, tree);
    const Links links = link(rows, tree);
    tree.order.reserve(rows.size());
    std::vector<Visit> stack;
    if (links.first_child.back() != k_no_row) stack.push_back({links.first_child.back(), 0});
    while (!stack.empty()) {
        const Visit here = stack.back();
        stack.pop_back();
        tree.order.push_back(here);
        if (links.next[here.row] != k_no_row) stack.push_back({links.next[here.row], here.depth});
        if (links.first_child[here.row] != k_no_row)
            stack.push_back({links.first_child[here.row], here.depth + 1});
    }
    return tree;
}

Tree build_tree(const std::vector<TreeRow>& rows) {
    Rows pointers;
    pointers.reserve(rows.size());
    for (const TreeRow& row : rows) pointers.push_back(&row);
    return build_tree(pointers);
}

} // namespace kato
