#include "store/chats.h"

#include "base/text.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_max_candidates = 5;
constexpr std::size_t k_short_id = 8;

struct Candidate {
    Uuid id{};
    std::string title{};
};

// As many characters of the ids as tell them apart.
std::string short_id(const Candidate& one, const std::vector<Candidate>& all) {
    const std::string id = to_string(one.id);
    std::size_t length = k_short_id;
    for (const Candidate& other : all) {
        if (other.id == one.id) continue;
        const std::string other_id = to_string(other.id);
        const auto differ = std::mismatch(id.begin(), id.end(), other_id.begin());
        length = std::max(length, static_cast<std::size_t>(differ.first - id.begin()) + 1);
    }
    return id.substr(0, length);
}

Error ambiguous(std::string_view reference, const std::vector<Candidate>& candidates) {
    Error error{Code::ambiguous, fmt::format("{}: {} chats fit", reference, candidates.size())};
    error.hint = "one of: ";
    for (std::size_t i = 0; i < candidates.size() && i < k_max_candidates; ++i) {
        if (i > 0) error.hint += ", ";
        error.hint += short_id(candidates[i], candidates);
        if (!candidates[i].title.empty()) {
            // Titles are other people's text: one short line of it.
            std::string title;
            std::size_t characters = 0;
            for (std::size_t pos = 0; pos < candidates[i].title.size() && characters < 40;
                 ++characters) {
                const std::uint32_t c = next_code_point(candidates[i].title, pos);
                append_utf8(title, c < 0x20 || c == 0x7F ? ' ' : c);
            }
            error.hint += fmt::format(" ({})", title);
        }
    }
    if (candidates.size() > k_max_candidates) error.hint += ", ...";
    return error;
}

Error no_such_chat(std::string_view reference) {
    return Error{Code::not_found, fmt::format("{}: there is no such chat", reference)};
}

Result<std::vector<Candidate>> by_prefix(Db& db, const std::pair<Uuid, Uuid>& range, bool deleted) {
    Query query(
        db,
        "SELECT c.id, coalesce(u.title, c.title) FROM chat c LEFT JOIN chat_user u ON u.chat = c.n "
        "WHERE c.id BETWEEN ?1 AND ?2 AND u.purged IS NULL AND (?3 OR u.deleted IS NULL) ORDER BY "
        "c.id");
    query.bind(1, range.first).bind(2, range.second).bind(3, std::int64_t{deleted ? 1 : 0});
    std::vector<Candidate> out;
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return out;
        out.push_back({query.uuid(0).value_or(Uuid{}), std::string(query.text(1))});
    }
}

Result<std::vector<Candidate>> by_title(Db& db, std::string_view piece, bool deleted) {
    const std::string wanted = fold_case(piece);
    Query query(
        db,
        "SELECT c.id, coalesce(u.title, c.title) FROM chat c LEFT JOIN chat_user u ON u.chat = c.n "
        "WHERE u.purged IS NULL AND (?1 OR u.deleted IS NULL) "
        "AND coalesce(u.title, c.title) IS NOT NULL ORDER BY c.id");
    query.bind(1, std::int64_t{deleted ? 1 : 0});
    std::vector<Candidate> contain;
    std::vector<Candidate> equal;
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) break;
        const std::string title = fold_case(query.text(1));
        if (title.find(wanted) == std::string::npos) continue;
        Candidate candidate{query.uuid(0).value_or(Uuid{}), std::string(query.text(1))};
        if (title == wanted) equal.push_back(candidate);
        contain.push_back(std::move(candidate));
    }
    return equal.empty() ? contain : equal;
}

// What view_of reads.
#define KATO_CHAT_COLUMNS                                                                         \
    "SELECT c.id, c.provider, c.provider_id, c.title, u.title, c.project, c.model, c.extra, "     \
    "c.created, "                                                                                 \
    "c.first_time, c.last_time, coalesce(c.parent_chat, (SELECT parent FROM chat_link WHERE "     \
    "child = c.id "                                                                               \
    "ORDER BY event LIMIT 1)), (SELECT event FROM chat_link WHERE child = c.id AND "              \
    "(c.parent_chat IS NULL OR parent = c.parent_chat) ORDER BY event LIMIT 1), c.forked_from, "  \
    "h.id, u.head, "                                                                              \
    "c.events, u.deleted, c.n, (SELECT id FROM event WHERE id = u.head AND chat = c.n LIMIT 1), " \
    "c.head_record "                                                                              \
    "FROM chat c LEFT JOIN chat_user u ON u.chat = c.n LEFT JOIN event h ON h.n = c.head "

