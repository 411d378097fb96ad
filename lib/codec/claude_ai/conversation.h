// A conversation: its facts, the tree of its messages, and a record "conversation" with what else is said
// of it.
//
// That record is the root: messages that continue the sentinel (a uuid of zeroes) hang on it, and so do
// those whose export has no parents, one after the other. Its revision covers all members but the list of
// messages, so that a chat which only grew keeps it.
#pragma once

#include "codec/claude_ai/message.h"

#include <map>
#include <unordered_map>

namespace kato::claude_ai {

inline constexpr std::string_view k_format = "claude-ai";
inline constexpr std::string_view k_root_parent = "00000000-0000-4000-8000-000000000000";

// Ranks of titles.
inline constexpr int k_rank_prompt = 1;
inline constexpr int k_rank_name = 2;

// A time; without a zone it is UTC, as the exporter means it.
Time time_of(const json::Value& value);

// "chat_messages", or "messages" in captures of another program; empty: there is no such list.
std::string_view list_of(const json::Value& root);

class Conversation {
public:
    Conversation(Sink& sink, Values& values, record::Records& records)
        : sink_(sink), records_(records), blocks_(records, values), message_(records, blocks_) {}

    // `root` has a "uuid".
    Result<record::Verdict> read(const record::Record& record);

private:
    Status say_facts(const json::Value& root);
    Status say_conversation(const record::Record& record, bool messages);
    Status read_message(const json::Value& message, bool lossy);
    std::string name_of(const json::Value& message, const Key128& hash);
    void place(const json::Value& message, ParsedRecord& record);
    Status first_prompt(const std::vector<ParsedEvent>& events);

    Sink& sink_;
    record::Records& records_;
    Blocks blocks_;
    Message message_;
    // Of the conversation that is being read.
    Uuid chat_{};
    std::string uuid_{};
    Uuid root_{};
    Uuid last_{};
    bool titled_ = false;
    std::unordered_map<Uuid, std::size_t, UuidHash> numbers_{}; // of its messages, by key
    std::map<Key128, std::uint64_t> unnamed_{};
    std::size_t count_ = 0;
};

} // namespace kato::claude_ai
