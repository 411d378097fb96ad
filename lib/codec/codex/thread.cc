#include "codec/codex/thread.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"
#include "model/identity.h"

#include <algorithm>

namespace kato::codex {

using record::as_title;
using record::is_blank;
using record::short_text;
using record::text_of;

namespace {

constexpr int k_rank_prompt = 1;
constexpr int k_rank_name = 4;

// Of two ranked values the later one wins; turned around, the earlier one does.
Time earliest_wins(const Time& time) { return time ? Time(-*time) : Time(); }

std::string thread_id(const json::Value& meta) {
    std::string id = text_of(meta, "id");
    return id.empty() ? text_of(meta, "session_id") : id;
}

// The thread that started this one, as a sub-agent.
std::string parent_id(const json::Value& meta) {
    std::string id = text_of(meta, "parent_thread_id");
    if (!id.empty()) return id;
    return text_of(meta.member("source").member("subagent").member("thread_spawn"),
                   "parent_thread_id");
}

std::string origin_id(const json::Value& meta) {
    std::string id = text_of(meta, "forked_from_id");
    return id.empty() ? text_of(meta.member("history_base"), "thread_id") : id;
}

} // namespace

Status Thread::say(ChatFacts facts) {
    facts.id = id_;
    facts.provider_id = provider_id_;
    return sink_.chat(std::move(facts));
}

Status Thread::open(const Envelope& first, std::string_view record) {
    open_ = true;
    if (first.type == "session_meta") provider_id_ = thread_id(first.payload);
    id_ = provider_id_.empty() ? chat_id_from_record(k_format, record, 0)
                               : chat_id(k_format, provider_id_);
    ChatFacts facts;
    if (first.type == "session_meta") {
        const std::string parent = parent_id(first.payload);
        if (!parent.empty() && parent != provider_id_)
            facts.parent_chat = chat_id(k_format, parent);
        const std::string origin = origin_id(first.payload);
        has_origin_ = !origin.empty() && origin != provider_id_;
        if (has_origin_) facts.forked_from = chat_id(k_format, origin);
    }
    return say(std::move(facts));
}

Status Thread::meta(const Envelope& envelope) {
    KATO_CHECK(project(envelope.payload.member("cwd"), envelope.time));
    const std::string id = thread_id(envelope.payload);
    if (id == provider_id_) {
        model(envelope.payload.member("model"));
        return done();
    }
    if (has_origin_ || id.empty() || provider_id_.empty()) return done();
    has_origin_ = true;
    ChatFacts facts;
    facts.forked_from = chat_id(k_format, id);
    return say(std::move(facts));
}

void Thread::model(const json::Value& value) {
    const std::optional<std::string> text = short_text(value);
    if (text && !text->empty()) model_ = *text;
}

Status Thread::project(const json::Value& directory, Time time) {
    const std::optional<std::string> text = short_text(directory);
    if (has_project_ || !text || text->empty()) return done();
    has_project_ = true;
    ChatFacts facts;
    facts.project = Ranked{*text, 1, earliest_wins(time)};
    return say(std::move(facts));
}

Status Thread::project_of(std::string_view environment, Time time) {
    if (has_project_) return done();
    struct Spelling {
        std::string_view before{};
        std::string_view after{};
    };
    for (const Spelling& spelling :
         {Spelling{"<cwd>", "</cwd>"}, Spelling{"Current working directory: ", "\n"}}) {
        const std::size_t at = environment.find(spelling.before);
        if (at == std::string_view::npos) continue;
        const std::string_view rest = environment.substr(at + spelling.before.size());
        const std::size_t end = rest.find(spelling.after);
        if (end == 0 || end == std::string_view::npos) continue;
        has_project_ = true;
        ChatFacts facts;
        facts.project = Ranked{std::string(rest.substr(0, end)), 1, earliest_wins(time)};
        return say(std::move(facts));
    }
    return done();
}

Status Thread::prompt(std::string_view text, Time time) {
    if (has_prompt_ || is_blank(text)) return done();
    has_prompt_ = true;
    ChatFacts facts;
    facts.title = Ranked{as_title(text), k_rank_prompt, earliest_wins(time)};
    return say(std::move(facts));
}

// Names without a time of their own: of several, the last one wins.
Status Thread::name(const json::Value& value, std::string_view of, Time time) {
    const std::optional<std::string> text = short_text(value);
    if (!text || is_blank(*text) || (!of.empty() && of != provider_id_)) return done();
    constexpr std::int64_t k_most = 999; // times are milliseconds
    const std::int64_t order = std::min(names_++, k_most);
    ChatFacts facts;
    facts.title = Ranked{*text, k_rank_name, time ? Time(*time + order) : Time()};
    return say(std::move(facts));
}

Status Thread::started(std::string_view thread, const Uuid& event) {
    if (thread.empty() || thread == provider_id_) return done();
    return sink_.link({chat_id(k_format, thread), id_, event});
}

} // namespace kato::codex
