// What people, the model and its thinking said, from items, events and completed items alike.
//
// Each part of a message is an event; what was said before through another channel becomes a hidden
// provider.info, so that it is kept but not shown twice.
#pragma once

#include "codec/codex/draft.h"
#include "codec/codex/mirrors.h"
#include "codec/codex/strings.h"

#include <functional>
#include <string>
#include <vector>

namespace kato::codex {

class Messages {
public:
    Messages(Strings& strings, Mirrors& mirrors) : strings_(strings), mirrors_(mirrors) {}

    // A response item.
    Status message(Draft& draft, const json::Value& item);
    Status reasoning(Draft& draft, const json::Value& item);
    Status agent_message(Draft& draft, const json::Value& item);
    // An event of the screen; `text` is the member that holds what was said.
    Status user_event(Draft& draft, const json::Value& event);
    Status event(Draft& draft, Speaker speaker, const json::Value& text);
    // A completed item; false when it is none of a message.
    Result<bool> completed(Draft& draft, const json::Value& item);

    // The first text that a person typed in this record (kept until the next one is asked for).
    const std::string& prompt() const { return prompt_; }
    void forget_prompt() { prompt_.clear(); }
    // An environment_context that Codex put in.
    const std::string& environment() const { return environment_; }

private:
    struct Content { // of one message
        Speaker speaker{};
        Channel channel{};
        Kind kind{};
        Role role{};
        bool mirrored = true; // may be said through another channel too
        std::string_view id{};
    };
    Status parts(Draft& draft, const Content& content, const json::Value& list);
    Status user_parts(Draft& draft, const Content& content, const std::vector<json::Value>& list);
    Status part(Draft& draft, const Content& content, const json::Value& part, bool repeated,
                bool injected);
    Status picture_part(Draft& draft, const Content& content, const json::Value& part,
                        bool repeated);
    Status thinking(Draft& draft, const json::Value& list, Channel channel, std::string_view label);
    EventBody& add(Draft& draft, const Content& content, bool repeated,
                   std::string_view label) const;
    Status note_text(Draft& draft, const json::Value& text, bool repeated, bool injected);

    Strings& strings_;
    Mirrors& mirrors_;
    std::string prompt_{};
    std::string environment_{};
};

} // namespace kato::codex
