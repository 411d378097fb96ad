// How a tree lies on a page: what is a choice, what stands aside, what is shown first.
#include "codec/html/layout.h"

#include <doctest/doctest.h>

#include <vector>

using namespace kato;
using namespace kato::html;

namespace {

Uuid id(int n) {
    Uuid out;
    out.bytes[14] = static_cast<std::uint8_t>(n >> 8);
    out.bytes[15] = static_cast<std::uint8_t>(n);
    return out;
}

EventView event(int n, int parent, Kind kind = Kind::assistant_message) {
    EventView out;
    out.id = id(n);
    if (parent != 0) out.parent = id(parent);
    out.body.kind = kind;
    return out;
}

} // namespace

TEST_CASE("answers to one message are alternatives, and the head's is shown first") {
    Shape shape;
    shape.add(event(1, 0), true);
    shape.add(event(2, 1), true);
    shape.add(event(4, 2), true);
    shape.add(event(3, 1), true);
    shape.finish(id(4));
    CHECK(shape.at(id(1)).count == 1);
    CHECK(shape.at(id(2)).count == 2);
    CHECK(shape.at(id(2)).chosen);
    CHECK_FALSE(shape.at(id(3)).chosen);
    CHECK(shape.at(id(3)).number == 1);
    CHECK(shape.at(id(4)).depth == 2);
}

TEST_CASE("where the head's path does not lead the newest is shown") {
    Shape shape;
    shape.add(event(1, 0), true);
    shape.add(event(2, 1), true);
    shape.add(event(3, 1), true);
    shape.finish(std::nullopt);
    CHECK_FALSE(shape.at(id(2)).chosen);
    CHECK(shape.at(id(3)).chosen);
}

TEST_CASE("results, parts of one response and sub-agents are no alternatives") {
    Shape shape;
    EventView call = event(1, 0, Kind::assistant_tool_call);
    call.body.response = "r";
    EventView second = event(2, 1, Kind::assistant_tool_call);
    second.body.response = "r";
    EventView aside = event(4, 1, Kind::user_message);
    aside.body.flags = k_sidechain;
    shape.add(call, true);
    shape.add(second, true);
    shape.add(event(3, 1, Kind::assistant_tool_result), true);
    shape.add(aside, true);
    shape.add(event(5, 1), true);
    shape.finish(id(5));
    for (int n = 1; n <= 5; ++n) CHECK(shape.at(id(n)).count == 1);
    CHECK(shape.at(id(4)).aside);
}

TEST_CASE("what is not shown makes no choice and passes on what follows it") {
    Shape shape;
    shape.add(event(1, 0), true);
    shape.add(event(2, 1), false);
    shape.add(event(3, 2), true);
    shape.add(event(4, 1), false);
    shape.finish(id(3));
    CHECK(shape.at(id(3)).count == 1);
    CHECK(shape.at(id(3)).parent == id(1));
}

TEST_CASE("choices within choices end at a depth that HTML can nest") {
    Shape shape;
    constexpr int k_levels = 100;
    shape.add(event(1, 0), true);
    std::vector<int> others;
    for (int n = 1; n <= k_levels; ++n) {
        shape.add(event(n + 1, n), true);
        others.push_back(n);
    }
    for (auto it = others.rbegin(); it != others.rend(); ++it)
        shape.add(event(1000 + *it, *it), true);
    shape.finish(id(k_levels + 1));
    Layout layout;
    std::string out;
    std::size_t open = 0;
    for (int n = 1; n <= k_levels + 1; ++n) layout.enter(id(n), shape.at(id(n)), out);
    for (std::size_t at = out.find("<section"); at != std::string::npos;
         at = out.find("<section", at + 1))
        ++open;
    CHECK(open == k_max_forks);
    for (auto it = others.rbegin(); it != others.rend(); ++it)
        layout.enter(id(1000 + *it), shape.at(id(1000 + *it)), out);
    layout.close_all(out);
    const auto occurrences = [&](std::string_view what) {
        std::size_t n = 0;
        for (std::size_t at = out.find(what); at != std::string::npos; at = out.find(what, at + 1))
            ++n;
        return n;
    };
    CHECK(occurrences("<section") == occurrences("</section"));
    CHECK(occurrences("<div") == occurrences("</div"));
    CHECK(occurrences("class=\"mark\"") == k_levels - k_max_forks);
}
