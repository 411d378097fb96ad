// Error objects: the one line for people, the JSON record for programs.
#include "error.h"

#include "base/text.h"
#include "codec/json/json.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace kato::capi {
namespace {

struct OwnedError : kato_error {
    std::string message_text;
    std::string detail_text;
};

constexpr std::string_view k_no_memory_message = "out of memory";
constexpr std::string_view k_no_memory_detail =
    R"({"status":-2,"name":"KATO_E_NOMEM","message":"out of memory","path":null,"line":null,)"
    R"("offset":null,"errno":null,"sqlite":null,"hint":null})";

// Handed out when there is no memory for another one; kato_error_free knows it.
constexpr kato_error k_no_memory = {
    KATO_E_NOMEM,
    k_no_memory_message.data(),
    k_no_memory_message.size(),
    k_no_memory_detail.data(),
    k_no_memory_detail.size(),
};

struct StatusName {
    kato_status status;
    const char* name;
};
constexpr std::array<StatusName, 20> k_names = {{
    {KATO_OK, "KATO_OK"},
    {KATO_DONE, "KATO_DONE"},
    {KATO_PARTIAL, "KATO_PARTIAL"},
    {KATO_E_FAILED, "KATO_E_FAILED"},
    {KATO_E_NOMEM, "KATO_E_NOMEM"},
    {KATO_E_MISUSE, "KATO_E_MISUSE"},
    {KATO_E_INVALID, "KATO_E_INVALID"},
    {KATO_E_NOT_FOUND, "KATO_E_NOT_FOUND"},
    {KATO_E_EXISTS, "KATO_E_EXISTS"},
    {KATO_E_AMBIGUOUS, "KATO_E_AMBIGUOUS"},
    {KATO_E_BUSY, "KATO_E_BUSY"},
    {KATO_E_IO, "KATO_E_IO"},
    {KATO_E_DENIED, "KATO_E_DENIED"},
    {KATO_E_CORRUPT, "KATO_E_CORRUPT"},
    {KATO_E_VERSION, "KATO_E_VERSION"},
    {KATO_E_LIMIT, "KATO_E_LIMIT"},
    {KATO_E_CANCELLED, "KATO_E_CANCELLED"},
    {KATO_E_UNSUPPORTED, "KATO_E_UNSUPPORTED"},
    {KATO_E_ABI, "KATO_E_ABI"},
    {KATO_E_USER, "KATO_E_USER"},
}};

kato_status status_of(const Error& error) {
    if (error.code == Code::user && error.user_status != 0) return error.user_status;
    return static_cast<kato_status>(error.code);
}

// Valid UTF-8 on one line: file names and texts inside messages may hold anything.
std::string one_line(std::string_view text) {
    std::string out = to_valid_utf8(text);
    for (char& c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) c = '?';
    }
    return out;
}

std::string message_of(const char* function, const Error& error) {
    std::string text;
    if (error.code == Code::misuse) text += fmt::format("{}: ", function);
    if (!error.path.empty() && error.message.find(error.path) == std::string::npos)
        text += fmt::format("{}: ", error.path);
    text += error.message;
    if (error.line)
        text += fmt::format(" (line {})", *error.line);
    else if (error.offset)
        text += fmt::format(" (byte {})", *error.offset);
    if (!error.hint.empty()) text += fmt::format("; {}", error.hint);
    return one_line(text);
}

void append_text(std::string& json, std::string_view name, std::string_view value) {
    json += fmt::format(",\"{}\":", name);
    if (value.empty())
        json += "null";
    else
        json::append_string(json, to_valid_utf8(value));
}

template <class T>
void append_number(std::string& json, std::string_view name, std::optional<T> value) {
    json += value ? fmt::format(",\"{}\":{}", name, *value) : fmt::format(",\"{}\":null", name);
}

std::optional<int> unless_zero(int value) {
    return value != 0 ? std::optional<int>(value) : std::nullopt;
}

std::string detail_of(kato_status status, std::string_view message, const Error& error) {
    std::string json = fmt::format(R"({{"status":{},"name":"{}")", status, status_name(status));
    append_text(json, "message", message);
    append_text(json, "path", error.path);
    append_number(json, "line", error.line);
    append_number(json, "offset", error.offset);
    append_number(json, "errno", unless_zero(error.os_error));
    append_number(json, "sqlite", unless_zero(error.sqlite_error));
    append_text(json, "hint", error.hint);
    json += '}';
    return json;
}

const char* give(const char* text, std::size_t size, std::size_t* len) {
    if (len != nullptr) *len = size;
    return text;
}

} // namespace

kato_status fail_no_memory(kato_error** out) noexcept {
    // Never written to: every function of the API takes it as const, and the free ignores it.
    if (out != nullptr) *out = const_cast<kato_error*>(&k_no_memory);
    return KATO_E_NOMEM;
}

kato_status fail(kato_error** out, const char* function, const Error& error) noexcept {
    const kato_status status = status_of(error);
    if (out == nullptr || status >= 0) return status;
    try {
        auto object = std::make_unique<OwnedError>();
        object->message_text = message_of(function, error);
        object->detail_text = detail_of(status, object->message_text, error);
        object->status = status;
        object->message = object->message_text.c_str();
        object->message_len = object->message_text.size();
        object->detail = object->detail_text.c_str();
        object->detail_len = object->detail_text.size();
        *out = object.release();
        return status;
    } catch (...) { // the status says why the call failed; only the object could not be made
        (void)fail_no_memory(out);
        return status;
    }
}

const char* status_name(kato_status status) noexcept {
    for (const StatusName& entry : k_names)
        if (entry.status == status) return entry.name;
    return "KATO_E_?";
}

} // namespace kato::capi

using namespace kato::capi;

kato_status kato_error_status(const kato_error* error) {
    return error != nullptr ? error->status : KATO_OK;
}

const char* kato_error_message(const kato_error* error, size_t* len) {
    if (error == nullptr) return give("", 0, len);
    return give(error->message, error->message_len, len);
}

const char* kato_error_detail(const kato_error* error, size_t* len) {
    if (error == nullptr) return give("{}", 2, len);
    return give(error->detail, error->detail_len, len);
}

void kato_error_free(kato_error* error) {
    if (error == nullptr || error == &k_no_memory) return;
    const std::unique_ptr<OwnedError> owned(static_cast<OwnedError*>(error));
}

const char* kato_status_name(kato_status status) { return status_name(status); }
