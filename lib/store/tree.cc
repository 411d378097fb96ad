#include "store/tree.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace kato {
namespace {

constexpr std::size_t k_none = k_no_row;

// Positions of rows by their number.
class ByNumber {
public:
    explicit ByNumber(const std::vector<TreeRow>& rows) : rows_(rows) {
        const auto before = [](const TreeRow& a, const TreeRow& b) { return a.n < b.n; };
        if (std::is_sorted(rows.begin(), rows.end(), before)) return;
        order_.resize(rows.size());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::sort(order_.begin(), order_.end(),
                  [&](std::size_t a, std::size_t b) { return rows[a].n < rows[b].n; });
    }
    std::size_t find(std::int64_t n) const {
        if (order_.empty()) {
            const auto at = std::lower_bound(
                rows_.begin(), rows_.end(), n,
                [](const TreeRow& row, std::int64_t value) { return row.n < value; });
            if (at == rows_.end() || at->n != n) return k_none;
            return static_cast<std::size_t>(at - rows_.begin());
        }
        const auto at =
            std::lower_bound(order_.begin(), order_.end(), n,
                             [&](std::size_t i, std::int64_t value) { return rows_[i].n < value; });
        return at == order_.end() || rows_[*at].n != n ? k_none : *at;
    }

private:
    const std::vector<TreeRow>& rows_;
    std::vector<std::size_t> order_{}; // empty: the rows are in order themselves
};

void cut_circles(const std::vector<TreeRow>& rows, Tree& tree) {
    enum class Seen : std::uint8_t { no, on_the_way, leads_to_a_root };
    std::vector<Seen> seen(rows.size(), Seen::no);
    std::vector<std::size_t> way;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        way.clear();
        std::size_t at = i;
        while (at != k_none && seen[at] == Seen::no) {
            seen[at] = Seen::on_the_way;
            way.push_back(at);
            at = tree.parent[at];
        }
        if (at != k_none && seen[at] == Seen::on_the_way) {
            std::size_t least = at;
            for (std::size_t j = tree.parent[at]; j != at; j = tree.parent[j])
                if (rows[j].id < rows[least].id) least = j;
            tree.parent[least] = k_none;
            tree.cut.push_back(least);
        }
        for (const std::size_t j : way) seen[j] = Seen::leads_to_a_root;
    }
}

// First children and next siblings, in order; the last element stands for the parent of the roots.
struct Links {
    std::vector<std::size_t> first_child;
    std::vector<std::size_t> next;
};

Links link(const std::vector<TreeRow>& rows, const Tree& tree) {
    std::vector<std::size_t> sorted(rows.size());
    std::iota(sorted.begin(), sorted.end(), std::size_t{0});
    std::sort(sorted.begin(), sorted.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(rows[a].time, rows[a].id, rows[a].n) <
               std::tie(rows[b].time, rows[b].id, rows[b].n);
    });
    Links links;
    links.first_child.assign(rows.size() + 1, k_none);
    links.next.assign(rows.size(), k_none);
    for (auto it = sorted.rbegin(); it != sorted.rend(); ++it) {
        std::size_t& first =
            links.first_child[tree.parent[*it] == k_none ? rows.size() : tree.parent[*it]];
        links.next[*it] = first;
        first = *it;
    }
    return links;
}

} // namespace

Tree build_tree(const std::vector<TreeRow>& rows) {
    Tree tree;
    tree.parent.assign(rows.size(), k_none);
    {
        const ByNumber numbers(rows);
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].parent != 0) tree.parent[i] = numbers.find(rows[i].parent);
    }
    cut_circles(rows, tree);
    const Links links = link(rows, tree);
    tree.order.reserve(rows.size());
    std::vector<Visit> stack;
    if (links.first_child.back() != k_none) stack.push_back({links.first_child.back(), 0});
    while (!stack.empty()) {
        const Visit here = stack.back();
        stack.pop_back();
        tree.order.push_back(here);
        if (links.next[here.row] != k_none) stack.push_back({links.next[here.row], here.depth});
        if (links.first_child[here.row] != k_none)
            stack.push_back({links.first_child[here.row], here.depth + 1});
    }
    return tree;
}

} // namespace kato
