// kato/codec.h: export, formats, and sources. Import is in import.cc.
#include "arguments.h"
#include "handle.h"

#include "codec/json/cutter.h"
#include "codec/registry.h"
#include "exchange/export.h"

#include <kato/codec.h>

#include <fmt/format.h>

#include <algorithm>

using namespace kato;
using namespace kato::capi;

struct kato_source_cursor {
    OpenStorePtr open;
    std::vector<SourceView> sources;
    std::size_t next = 0;
    std::string json; // of the row before `next`
};

namespace {

// The elements of an array of NUL-terminated texts.
Result<std::vector<std::string>> references(const char* const* chats, std::size_t count) {
    if (chats == nullptr && count != 0) return misuse("`chats` is NULL and has a count");
    std::vector<std::string> result;
    for (std::size_t i = 0; i < count; ++i) {
        KATO_TRY(const std::string_view text, required_text(chats[i], KATO_NTS, "chats"));
        result.emplace_back(text);
    }
    return result;
}

Result<Kinds> read_kinds(const kato_export_options& given) {
    Kinds kinds = k_all_kinds;
    if (given.kinds == nullptr && given.kind_count != 0)
        return misuse("`kinds` is NULL and has a count");
    if (given.kinds != nullptr) kinds = 0;
    for (size_t i = 0; i < given.kind_count; ++i) {
        KATO_TRY(const std::string_view name, required_text(given.kinds[i], KATO_NTS, "kinds"));
        const std::optional<Kind> kind = parse_kind(name);
        if (!kind) return Error{Code::invalid, fmt::format("there is no kind '{}'", name)};
        kinds |= kind_bit(*kind);
    }
    if ((given.flags & KATO_EXPORT_NO_THINKING) != 0) kinds &= ~k_thinking_kinds;
    if ((given.flags & KATO_EXPORT_NO_TOOLS) != 0) kinds &= ~k_tool_kinds;
    return kinds;
}

Result<ExportOptions> read_options(const kato_export_options& given) {
    KATO_CHECK(check_flags(given.flags, KATO_EXPORT_NO_BLOBS | KATO_EXPORT_HEAD_PATH |
                                            KATO_EXPORT_HIDDEN | KATO_EXPORT_NO_THINKING |
                                            KATO_EXPORT_NO_TOOLS));
    KATO_CHECK(check_reserved(given.reserved));
    ExportOptions options;
    KATO_TRY(const std::string_view format,
             optional_text(given.format, given.format_len, "format"));
    if (!format.empty()) options.format = format;
    KATO_TRY(options.chats, references(given.chats, given.chat_count));
    options.all = given.chats == nullptr;
    options.blobs = (given.flags & KATO_EXPORT_NO_BLOBS) == 0;
    options.head_path_only = (given.flags & KATO_EXPORT_HEAD_PATH) != 0;
    options.include_hidden = (given.flags & KATO_EXPORT_HIDDEN) != 0;
    KATO_TRY(options.kinds, read_kinds(given));
    KATO_TRY(options.provider, optional_text(given.provider, given.provider_len, "provider"));
    KATO_TRY(options.project, optional_text(given.project, given.project_len, "project"));
    if (given.after_us != 0) options.after = given.after_us;
    if (given.before_us != 0) options.before = given.before_us;
    options.stop = stop_by(given.cancel);
    return options;
}

void append_member(std::string& json, std::string_view name, std::string_view value) {
    json += fmt::format("{}\"{}\":", json.empty() ? "{" : ",", name);
    json::append_string(json, to_valid_utf8(value));
}

std::string source_json(const SourceView& source) {
    std::string json;
    append_member(json, "id", source.reference.id);
    append_member(json, "name", source.reference.name);
    if (source.reference.format.empty())
        json += ",\"format\":null";
    else
        append_member(json, "format", source.reference.format);
    json += fmt::format(",\"size\":{}", source.reference.size_bytes);
    append_member(json, "sha256", to_hex(source.reference.sha256));
    json += fmt::format(",\"retained\":{}}}", source.retained);
    return json;
}

// What of an export can be chosen; docs/formats.md explains each.
std::string options_json(const Format& format) {
    std::string json = "[\"provider\",\"project\",\"after\",\"before\"";
    if (!format.canonical) json += ",\"kinds\",\"no-thinking\",\"no-tools\"";
    const auto is = [&](std::initializer_list<std::string_view> ids) {
        return std::find(ids.begin(), ids.end(), format.id) != ids.end();
    };
    if (is({"html", "json", "markdown"})) json += ",\"head-only\"";
    if (is({"html", "markdown", "openai-messages"})) json += ",\"hidden\"";
    if (is({"html", "json", "kato", "openai-messages"})) json += ",\"no-blobs\"";
    return json + ']';
}

std::string formats_json() {
    std::string json = "{\"formats\":[";
    for (const Format& format : formats()) {
        std::string item;
        append_member(item, "id", format.id);
        append_member(item, "title", format.title);
        item +=
            fmt::format(",\"read\":{},\"write\":{},\"detects\":{}", format.make_reader != nullptr,
                        format.make_writer != nullptr, format.detect != nullptr);
        if (format.make_reader != nullptr)
            item +=
                fmt::format(",\"max_record_bytes\":{},\"containers\":[\"zip\",\"tar\",\"tar.gz\","
                            "\"tar.zst\",\"gz\",\"zst\"]",
                            json::k_max_skeleton_bytes);
        if (format.make_writer != nullptr)
            item += fmt::format(",\"suffix\":\"{}\",\"options\":{}", format.suffix,
                                options_json(format));
        item += '}';
        if (json.back() == '}') json += ',';
        json += item;
    }
    json += "]}";
    return json;
}

} // namespace

