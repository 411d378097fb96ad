// Precompiled for the command's sources: the argument parser is slow to parse. No file may rely on
// it; the gates build without it. (A guard would only warn: nobody includes it.)
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
