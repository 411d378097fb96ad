// Entering a store, resolving references, spelling ids.
#include "handle.h"

#include "arguments.h"

namespace kato::capi {

Status enter(const OpenStore& open) {
    if (open.reentry.inside()) return misuse("called from a callback of the same store");
    return done();
}

Result<OpenStorePtr> enter(const kato_store* store) {
    if (store == nullptr) return misuse("`store` is required");
    OpenStorePtr open = store->open;
    KATO_CHECK(enter(*open));
    return open;
}

Result<Uuid> chat_argument(const Store& store, const char* chat, std::size_t len, bool deleted) {
    KATO_TRY(const std::string_view reference, required_text(chat, len, "chat"));
    return store.resolve_chat(reference, deleted);
}

void IdText::set(const Uuid& id) noexcept {
    constexpr std::string_view digits = "0123456789abcdef";
    char* out = text_.data();
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        *out++ = digits[id.bytes[i] >> 4];
        *out++ = digits[id.bytes[i] & 0x0F];
    }
    *out = '\0';
    size_ = 36;
}

kato_buffer* make_buffer(std::string bytes) {
    auto buffer = std::make_unique<kato_buffer>();
    buffer->bytes = std::move(bytes);
    return buffer.release();
}

} // namespace kato::capi
