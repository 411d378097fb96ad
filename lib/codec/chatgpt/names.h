// Names that the reader and the detection of ChatGPT's export share.
#pragma once

#include <array>
#include <string_view>

namespace kato::chatgpt {

inline constexpr std::string_view k_format = "chatgpt";
// Where an object is not a conversation but holds a list of them.
inline constexpr std::array<std::string_view, 2> k_lists = {"conversations", "items"};

} // namespace kato::chatgpt
