#include "codec/gemini_cli/session.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"
#include "model/identity.h"

namespace kato::gemini_cli {

using record::short_text;
using record::text_of;

namespace {

std::string_view parent_folder(std::string_view source_name) {
    const std::size_t file = source_name.rfind('/');
    if (file == std::string_view::npos) return {};
    const std::string_view folder = source_name.substr(0, file);
    const std::size_t slash = folder.rfind('/');
    constexpr std::string_view k_chats = "chats";
    if (slash == std::string_view::npos || !folder.substr(0, slash).ends_with(k_chats)) return {};
    return folder.substr(slash + 1);
}

} // namespace

Shape shape_of(const json::Value& root) {
    if (!root.is_object()) return Shape::unknown;
    if (root.member("$set").is_object()) return Shape::patch;
    if (root.member("$rewindTo").is_string()) return Shape::rewind;
    const bool session = root.member("sessionId").is_string();
    if (session && root.member("message").is_string() && root.member("messageId"))
        return Shape::logged_prompt;
    if (root.member("messages").is_array()) return Shape::session;
    if (root.member("history").is_array()) return Shape::history;
    if (root.member("parts") || root.member("content")) return Shape::message;
    if (session && !root.member("type")) return Shape::session;
    return root.member("type").is_string() && root.member("id") ? Shape::message : Shape::unknown;
}

ChatFacts facts_of(const json::Value& members, std::string_view source_name) {
    ChatFacts out;
    const Time time = record::read_time(members.member("lastUpdated"));
    const std::string summary = text_of(members, "summary");
    if (!record::is_blank(summary))
        out.title = Ranked{record::as_title(summary), k_rank_summary, time};
    const json::Value directory = members.member("directories").first();
    const std::string project = short_text(directory).value_or(std::string());
    if (!project.empty()) out.project = Ranked{project, 1, time};
    if (text_of(members, "kind") == "subagent") {
        const std::string_view parent = parent_folder(source_name);
        if (!parent.empty()) out.parent_chat = chat_id(k_format, parent);
    }
    return out;
}

} // namespace kato::gemini_cli
