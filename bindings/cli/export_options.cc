// The options of kato export.
#include "export_options.h"

#include "files.h"
#include "json.h"
#include "progress.h"
#include "text.h"
#include "times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <tuple>

namespace kato_cli {
namespace {

using Formats = std::vector<std::string>;

std::string listed(const Formats& formats) {
    std::string out;
    for (std::size_t i = 0; i < formats.size(); ++i) {
        if (i > 0) out += i + 1 == formats.size() ? " and " : ", ";
        out += formats[i];
    }
    return out;
}

std::vector<std::string> split(const std::string& names) {
    std::vector<std::string> out;
    for (std::size_t start = 0; start <= names.size();) {
        const std::size_t end = std::min(names.find(',', start), names.size());
        if (end > start) out.push_back(names.substr(start, end - start));
        start = end + 1;
    }
    return out;
}

int bound(const std::string& value, const char* option, std::int64_t& out) {
    if (value.empty()) return Exit::done;
    const auto when = parse_when(value);
    if (!when)
        return usage_error(fmt::format("{}: \"{}\" is not a date", option, value),
                           "write 2026-01-31 or 2026-01-31T12:00:00Z");
    out = *when == 0 ? 1 : *when; // 0 would mean no bound
    return Exit::done;
}

// Written whole or not at all, like an export.
int write_file(const std::string& path, std::string_view text) {
    const auto [folder, name] = split_path(path);
    Descriptor directory;
    NewFile file;
    int error = open_directory(folder, false, directory);
    if (error == 0) error = file.create(directory.get(), name, true);
    if (error == 0) error = file.write(text);
    if (error == 0) error = file.commit();
    if (error == 0) return Exit::done;
    const int code = error == EACCES || error == EPERM || error == EROFS ? Exit::denied
                     : error == ENOENT                                   ? Exit::not_found
                                                                         : Exit::failed;
    say_error(fmt::format("cannot write {}: {}", path, std::strerror(error)), {}, code);
    return code;
}

} // namespace

int check_format_options(const ExportOptions& options) {
    const Formats readable = {"html", "json", "markdown", "openai-messages"};
    for (const auto& [given, option, formats] : {
             std::tuple(options.no_blobs, "--no-blobs",
                        Formats{"html", "json", "kato", "openai-messages"}),
             std::tuple(options.head_only, "--head-only", Formats{"html", "json", "markdown"}),
             std::tuple(options.hidden, "--hidden", Formats{"html", "markdown", "openai-messages"}),
             std::tuple(!options.kinds.empty(), "--kinds", readable),
             std::tuple(options.no_thinking, "--no-thinking", readable),
             std::tuple(options.no_tools, "--no-tools", readable),
             std::tuple(!options.loss_report.empty() && options.original(), "--loss-report",
                        Formats{"html", "json", "kato", "markdown", "openai-messages"}),
         }) {
        if (!given || std::find(formats.begin(), formats.end(), options.format) != formats.end())
            continue;
        return usage_error(
            fmt::format("{} is for the formats {} only", option, listed(formats)),
            fmt::format("add --format {}, or leave {} out", formats.front(), option));
    }
    return Exit::done;
}

int LibraryOptions::fill(Session& session, const ExportOptions& options,
                         const std::vector<std::string>& ids) {
    for (const std::string& id : ids) chats_.push_back(id.c_str());
    filled.format = options.format.data();
    filled.format_len = options.format.size();
    filled.chats = chats_.empty() ? nullptr : chats_.data();
    filled.chat_count = chats_.size();
    filled.cancel = session.cancel.get();
    kind_names_ = split(options.kinds);
    for (const std::string& name : kind_names_) kinds_.push_back(name.c_str());
    if (!options.kinds.empty()) {
        if (kinds_.empty())
            return usage_error("--kinds needs the names of kinds",
                               "for example --kinds user.message,assistant.message");
        filled.kinds = kinds_.data();
        filled.kind_count = kinds_.size();
    }
    for (const auto& [value, data, len] :
         {std::tuple(&options.provider, &filled.provider, &filled.provider_len),
          std::tuple(&options.project, &filled.project, &filled.project_len)}) {
        if (value->empty()) continue;
        *data = value->data();
        *len = value->size();
    }
    for (const auto& [given, flag] : {std::pair(options.no_blobs, KATO_EXPORT_NO_BLOBS),
                                      std::pair(options.head_only, KATO_EXPORT_HEAD_PATH),
                                      std::pair(options.hidden, KATO_EXPORT_HIDDEN),
                                      std::pair(options.no_thinking, KATO_EXPORT_NO_THINKING),
                                      std::pair(options.no_tools, KATO_EXPORT_NO_TOOLS)})
        if (given) filled.flags |= flag;
    if (const int code = bound(options.after, "--after", filled.after_us)) return code;
    return bound(options.before, "--before", filled.before_us);
}

void ExportTold::listen(kato_export_options& options) {
    options.user_data = this;
    if (progress != nullptr)
        options.progress = [](void* self, std::uint64_t done, std::uint64_t total,
                              const char* what) {
            return Progress::callback(static_cast<ExportTold*>(self)->progress, done, total, what);
        };
    if (loss != nullptr && loss->wanted())
        options.loss = [](void* self, const char* json, std::size_t len) -> kato_status {
            static_cast<ExportTold*>(self)->loss->take({json, len});
            return KATO_OK;
        };
}

void LossReport::say_it() const {
    const auto report = parse_json(json_);
    if (!report) return;
    bool anything = false;
    for (const auto& [member, words] : {std::pair("dropped", "no place in the format"),
                                        std::pair("left_out", "left out by the options")}) {
        const Json* counts = report->find(member);
        if (counts == nullptr || counts->members.empty()) continue;
        anything = true;
        std::string line;
        for (const auto& [name, count] : counts->members)
            line += fmt::format("{}{} {}", line.empty() ? "" : ", ", count.raw, name);
        say(fmt::format("{}: {}", words, visible_line(line)));
    }
    if (!anything) say("nothing was left out");
}

int LossReport::write() {
    if (!wanted() || json_.empty()) return Exit::done;
    if (target_ != "-") return write_file(target_, json_ + "\n");
    if (!session_.json) {
        say_it();
        return Exit::done;
    }
    const std::string line = json_ + "\n";
    (void)write_all(2, line); // nobody is left to tell
    return Exit::done;
}

} // namespace kato_cli