ChatView view_of(const Query& row) {
    ChatView chat;
    chat.id = row.uuid(0).value_or(Uuid{});
    chat.provider = row.text(1);
    chat.provider_id = row.text(2);
    chat.title = row.text(3);
    chat.user_title = row.text(4);
    chat.project = row.text(5);
    chat.model = row.text(6);
    chat.extra = row.text(7);
    chat.created = row.optional_integer(8);
    chat.created_here = chat.created.has_value();
    if (!chat.created) chat.created = row.optional_integer(9);
    chat.updated = row.optional_integer(10);
    if (!chat.updated) chat.updated = chat.created;
    chat.parent_chat = row.uuid(11);
    chat.parent_event = row.uuid(12);
    chat.forked_from = row.uuid(13);
    chat.user_head = row.uuid(15);
    chat.head = row.is_null(19) ? row.uuid(14) : row.uuid(19);
    chat.events = static_cast<std::uint64_t>(row.integer(16));
    chat.deleted = !row.is_null(17);
    chat.head_record = row.uuid(20);
    return chat;
}

} // namespace

Result<Uuid> find_chat(Db& db, std::string_view reference, bool deleted) {
    if (reference.empty())
        return Error{Code::invalid, "a chat is named by its id or a piece of its title"};
    if (const auto range = parse_uuid_prefix(reference)) {
        KATO_TRY(const std::vector<Candidate> found, by_prefix(db, *range, deleted));
        if (found.size() == 1) return found.front().id;
        if (!found.empty()) return ambiguous(reference, found);
    }
    KATO_TRY(const std::vector<Candidate> found, by_title(db, reference, deleted));
    if (found.size() == 1) return found.front().id;
    if (!found.empty()) return ambiguous(reference, found);
    return no_such_chat(reference);
}

Result<ChatView> read_chat(Db& db, const Uuid& id) {
    Query query(db, KATO_CHAT_COLUMNS "WHERE c.id = ?");
    KATO_TRY(const bool row, query.bind(1, id).step());
    if (!row) return no_such_chat(to_string(id));
    ChatView chat = view_of(query);
    Query tags(db, "SELECT value FROM tag WHERE chat = ? ORDER BY value");
    tags.bind(1, query.integer(18));
    for (;;) {
        KATO_TRY(const bool tag, tags.step());
        if (!tag) return chat;
        chat.tags.emplace_back(tags.text(0));
    }
}

Result<std::vector<ChatView>> read_chats(Db& db, const ChatFilter& filter) {
    Query query(
        db, KATO_CHAT_COLUMNS
        "WHERE u.purged IS NULL AND (?1 OR u.deleted IS NULL) AND (?2 IS NULL OR c.provider = ?2) "
        "AND (?3 IS NULL OR instr(c.project, ?3) > 0) "
        "AND (?4 IS NULL OR EXISTS (SELECT 1 FROM tag WHERE chat = c.n AND value = ?4)) "
        "AND (?5 IS NULL OR coalesce(c.last_time, c.created) >= ?5) "
        "AND (?6 IS NULL OR coalesce(c.created, c.first_time) < ?6) "
        "ORDER BY CASE WHEN ?7 THEN coalesce(c.created, c.first_time) "
        "ELSE coalesce(c.last_time, c.created) END DESC, c.id");
    query.bind(1, std::int64_t{filter.deleted ? 1 : 0}).bind_optional(2, filter.provider);
    query.bind_optional(3, filter.project)
        .bind_optional(4, filter.tag)
        .bind(5, filter.after)
        .bind(6, filter.before);
    query.bind(7, std::int64_t{filter.by_created ? 1 : 0});
    const std::string title = fold_case(filter.title);
    std::uint64_t skip = filter.offset;
    std::vector<ChatView> out;
    std::unordered_map<std::int64_t, std::size_t> places;
    while (filter.limit == 0 || out.size() < filter.limit) {
        KATO_TRY(const bool row, query.step());
        if (!row) break;
        if (!title.empty() &&
            fold_case(query.text(query.is_null(4) ? 3 : 4)).find(title) == std::string::npos)
            continue;
        if (skip > 0) {
            --skip;
            continue;
        }
        places.emplace(query.integer(18), out.size());
        out.push_back(view_of(query));
    }
    Query tags(db, "SELECT chat, value FROM tag ORDER BY chat, value");
    while (!out.empty()) {
        KATO_TRY(const bool row, tags.step());
        if (!row) break;
        const auto place = places.find(tags.integer(0));
        if (place != places.end()) out[place->second].tags.emplace_back(tags.text(1));
    }
    return out;
}

} // namespace kato
