#include "codec/claude_code/usage.h"

#include "codec/record/fields.h"

#include <algorithm>

namespace kato::claude_code {

using record::text_of;

namespace {

bool take_count(const json::Value& object, std::string_view name, std::int64_t& out) {
    const json::Value member = object.member(name);
    const std::optional<std::int64_t> count = member.integer();
    if (!count || *count < 0) return false;
    out = *count;
    member.take();
    return true;
}

} // namespace

std::string response_id(const Envelope& envelope) {
    const std::string message = text_of(envelope.message, "id");
    const std::string request = text_of(envelope.root, "requestId");
    if (message.empty() || request.empty()) return message + request;
    return message + ":" + request;
}

std::optional<Usage> read_usage(const Envelope& envelope, const std::string& name) {
    const json::Value usage = envelope.message.member("usage");
    const std::string model = text_of(envelope.message, "model");
    if (!usage.is_object() || model == k_synthetic_model) return std::nullopt;
    Usage out;
    bool any = take_count(usage, "input_tokens", out.input);
    any |= take_count(usage, "output_tokens", out.output);
    any |= take_count(usage, "cache_read_input_tokens", out.cache_read);
    any |= take_count(usage, "cache_creation_input_tokens", out.cache_write);
    any |= take_count(usage.member("output_tokens_details"), "thinking_tokens", out.reasoning);
    if (!any) return std::nullopt;
    out.response = response_id(envelope);
    if (out.response.empty()) out.response = name;
    out.model = model;
    // Until a response has ended, its counts are those of its beginning.
    out.approximate = !envelope.message.member("stop_reason").is_string();
    return out;
}

} // namespace kato::claude_code
