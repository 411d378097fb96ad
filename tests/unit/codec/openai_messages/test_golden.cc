// What the reader makes of each kind of record and of damage to it.
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("each golden case is read as expected, in pieces of any size") {
    test::check_golden_cases("openai-messages");
}
