// What the handles of the C API consist of, and how texts come out of them.
#pragma once

#include "callback.h"

#include "base/id.h"
#include "base/text.h"
#include "store/store.h"

#include <kato/store.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace kato::capi {

// Shared by a kato_store and everything made from it, so that they are freed in any order.
struct OpenStore {
    std::shared_ptr<Store> store;
    Reentry reentry; // cursors ask it too
};
using OpenStorePtr = std::shared_ptr<OpenStore>;

// The store, kept for the length of a call: the caller may close the handle meanwhile (from a
// callback). Refuses NULL and calls from inside one of the store's own callbacks.
Result<OpenStorePtr> enter(const kato_store* store);
Status enter(const OpenStore& open); // for cursors

// Resolves a reference to a chat; `deleted`: also among the deleted ones.
Result<Uuid> chat_argument(const Store& store, const char* chat, std::size_t len,
                           bool deleted = false);

// Hands out a text that the handle holds: NUL-terminated, as views of strings and literals are.
inline const char* give(std::string_view text, std::size_t* len) {
    if (len != nullptr) *len = text.size();
    return text.data() != nullptr ? text.data() : "";
}

inline std::int64_t give(const Time& time) { return time ? *time : KATO_TIME_NONE; }

// Replaces what is not UTF-8, in place; nearly always there is nothing to do.
inline void make_valid(std::string& text) {
    if (!is_utf8(text)) text = to_valid_utf8(text);
}

// An id's 36 characters, or nothing; without allocation, as cursors fill several for each row.
class IdText {
public:
    void set(const Uuid& id) noexcept;
    void clear() noexcept {
        size_ = 0;
        text_[0] = '\0';
    }
    void set(const std::optional<Uuid>& id) noexcept {
        if (id)
            set(*id);
        else
            clear();
    }
    std::string_view view() const { return {text_.data(), size_}; }

private:
    std::array<char, 37> text_{};
    std::size_t size_ = 0;
};

kato_buffer* make_buffer(std::string bytes);

} // namespace kato::capi

struct kato_store {
    kato::capi::OpenStorePtr open;
    std::string path; // as it was given
};

struct kato_buffer {
    std::string bytes;
};
