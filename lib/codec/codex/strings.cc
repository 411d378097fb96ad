#include "codec/codex/strings.h"

#include "codec/json/data_url.h"

namespace kato::codex {
namespace {

constexpr std::size_t k_beginning_bytes = 4096;
constexpr std::size_t k_least_collected_bytes = 4096; // shorter ones may stay where they are

bool is_data_url(std::string_view text) { return text.substr(0, 5) == "data:"; }

void append_key(std::string& pointer, std::string_view key) {
    for (const char c : key) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
}

} // namespace

Result<std::string> Strings::beginning(const json::Value& value) const {
    const json::Spill* spill = value.spill();
    if (spill == nullptr) return value.text();
    std::string out;
    if (!spill->well_formed) return out;
    KATO_CHECK(spills_.decode(*spill, out, k_beginning_bytes));
    return out;
}

Result<bool> Strings::picture(const json::Value& value, std::vector<Attachment>& out) {
    if (!value.is_string()) return false;
    if (value.spill() != nullptr) {
        KATO_TRY(std::optional<Attachment> blob, longs_.base64(value));
        if (blob) out.push_back(std::move(*blob));
        return blob.has_value();
    }
    const std::string text = value.text();
    if (text.empty()) return false;
    const json::DataUrl url = json::split_data_url(text);
    Attachment file;
    if (url.is_base64) {
        KATO_TRY(std::optional<Attachment> blob,
                 values_.blob_from_base64(std::string_view(text).substr(url.intro)));
        if (!blob) return false;
        file = std::move(*blob);
        file.media_type = url.media_type;
    } else {
        file.uri = text;
    }
    value.take();
    out.push_back(std::move(file));
    return true;
}

Result<bool> Strings::base64(const json::Value& value, std::string_view media_type,
                             std::vector<Attachment>& out) {
    if (!value.is_string() || (value.spill() == nullptr && value.raw_text().empty())) return false;
    KATO_TRY(std::optional<Attachment> blob, longs_.base64(value));
    if (!blob) return false;
    if (blob->media_type.empty()) blob->media_type = media_type;
    out.push_back(std::move(*blob));
    return true;
}

// Recursion is bounded by json::k_max_depth.
Status Strings::collect_pictures(const json::Value& value, std::string& pointer,
                                 std::vector<Attachment>& out) {
    if (value.is_string()) {
        if (value.spill() == nullptr && value.raw_text().size() < k_least_collected_bytes)
            return done();
        KATO_TRY(const std::string start, beginning(value));
        if (!is_data_url(start)) return done();
        const std::size_t before = out.size();
        KATO_TRY(const bool found, picture(value, out));
        if (found) out[before].uri = "kato:member:" + pointer;
        return done();
    }
    const std::size_t length = pointer.size();
    std::size_t index = 0;
    for (json::Value child = value.first(); child; child = child.next(), ++index) {
        pointer += '/';
        if (value.is_array()) {
            pointer += std::to_string(index);
        } else {
            append_key(pointer, child.key());
        }
        KATO_CHECK(collect_pictures(child, pointer, out));
        pointer.resize(length);
    }
    return done();
}

} // namespace kato::codex
