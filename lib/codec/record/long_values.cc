#include "codec/record/long_values.h"

#include <algorithm>
#include <utility>

namespace kato::record {

Status LongValues::text(const json::Value& value, EventBody& body) {
    if (const json::Spill* spill = value.spill()) {
        KATO_TRY(body.stored_text, spills_.to_text(*spill));
        used_.push_back(spill->token);
    } else {
        body.text = value.text();
    }
    value.take();
    return done();
}

Result<std::optional<Attachment>> LongValues::base64(const json::Value& value) {
    const std::optional<Attachment> none;
    if (!value.is_string()) return none;
    if (const json::Spill* spill = value.spill()) {
        KATO_TRY(std::optional<Attachment> blob, spills_.to_blob_from_base64(*spill));
        if (blob) used_.push_back(spill->token);
        if (blob) value.take();
        return blob;
    }
    KATO_TRY(std::optional<Attachment> blob, values_.blob_from_base64(value.text()));
    if (blob) value.take();
    return blob;
}

Status LongValues::leftovers(const json::Value& root, std::vector<Attachment>& out) {
    if (!any_) return done();
    std::string pointer;
    return leftovers(root, pointer, out);
}

// Recursion is bounded by json::k_max_depth.
Status LongValues::leftovers(const json::Value& value, std::string& pointer,
                             std::vector<Attachment>& out) {
    if (const json::Spill* spill = value.spill()) {
        if (std::find(used_.begin(), used_.end(), spill->token) != used_.end()) return done();
        KATO_TRY(Attachment raw, spills_.to_raw_blob(*spill));
        raw.uri = "kato:member:" + pointer;
        out.push_back(std::move(raw));
        used_.push_back(spill->token);
        return done();
    }
    const std::size_t length = pointer.size();
    std::size_t index = 0;
    for (json::Value child = value.first(); child; child = child.next(), ++index) {
        pointer += '/';
        if (value.is_array()) {
            pointer += std::to_string(index);
        } else {
            for (const char c : child.key()) {
                if (c == '~') {
                    pointer += "~0";
                } else if (c == '/') {
                    pointer += "~1";
                } else {
                    pointer += c;
                }
            }
        }
        KATO_CHECK(leftovers(child, pointer, out));
        pointer.resize(length);
    }
    return done();
}

} // namespace kato::record
