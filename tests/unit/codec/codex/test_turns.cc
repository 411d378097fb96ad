// What a rollback takes back, and what the records after it continue.
#include "codec/codex/turns.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::codex;

namespace {

Uuid key(std::uint8_t n) {
    Uuid out;
    out.bytes[15] = n;
    return out;
}

} // namespace

TEST_CASE("records continue the one before") {
    Turns turns;
    CHECK_FALSE(turns.place(key(1), Part::other).previous);
    CHECK(turns.place(key(2), Part::prompt).previous == key(1));
    CHECK_FALSE(turns.place(key(3), Part::output).parent);
}

TEST_CASE("a rollback takes back turns from their start on") {
    Turns turns;
    (void)turns.place(key(1), Part::other);
    (void)turns.place(key(2), Part::turn_start);
    (void)turns.place(key(3), Part::prompt);
    (void)turns.place(key(4), Part::output);
    (void)turns.place(key(5), Part::turn_end);
    (void)turns.place(key(6), Part::turn_start);
    (void)turns.place(key(7), Part::prompt);
    (void)turns.place(key(8), Part::output);
    Placement back = turns.roll_back(key(9), 1);
    CHECK(back.parent == key(5));
    CHECK(back.superseded == std::vector<Uuid>{key(6), key(7), key(8)});
    CHECK(turns.place(key(10), Part::prompt).previous == key(9));
    back = turns.roll_back(key(11), 2);
    CHECK(back.parent == key(1));
    CHECK(back.superseded == std::vector<Uuid>{key(2), key(3), key(4), key(5), key(9), key(10)});
}

TEST_CASE("a prompt that comes before the mark of its turn begins it") {
    Turns turns;
    (void)turns.place(key(1), Part::prompt);
    (void)turns.place(key(2), Part::turn_start);
    (void)turns.place(key(3), Part::output);
    (void)turns.place(key(4), Part::prompt);
    (void)turns.place(key(5), Part::turn_start);
    CHECK(turns.roll_back(key(6), 1).superseded == std::vector<Uuid>{key(4), key(5)});
}

TEST_CASE("a rollback of more turns than there are, or of none, is no accident") {
    Turns turns;
    CHECK(turns.roll_back(key(1), 3).superseded.empty());
    (void)turns.place(key(2), Part::prompt);
    CHECK(turns.roll_back(key(3), 0).previous == key(2));
    const Placement back = turns.roll_back(key(4), static_cast<std::size_t>(-1));
    CHECK(back.superseded == std::vector<Uuid>{key(2), key(3)});
    CHECK(back.parent == key(1));
}
