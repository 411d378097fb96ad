#include "codec/claude_ai/artifacts.h"

#include "codec/record/fields.h"
#include "codec/record/find.h"

namespace kato::claude_ai {

using record::text_of;

void Artifacts::begin() {
    versions_.clear();
    last_.clear();
    bytes_ = 0;
}

void Artifacts::begin_message(std::optional<std::size_t> parent) {
    last_.push_back(parent && *parent < last_.size() ? last_[*parent] : k_none);
}

const Artifacts::Version* Artifacts::latest(std::string_view id) const {
    std::size_t at = last_.back();
    for (std::size_t steps = 0; at != k_none && steps != k_max_steps; ++steps) {
        if (versions_[at].id == id) return &versions_[at];
        at = versions_[at].before;
    }
    return nullptr;
}

// A string of at most a document's length.
Result<std::optional<std::string>> Artifacts::text(const json::Value& value) const {
    const std::optional<std::string> none;
    if (!value.is_string()) return none;
    if (value.spill() == nullptr) return std::optional(value.text());
    std::string out;
    KATO_CHECK(spills_.decode(*value.spill(), out, k_max_document_bytes + 1));
    return out.size() > k_max_document_bytes ? none : std::optional(std::move(out));
}

// Applies a call to the text that was there. False when it does not fit.
Result<bool> Artifacts::change(const json::Value& input, std::string_view command,
                               std::string& text) const {
    if (command == "update") {
        KATO_TRY(const std::optional<std::string> before, this->text(input.member("old_str")));
        KATO_TRY(const std::optional<std::string> after, this->text(input.member("new_str")));
        if (!before || before->empty() || !after) return false;
        const std::size_t at = record::find_text(text, *before);
        if (at == std::string::npos) return false;
        text.replace(at, before->size(), *after);
        return text.size() <= k_max_document_bytes;
    }
    KATO_TRY(std::optional<std::string> whole, this->text(input.member("content")));
    if (!whole) return false;
    text = std::move(*whole);
    return true;
}

Result<std::optional<Attachment>> Artifacts::replay(const json::Value& input) {
    const std::optional<Attachment> none;
    Version version;
    version.id = text_of(input, "id");
    const std::string command = text_of(input, "command");
    const Version* const before = latest(version.id);
    if (before != nullptr) {
        version.title = before->title;
        version.type = before->type;
    }
    if (command == "update") {
        if (before == nullptr || bytes_ + before->text.size() > k_max_replayed_bytes) return none;
        bytes_ += before->text.size(); // whether or not it fits
        version.text = before->text;
    } else if (!command.empty() && command != "create" && command != "rewrite") {
        return none;
    }
    KATO_TRY(const bool fits, change(input, command, version.text));
    if (!fits) return none;
    if (command != "update") bytes_ += version.text.size();
    if (bytes_ > k_max_replayed_bytes) return none;
    if (const std::string title = text_of(input, "title"); !title.empty()) version.title = title;
    if (const std::string type = text_of(input, "type"); !type.empty()) version.type = type;
    KATO_TRY(Attachment out, values_.blob(version.text));
    out.name = version.title;
    out.media_type = version.type;
    out.uri = "kato:artifact:" + version.id;
    version.before = last_.back();
    last_.back() = versions_.size();
    versions_.push_back(std::move(version));
    return std::optional(std::move(out));
}

} // namespace kato::claude_ai
