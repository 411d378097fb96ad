// Character references of HTML in Markdown, as the text that they stand for.
#pragma once

#include <string>
#include <string_view>

namespace kato::html {

// `entity` is "&name;", "&#123;" or "&#x7B;". What it stands for, made visible; a name that is not
// among the common ones stays as it is written.
std::string decode_entity(std::string_view entity);

} // namespace kato::html
