// Precompiled for the core's sources: what many of them include, and what is slow to parse. No file
// may rely on it; the gates build without it. (A guard would only warn: nobody includes it.)
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
