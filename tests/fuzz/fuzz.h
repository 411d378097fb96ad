// What the fuzz targets share: a failed expectation ends the process so that any fuzzer sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// libFuzzer's entry point; replay.cc calls it for each file of a corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace kato::fuzz {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// Prints `what` and aborts unless `holds`.
void expect(bool holds, const std::string& what);

} // namespace kato::fuzz
