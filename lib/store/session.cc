// What a reader says of chats, written to the store: facts, token usage, links and marks.
#include "store/session.h"

#include "store/keys.h"

#include <tuple>

namespace kato {
namespace {

constexpr std::size_t k_recent = 50'000;

std::int64_t at(const Time& time) { return time ? *time : INT64_MIN; }

bool outranks(const Ranked& a, std::string_view value, std::int64_t rank, const Time& time) {
    if (a.rank != rank) return a.rank > rank;
    if (at(a.time) != at(time)) return at(a.time) > at(time);
    return a.value > value;
}

} // namespace

Session::Session(StoreWriter& writer, std::shared_ptr<void> keep_alive, ImportShare* share)
    : keep_alive_(std::move(keep_alive)), change_(writer), db_(writer.db()),
      now_us_(writer.environment().now_us()), last_events_(k_recent), calls_(k_recent) {
    if (share != nullptr) change_.share(*share);
}

Session::~Session() = default;

Result<Session::ChatState*> Session::chat_state(const Uuid& id) {
    const auto [slot, made] = chats_.try_emplace(id);
    ChatState& state = slot->second;
    if (!made) return &state;
    Query find(db_,
               "SELECT c.n, u.deleted, u.purged FROM chat c LEFT JOIN chat_user u ON u.chat = c.n "
               "WHERE c.id = ?");
    auto row = find.bind(1, id).step();
    if (row && *row) {
        state.n = find.integer(0);
        state.hidden = !find.is_null(1);
        state.purged = !find.is_null(2);
        return &state;
    }
    if (row) {
        Query insert(db_, "INSERT INTO chat (id, provider) VALUES (?, ?)");
        const Status status = insert.bind(1, id).bind_text(2, info_.format).run();
        if (status) {
            state.n = db_.last_rowid();
            state.fresh = state.dirty = true;
            counts_.changed = true;
            return &state;
        }
        chats_.erase(slot);
        return status.error();
    }
    chats_.erase(slot);
    return std::move(row.error());
}

Status Session::chat(ChatFacts facts) {
    KATO_TRY(ChatState * state, chat_state(facts.id));
    for (const Time& time : {facts.head_time, facts.title ? facts.title->time : Time()})
        if (at(time) > at(as_of_)) as_of_ = time;
    if (state->purged) return done();
    Db& db = db_;
    Query row(
        db,
        "SELECT title, title_rank, title_time, project, project_rank, project_time, parent_chat, "
        "forked_from, provider_id, created, extra, head_record, head_time FROM chat WHERE n = ?");
    KATO_TRY(const bool there, row.bind(1, state->n).step());
    if (!there) return Error{Code::corrupt, "a chat's row has gone"};
    if (facts.title && !facts.title->value.empty() &&
        (row.is_null(0) ||
         outranks(*facts.title, row.text(0), row.integer(1), row.optional_integer(2)))) {
        Query set(db, "UPDATE chat SET title = ?, title_rank = ?, title_time = ? WHERE n = ?");
        set.bind_text(1, facts.title->value).bind(2, std::int64_t{facts.title->rank});
        KATO_CHECK(set.bind(3, facts.title->time).bind(4, state->n).run());
        if (row.text(0) != facts.title->value) counts_.changed = true;
    }
    if (facts.project && !facts.project->value.empty() &&
        (row.is_null(3) ||
         outranks(*facts.project, row.text(3), row.integer(4), row.optional_integer(5)))) {
        Query set(db,
                  "UPDATE chat SET project = ?, project_rank = ?, project_time = ? WHERE n = ?");
        set.bind_text(1, facts.project->value).bind(2, std::int64_t{facts.project->rank});
        KATO_CHECK(set.bind(3, facts.project->time).bind(4, state->n).run());
        if (row.text(3) != facts.project->value) counts_.changed = true;
    }
    const std::optional<Uuid> parent = smaller(row.uuid(6), facts.parent_chat);
    const std::optional<Uuid> fork = smaller(row.uuid(7), facts.forked_from);
    const bool new_id = !facts.provider_id.empty() && row.is_null(8);
    const bool new_created = facts.created && row.is_null(9);
    const bool new_extra = !facts.extra.empty() && row.is_null(10);
    if (parent != row.uuid(6) || fork != row.uuid(7) || new_id || new_created || new_extra) {
        Query set(db, "UPDATE chat SET parent_chat = ?, forked_from = ?, provider_id = "
                      "ifnull(provider_id, ?), "
                      "created = ifnull(created, ?), extra = ifnull(extra, ?) WHERE n = ?");
        set.bind(1, parent)
            .bind(2, fork)
            .bind_optional(3, facts.provider_id)
            .bind(4, facts.created);
        KATO_CHECK(set.bind_optional(5, facts.extra).bind(6, state->n).run());
        if (fork != row.uuid(7)) state->fork_changed = state->dirty = true;
        counts_.changed = true;
    }
    if (facts.head_record &&
        (row.is_null(11) || std::make_tuple(at(facts.head_time), *facts.head_record) >
                                std::make_tuple(at(row.optional_integer(12)), *row.uuid(11)))) {
        Query set(db, "UPDATE chat SET head_record = ?, head_time = ? WHERE n = ?");
        KATO_CHECK(set.bind(1, facts.head_record).bind(2, facts.head_time).bind(3, state->n).run());
        if (facts.head_record != row.uuid(11)) counts_.changed = state->dirty = true;
    }
    if (!facts.provider.empty() && state->fresh) {
        Query set(db, "UPDATE chat SET provider = ? WHERE n = ? AND provider <> ?1");
        KATO_CHECK(set.bind_text(1, facts.provider).bind(2, state->n).run());
    }
    if (facts.user_title || facts.user_head) {
        const std::string user_title = facts.user_title.value_or(""); // borrowed below
        Query set(db,
                  "INSERT INTO chat_user (chat, title, head) VALUES (?1, ?2, ?3) ON CONFLICT "
                  "(chat) DO UPDATE "
                  "SET title = ifnull(title, ?2), head = ifnull(head, ?3) "
                  "WHERE (title IS NULL AND ?2 IS NOT NULL) OR (head IS NULL AND ?3 IS NOT NULL)");
        set.bind(1, state->n).bind_optional(2, user_title).bind(3, facts.user_head);
        KATO_CHECK(set.run());
        if (db.changes() > 0) counts_.changed = true;
    }
    for (const std::string& tag : facts.tags) {
        Query insert(db, "INSERT OR IGNORE INTO tag (chat, value) VALUES (?, ?)");
        KATO_CHECK(insert.bind(1, state->n).bind_text(2, tag).run());
        if (db.changes() > 0) counts_.changed = true;
    }
    return done();
}

Status Session::usage(const Uuid& chat, Usage usage) {
    KATO_TRY(ChatState * state, chat_state(chat));
    if (state->purged) return done();
    Query merge(
        db_,
        "INSERT INTO usage (chat, response, model, input, output, cache_read, cache_write, "
        "reasoning, "
        "approximate) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (chat, response) DO "
        "UPDATE SET "
        "model = max(ifnull(model, ''), ifnull(excluded.model, '')), input = max(input, "
        "excluded.input), "
        "output = max(output, excluded.output), cache_read = max(cache_read, excluded.cache_read), "
        "cache_write = max(cache_write, excluded.cache_write), reasoning = max(reasoning, "
        "excluded.reasoning), "
        "approximate = min(approximate, excluded.approximate) "
        "WHERE ifnull(excluded.model, '') > ifnull(model, '') OR excluded.input > input OR "
        "excluded.output > output OR excluded.cache_read > cache_read OR "
        "excluded.cache_write > cache_write OR excluded.reasoning > reasoning OR "
        "excluded.approximate < approximate");
    merge.bind(1, state->n)
        .bind_text(2, usage.response)
        .bind_optional(3, usage.model)
        .bind(4, usage.input);
    merge.bind(5, usage.output)
        .bind(6, usage.cache_read)
        .bind(7, usage.cache_write)
        .bind(8, usage.reasoning);
    KATO_CHECK(merge.bind(9, std::int64_t{usage.approximate ? 1 : 0}).run());
    if (db_.changes() > 0) counts_.changed = true;
    return done();
}

Status Session::mark(const Uuid& chat, const Uuid& record, std::uint32_t first_block,
                     std::uint32_t flags) {
    KATO_TRY(ChatState * state, chat_state(chat));
    if (!state->purged)
        marks_.push_back({state, record, first_block, flags & ~std::uint32_t{k_not_shown}});
    return done();
}

Status Session::link(const ChatLink& link) {
    Query insert(db_, "INSERT OR IGNORE INTO chat_link (child, parent, event) VALUES (?, ?, ?)");
    KATO_CHECK(insert.bind(1, link.child).bind(2, link.parent).bind(3, link.event).run());
    if (db_.changes() > 0) counts_.changed = true;
    return done();
}

} // namespace kato
