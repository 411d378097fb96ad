// The files of a locale of the C library, which a program needs only when it is to have that locale.
#pragma once

#include "sandbox/confinement.h"

#include <string_view>
#include <vector>

namespace kato::sandbox {

// `name` as in LANG: "C.UTF-8". The locale's folder, or the archive that holds the system's locales where it
// has none; nothing for "C", "POSIX", and what is no name. `root` is where /usr is: empty, except in
// tests.
std::vector<Grant> locale_grants(std::string_view name, std::string_view root = {});

} // namespace kato::sandbox
