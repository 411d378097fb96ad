#include "codec/openai_messages/shape.h"

#include "codec/record/fields.h"

#include <algorithm>
#include <array>

namespace kato::openai_messages {

using record::text_of;

namespace {

constexpr std::array<std::string_view, 6> k_roles = {"system",    "developer", "user",
                                                     "assistant", "tool",      "function"};

json::Value either(const json::Value& root, std::string_view first, std::string_view second) {
    const json::Value value = root.member(first);
    return value ? value : root.member(second);
}

} // namespace

bool is_role(std::string_view role) {
    return std::find(k_roles.begin(), k_roles.end(), role) != k_roles.end();
}

json::Value preferred(const json::Value& root) {
    return either(root, "preferred_output", "preferred_completion");
}

json::Value rejected(const json::Value& root) {
    return either(root, "non_preferred_output", "non_preferred_completion");
}

Shape shape_of(const json::Value& root) {
    if (!root.is_object()) return Shape::unknown;
    if (root.member("messages").is_array()) return Shape::chat;
    if (root.member("input").member("messages").is_array() && (preferred(root) || rejected(root)))
        return Shape::preference;
    const bool named = root.member("custom_id").is_string();
    if (named && root.member("body").member("messages").is_array()) return Shape::request;
    if (named && (root.member("response") || root.member("error"))) return Shape::response;
    if (root.member("choices").is_array() && root.member("choices").first().member("message"))
        return Shape::completion;
    return Shape::unknown;
}

std::string provider_id(const json::Value& root, Shape shape) {
    switch (shape) {
    case Shape::request:
    case Shape::response: return text_of(root, "custom_id");
    case Shape::completion: return text_of(root, "id");
    case Shape::chat:
    case Shape::preference:
    case Shape::unknown: break;
    }
    return {};
}

} // namespace kato::openai_messages
