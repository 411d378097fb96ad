// Capabilities: their names.
#include "model/capability.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("every capability has a name of its own that is read back") {
    for (int i = 0; i < k_capability_count; ++i) {
        const auto capability = static_cast<Capability>(i);
        CHECK(parse_capability(capability_name(capability)) == capability);
    }
    CHECK(!parse_capability("import"));
    CHECK(!parse_capability("Read"));
    CHECK(!parse_capability(""));
}
