#include "codec/claude_code/chats.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"
#include "model/identity.h"

#include <algorithm>

namespace kato::claude_code {

using record::as_title;
using record::is_blank;
using record::short_text;

namespace {

constexpr std::size_t k_max_open_summaries = 64;
constexpr std::string_view k_agent_prefix = "agent-";

// Of two ranked values the later one wins; turned around, the earlier one does.
Time earliest_wins(const Time& time) { return time ? Time(-*time) : Time(); }

} // namespace

std::string_view session_of_subagent_file(std::string_view source_name) {
    constexpr std::string_view k_folder = "/subagents/";
    const std::size_t folder = source_name.rfind(k_folder);
    if (folder == std::string_view::npos) return {};
    const std::string_view file = source_name.substr(source_name.rfind('/') + 1);
    if (file.substr(0, k_agent_prefix.size()) != k_agent_prefix) return {};
    const std::string_view before = source_name.substr(0, folder);
    const std::size_t slash = before.rfind('/');
    return slash == std::string_view::npos ? before : before.substr(slash + 1);
}

Result<Chat*> Chats::open(const std::string& provider_id, const Uuid& id,
                          const Envelope* envelope) {
    auto chat = std::make_unique<Chat>();
    chat->id = id;
    chat->provider_id = provider_id;
    ChatFacts facts;
    facts.id = id;
    facts.provider_id = provider_id;
    if (envelope != nullptr) {
        chat->session = envelope->session;
        if (provider_id != envelope->session) {
            facts.parent_chat = chat_id(k_format, envelope->session);
        } else if (provider_id.compare(0, k_agent_prefix.size(), k_agent_prefix) == 0) {
            const std::string_view parent = session_of_subagent_file(source_name_);
            if (!parent.empty()) facts.parent_chat = chat_id(k_format, parent);
        }
        const json::Value fork = envelope->root.member("forkedFrom").member("sessionId");
        const std::optional<std::string> origin = short_text(fork);
        if (origin && !origin->empty() && *origin != envelope->session)
            facts.forked_from = chat_id(k_format, *origin);
    }
    KATO_CHECK(sink_.chat(std::move(facts)));
    Chat* out = chat.get();
    chats_[provider_id] = std::move(chat);
    return out;
}

Result<Chat*> Chats::of(const Envelope& envelope) {
    if (envelope.session.empty()) return current_;
    std::string provider_id = envelope.session;
    if (envelope.of_agent() && envelope.session != std::string(k_agent_prefix) + envelope.agent)
        provider_id += "/" + envelope.agent;
    if (const auto found = chats_.find(provider_id); found != chats_.end())
        return found->second.get();
    return open(provider_id, chat_id(k_format, provider_id), &envelope);
}

Status Chats::set_current(const Envelope& envelope) {
    KATO_TRY(current_, of(envelope));
    return done();
}

Status Chats::set_current(std::string_view record_bytes) {
    KATO_TRY(current_, open("", chat_id_from_record(k_format, record_bytes, 0), nullptr));
    return done();
}

Status Chats::note(Chat& chat, const Envelope& envelope, const Uuid& record) {
    current_ = &chat;
    if (envelope.time) {
        if (envelope.time != chat.last_time) chat.titles_since = 0;
        chat.last_time = envelope.time;
    }
    if (!chat.has_project) {
        const std::optional<std::string> cwd = short_text(envelope.root.member("cwd"));
        if (cwd && !cwd->empty()) {
            chat.has_project = true;
            ChatFacts facts;
            facts.id = chat.id;
            facts.provider_id = chat.provider_id;
            facts.project = Ranked{*cwd, 1, earliest_wins(chat.last_time)};
            KATO_CHECK(sink_.chat(std::move(facts)));
        }
    }
    for (std::size_t i = 0; i != chat.summaries.size(); ++i) {
        if (chat.summaries[i].leaf != record) continue;
        Ranked title = std::move(chat.summaries[i].title);
        title.rank = k_rank_summary;
        chat.summaries.erase(chat.summaries.begin() + static_cast<std::ptrdiff_t>(i));
        return say_title(chat, title);
    }
    return done();
}

// Title lines have no time: they get the last one seen, and of several the last one wins.
Ranked Chats::ranked(Chat& chat, std::string value, int rank) const {
    constexpr std::int64_t k_most = 999; // times are milliseconds
    Ranked out{std::move(value), rank, chat.last_time};
    if (out.time) *out.time += std::min(chat.titles_since++, k_most);
    return out;
}

Status Chats::say_title(const Chat& chat, const Ranked& title) {
    ChatFacts facts;
    facts.id = chat.id;
    facts.provider_id = chat.provider_id;
    facts.title = title;
    return sink_.chat(std::move(facts));
}

Status Chats::title(Chat& chat, std::string value, int rank) {
    if (is_blank(value)) return done();
    return say_title(chat, ranked(chat, std::move(value), rank));
}

Status Chats::summary(Chat& chat, std::string value, std::string_view leaf) {
    if (is_blank(value)) return done();
    const Uuid leaf_key = record_key(chat.id, leaf);
    const bool here = chat.tree.contains(leaf_key);
    const Ranked title =
        ranked(chat, std::move(value), here ? k_rank_summary : k_rank_summary_of_other_file);
    if (!here && !leaf.empty() && chat.summaries.size() < k_max_open_summaries)
        chat.summaries.push_back({leaf_key, title});
    return say_title(chat, title);
}

Status Chats::first_prompt(Chat& chat, std::string_view text) {
    if (chat.has_title || is_blank(text)) return done();
    chat.has_title = true;
    return say_title(chat, Ranked{as_title(text), k_rank_prompt, earliest_wins(chat.last_time)});
}

} // namespace kato::claude_code
