#include "codec/chatgpt/assets.h"

#include "codec/json/json.h"
#include "codec/record/fields.h"

namespace kato::chatgpt {

using record::text_of;

namespace {

constexpr std::string_view k_names = "conversation_asset_file_names.json";
constexpr std::string_view k_library = "library_files.json";
constexpr std::string_view k_data = ".dat"; // all files of exports since 2026-05

std::string base_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

// The id of a pointer: without its scheme and what follows a "#" or "?".
std::string id_of(const std::string& pointer) {
    const std::size_t scheme = pointer.find("://");
    const std::string rest = scheme == std::string::npos ? pointer : pointer.substr(scheme + 3);
    return rest.substr(0, rest.find_first_of("#?"));
}

std::string without_data(const std::string& name) {
    return name.ends_with(k_data) ? name.substr(0, name.size() - k_data.size()) : name;
}

} // namespace

Assets::Assets(const Companions* companions) : companions_(companions) {
    if (companions_ == nullptr) return;
    for (const auto& [path, file] : companions_->files) by_base_.try_emplace(base_name(path), path);
    for (const auto& [path, text] : companions_->texts) {
        if (base_name(path) == k_names) read_names(text);
        if (base_name(path) == k_library) read_library(text);
    }
}

// {"file-...dat": "what it was called", ...}
void Assets::read_names(std::string_view json) {
    json::Document document;
    if (!document.parse(json)) return;
    for (json::Value name = document.root().first(); name; name = name.next()) {
        const std::optional<std::string> text = record::short_text(name);
        if (text) known_[without_data(name.key())].name = base_name(*text);
    }
}

// [{"file_id", "file_name", "mime_type", ...}]
void Assets::read_library(std::string_view json) {
    json::Document document;
    if (!document.parse(json)) return;
    for (json::Value file = document.root().first(); file; file = file.next()) {
        const std::string id = text_of(file, "file_id");
        if (id.empty()) continue;
        Known& known = known_[id];
        if (const std::string name = text_of(file, "file_name"); !name.empty()) known.name = name;
        known.media_type = text_of(file, "mime_type");
    }
}

const Attachment* Assets::by_prefix(const std::string& prefix) const {
    const auto& files = companions_->files;
    const auto found = files.lower_bound(prefix);
    return found != files.end() && found->first.starts_with(prefix) ? &found->second : nullptr;
}

const Attachment* Assets::find(const std::string& id, const std::string& name) const {
    if (companions_ == nullptr || id.empty()) return nullptr;
    const auto& files = companions_->files;
    for (const std::string& base : {id + std::string(k_data), id, name}) {
        const auto path = base.empty() ? by_base_.end() : by_base_.find(base);
        if (path != by_base_.end()) return &files.find(path->second)->second;
    }
    for (const std::string& start : {id + "-", id + ".", "dalle-generations/" + id + "-"})
        if (const Attachment* file = by_prefix(start)) return file;
    // In a folder of the user's, or below the archive's top folder.
    for (const auto& [base, path] : by_base_)
        if (base.starts_with(id + "-") || base.starts_with(id + "."))
            return &files.find(path)->second;
    return nullptr;
}

Attachment Assets::resolve(const std::string& pointer, const std::string& name) const {
    const std::string id = id_of(pointer);
    Attachment out;
    out.uri = pointer;
    out.name = name;
    if (const auto known = known_.find(id); known != known_.end()) {
        if (out.name.empty()) out.name = known->second.name;
        out.media_type = known->second.media_type;
    }
    if (const Attachment* file = find(id, name)) {
        out.blob = file->blob;
        out.size_bytes = file->size_bytes;
        if (out.media_type.empty()) out.media_type = file->media_type;
        if (out.name.empty()) out.name = file->name;
    }
    return out;
}

} // namespace kato::chatgpt
