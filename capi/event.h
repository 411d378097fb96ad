// The handle for one event: a stored event, or a cursor's row, with its texts made valid.
#pragma once

#include "handle.h"

#include <kato/chat.h>

#include <string>
#include <vector>

namespace kato::capi {

// A member of the event as valid UTF-8: the member itself, or a repaired copy where needed. All of
// it is done when the row is set: an event may be read by several threads, and a getter cannot fail.
class ValidText {
public:
    void set(const std::string& stored) {
        if (is_utf8(stored)) {
            text_ = stored;
            return;
        }
        repaired_ = to_valid_utf8(stored);
        text_ = repaired_;
    }
    std::string_view view() const { return text_; }

private:
    std::string_view text_{}; // into the event, which the handle keeps, or into repaired_
    std::string repaired_{};
};

} // namespace kato::capi

struct kato_event {
    kato_event() = default;
    kato_event(const kato_event&) = delete;
    kato_event& operator=(const kato_event&) = delete;

    // Makes the handle speak of `event`. Takes no memory when the texts are UTF-8 and nothing is attached.
    void keep(kato::EventView event);
    // The same for an event that stays where it is until the next time.
    void show(const kato::EventView& event);

    const kato::EventView* view = nullptr;
    kato::capi::ValidText text, model, data, name, call_id, response, extra;
    kato::capi::IdText id, chat, parent, refers, copy_of;
    std::vector<std::string> attachments; // as JSON

private:
    kato::EventView owned_{};
};