namespace {

// What the caller is told while an export runs.
void tell(ExportOptions& options, const kato_export_options& given, Reentry& reentry) {
    options.progress = progress_to(reentry, given.progress, given.user_data);
    if (given.loss == nullptr) return;
    options.on_loss = [&reentry, loss = given.loss,
                       data = given.user_data](const std::string& json) {
        return call_back(reentry, [&] { return loss(data, json.data(), json.size()); });
    };
}

} // namespace

kato_status kato_export(const kato_store* store, const kato_export_options* options,
                        kato_write_fn write, void* write_data, kato_destroy_fn write_destroy,
                        kato_error** error) {
    const UserData owned_output(write_data, write_destroy);
    const kato_export_options given = copy_options(options);
    const UserData owned(given.user_data, given.destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        if (write == nullptr) return misuse("`write` is required");
        KATO_CHECK(check_options(options));
        KATO_TRY(ExportOptions wanted, read_options(given));
        tell(wanted, given, open->reentry);
        KATO_TRY(const bool whole,
                 export_chats(*open->store, wanted, output_to(open->reentry, write, write_data)));
        return whole ? KATO_OK : KATO_PARTIAL;
    });
}

kato_status kato_export_files(const kato_store* store, const kato_export_options* options,
                              kato_export_file_fn next, kato_write_fn write, void* file_data,
                              kato_destroy_fn file_destroy, kato_error** error) {
    const UserData owned_output(file_data, file_destroy);
    const kato_export_options given = copy_options(options);
    const UserData owned(given.user_data, given.destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        if (next == nullptr || write == nullptr) return misuse("`next` and `write` are required");
        KATO_CHECK(check_options(options));
        KATO_TRY(ExportOptions wanted, read_options(given));
        tell(wanted, given, open->reentry);
        const auto next_file = [&](const ExportFile& file) -> Result<bool> {
            const std::string chat = file.chat ? to_string(*file.chat) : std::string();
            bool left_out = false;
            KATO_CHECK(call_back(open->reentry, [&] {
                const kato_status status = next(file_data, file.name.c_str(), chat.c_str());
                left_out = status == KATO_DONE;
                return left_out ? KATO_OK : status;
            }));
            return !left_out;
        };
        KATO_CHECK(export_files(*open->store, wanted, next_file,
                                output_to(open->reentry, write, file_data)));
        return KATO_OK;
    });
}

kato_status kato_formats(kato_buffer** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        *out = make_buffer(formats_json());
        return KATO_OK;
    });
}

kato_status kato_source_list(const kato_store* store, const char* const* chats, size_t chat_count,
                             kato_source_cursor** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        auto cursor = std::make_unique<kato_source_cursor>();
        KATO_TRY(cursor->open, enter(store));
        KATO_TRY(const std::vector<std::string> wanted, references(chats, chat_count));
        std::vector<Uuid> ids;
        for (const std::string& reference : wanted) {
            KATO_TRY(const Uuid id, cursor->open->store->resolve_chat(reference, false));
            ids.push_back(id);
        }
        KATO_TRY(cursor->sources, cursor->open->store->sources(ids));
        *out = cursor.release();
        return KATO_OK;
    });
}

kato_status kato_source_cursor_next(kato_source_cursor* cursor, const char** json, size_t* len,
                                    kato_error** error) {
    if (len != nullptr) *len = 0;
    return guard_out(__func__, error, json, [&]() -> Return {
        if (cursor == nullptr) return misuse("`cursor` is required");
        KATO_CHECK(enter(*cursor->open));
        if (cursor->next == cursor->sources.size()) return KATO_DONE;
        cursor->json = source_json(cursor->sources[cursor->next]);
        ++cursor->next;
        *json = give(cursor->json, len);
        return KATO_OK;
    });
}

void kato_source_cursor_free(kato_source_cursor* cursor) {
    const std::unique_ptr<kato_source_cursor> owned(cursor);
}

kato_status kato_source_read(const kato_store* store, const char* source, size_t source_len,
                             kato_write_fn write, void* user_data, kato_destroy_fn destroy,
                             kato_error** error) {
    const UserData owned(user_data, destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        if (write == nullptr) return misuse("`write` is required");
        KATO_TRY(const std::string_view text, required_text(source, source_len, "source"));
        const std::optional<Uuid> id = parse_uuid(text);
        if (!id) return Error{Code::invalid, "`source` is not a full id"};
        KATO_TRY(const bool whole,
                 open->store->read_source(*id, output_to(open->reentry, write, user_data)));
        return whole ? KATO_OK : KATO_PARTIAL;
    });
}
