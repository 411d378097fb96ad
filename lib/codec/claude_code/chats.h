// Which chat a record belongs to, and what a file says about its chats: titles, projects, parents.
//
// A chat is a session (sessionId). A sub-agent's records are a chat of their own: "<session>/<agent>",
// or, where the session's id is "agent-<agent>" already, that. Records without sessionId belong to the
// chat before them.
#pragma once

#include "codec/claude_code/envelope.h"
#include "model/sink.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kato::claude_code {

inline constexpr std::string_view k_format = "claude-code";

// Ranks of titles.
inline constexpr int k_rank_prompt = 1;
inline constexpr int k_rank_summary_of_other_file = 2;
inline constexpr int k_rank_summary = 3;
inline constexpr int k_rank_custom = 4;

struct Chat {
    Uuid id{};
    std::string provider_id{};
    std::string session{}; // of the records, also for a sub-agent's
    Tree tree{};

    struct Summary { // whose last record has not been seen
        Uuid leaf{};
        Ranked title{};
    };
    std::vector<Summary> summaries{};
    Time last_time{};
    std::int64_t titles_since = 0;
    bool has_title = false;
    bool has_project = false;
};

class Chats {
public:
    Chats(Sink& sink, std::string source_name)
        : sink_(sink), source_name_(std::move(source_name)) {}

    // The chat of a record; says a new one to the sink. Before the first record with a sessionId
    // there must have been set_current().
    Result<Chat*> of(const Envelope& envelope);
    // The chat of records before any sessionId; an empty id: the file has none, use `record_bytes`.
    Status set_current(const Envelope& envelope);
    Status set_current(std::string_view record_bytes);
    Chat* current() const { return current_; }

    // To be called for each record, before its titles.
    Status note(Chat& chat, const Envelope& envelope, const Uuid& record);
    Status title(Chat& chat, std::string value, int rank);
    Status summary(Chat& chat, std::string value, std::string_view leaf);
    Status first_prompt(Chat& chat, std::string_view text);

private:
    Result<Chat*> open(const std::string& provider_id, const Uuid& id, const Envelope* envelope);
    Status say_title(const Chat& chat, const Ranked& title);
    Ranked ranked(Chat& chat, std::string value, int rank) const;

    Sink& sink_;
    std::string source_name_;
    std::map<std::string, std::unique_ptr<Chat>, std::less<>> chats_{}; // by provider's id
    Chat* current_ = nullptr;
};

// The session whose folder holds a sub-agent's file: <session>/subagents/.../agent-<id>.jsonl.
std::string_view session_of_subagent_file(std::string_view source_name);

} // namespace kato::claude_code
