// Finds long values in the record that they were read from, so that they need not be stored again.
#pragma once

#include "model/parsed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kato {

inline constexpr std::uint64_t k_max_slice_bytes = 64 << 20; // more than a record has

// A stretch of a source's bytes that says a value: as it is, or as what stands between the quotes of a
// JSON string.
struct Slice {
    std::int64_t source = 0;  // its row
    std::uint64_t start = 0;  // in bytes
    std::uint64_t length = 0; // in bytes
    bool escaped = false;
};

class SliceFinder {
public:
    SliceFinder() = default; // finds nothing
    // `record` outlives it.
    SliceFinder(std::int64_t source, const SourceText& record);
    // What it gives was compared with the value byte by byte. Looks at a bounded number of bytes for
    // each byte of the record, whatever stands there.
    std::optional<Slice> find(std::string_view value);

private:
    std::size_t next(std::string_view needle, std::size_t from);
    std::optional<Slice> find_plain(std::string_view value);
    std::optional<Slice> find_escaped(std::string_view value);
    Slice slice(std::size_t at, std::size_t length, bool escaped);

    std::int64_t source_ = 0;
    SourceText record_{};
    std::size_t at_ = 0;       // behind the last find: values are asked for about in their order
    std::uint64_t budget_ = 0; // bytes that may still be looked at
    std::string decoded_{};
};

} // namespace kato
