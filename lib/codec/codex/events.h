// event_msg records: what Codex showed on the screen and counted, beside the conversation itself.
#pragma once

#include "codec/codex/messages.h"
#include "codec/codex/thread.h"
#include "codec/codex/tools.h"
#include "codec/codex/usage.h"

#include <optional>

namespace kato::codex {

class Events {
public:
    Events(Messages& messages, Tools& tools, Mirrors& mirrors, Strings& strings, Thread& thread)
        : messages_(messages), tools_(tools), mirrors_(mirrors), strings_(strings),
          thread_(thread) {}

    Status read(Draft& draft);

    // Tokens that the record counts, if any; the response is for the caller to name.
    const std::optional<Usage>& usage() const { return usage_; }
    // The thread that the record says was started by a call (or by itself, without a call's id).
    const std::string& started() const { return started_; }
    const std::string& started_by() const { return started_by_; }
    void forget() {
        usage_.reset();
        started_.clear();
        started_by_.clear();
    }

private:
    Status completed(Draft& draft);
    Status turn_end(Draft& draft);
    Status notice(Draft& draft, std::string_view text_member);
    Result<bool> message(Draft& draft);
    Result<bool> turn(Draft& draft);
    Result<bool> tool(Draft& draft);

    Messages& messages_;
    Tools& tools_;
    Mirrors& mirrors_;
    Strings& strings_;
    Thread& thread_;
    TokenCounts counts_{};
    std::optional<Usage> usage_{};
    std::string started_{};
    std::string started_by_{};
};

} // namespace kato::codex
