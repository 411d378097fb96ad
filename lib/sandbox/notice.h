// What a confined program tried, as the filter reports it to the supervisor's poll loop.
#pragma once

#include "base/file.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kato::sandbox {

// Registers are exact; `path` is what the program's memory said when we looked: claimed.
struct Notice {
    std::uint64_t id = 0;
    std::int32_t pid = 0; // in the host's numbers
    std::int32_t number = 0;
    std::string_view call; // "mount"; "unknown" for a number without a name
    std::array<std::uint64_t, 6> arguments{};
    // Audit::files: the filter allows it and the supervisor decides. false: to be denied.
    bool on_path = false;
    bool has_path = false; // the call takes a path
    bool readable = false; // and it could be read: deny what could not
    std::string path;      // at most 4 KiB
};

// Call when poll() says that `notify` is readable. Nothing: the caller's thread was killed meanwhile.
Result<std::optional<Notice>> next_notice(int notify);
// The call fails with `error_number`. An act whose thread has gone is no error.
Status deny(int notify, const Notice& notice, int error_number);
// Only for `on_path`: Landlock decides. Never the only wall, the string may have changed meanwhile.
Status proceed(int notify, const Notice& notice);

} // namespace kato::sandbox
