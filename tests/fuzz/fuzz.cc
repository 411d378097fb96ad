#include "fuzz/fuzz.h"

#include <cstdio>
#include <cstdlib>

namespace kato::fuzz {

void expect(bool holds, const std::string& what) {
    if (holds) return;
    (void)std::fprintf(stderr, "fuzz: %s\n", what.c_str()); // the process ends anyway
    std::abort();
}

} // namespace kato::fuzz
