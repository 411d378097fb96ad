#include "model/identity.h"

#include <fmt/format.h>

namespace kato {

Uuid chat_id(std::string_view format, std::string_view provider_id) {
    return make_uuid_v8({"kato:chat", format, provider_id});
}

Uuid chat_id_from_record(std::string_view format, std::string_view record_bytes,
                         std::uint64_t ordinal) {
    const Digest digest = sha256(record_bytes);
    return make_uuid_v8({"kato:chat", format, "", as_view(digest), fmt::format("{}", ordinal)});
}

std::string record_name(const Key128& record_hash, std::uint64_t occurrence) {
    return fmt::format("#{}.{}", to_hex(record_hash), occurrence);
}

Uuid record_key(const Uuid& chat, std::string_view name) {
    return make_uuid_v8({"kato:record", chat.view(), name});
}

Uuid event_id(const Uuid& record, std::uint32_t index) {
    return make_uuid_v8({"kato:event", record.view(), fmt::format("{}", index)});
}

} // namespace kato
