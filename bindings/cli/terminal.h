// What standard input, output and error are connected to, and what may be sent there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kato_cli {

struct Terminal {
    bool in = false;   // standard input is a terminal
    bool out = false;  // standard output is one
    bool err = false;  // standard error is one
    bool dumb = false; // TERM is dumb or unset: no escape sequences at all
    bool out_colour = false;
    bool err_colour = false;
    std::size_t columns = 80;
    std::size_t rows = 24;
};

// Follows NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM.
Terminal probe_terminal(bool no_colour);

// Makes sure that descriptors 0, 1 and 2 exist, so that no file of ours ever becomes one of them;
// writing to one that was closed fails as it should.
void secure_standard_descriptors();

const char* environment(const char* name); // "" when unset

inline constexpr const char* k_bold = "1";
inline constexpr const char* k_dim = "2";
inline constexpr const char* k_red = "1;31";
inline constexpr const char* k_green = "32";
inline constexpr const char* k_yellow = "33";
inline constexpr const char* k_blue = "1;34";
inline constexpr const char* k_magenta = "35";
inline constexpr const char* k_cyan = "1;36";

// `text` in a style, line by line so that a pager keeps it; unchanged when `on` is false.
std::string styled(bool on, const char* style, std::string_view text);

} // namespace kato_cli
