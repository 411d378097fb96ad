// What every page of ours must be: only tags and attributes that we write, balanced; addresses only of
// kinds that are allowed; no character that hides or turns text.
#pragma once

#include <string>
#include <string_view>

namespace kato::test {

// Empty when the HTML (a page or a piece of one) is so; else what is wrong first.
std::string html_problem(std::string_view html);

// What a reader sees of it: no tags, references decoded.
std::string html_text(std::string_view html);

} // namespace kato::test
