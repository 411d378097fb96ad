// The first line of a script: "#! interpreter argument", read as the kernel reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kato::sandbox {

constexpr std::size_t k_script_line = 256; // the kernel looks no further

struct ScriptLine {
    std::string interpreter;
    std::string argument; // one, whatever is in it; may be empty
};

// Nothing when the bytes are not a script's. `head` is the beginning of the file.
std::optional<ScriptLine> parse_script_line(std::string_view head);

} // namespace kato::sandbox
