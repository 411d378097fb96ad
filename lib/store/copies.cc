#include "store/copies.h"

#include "store/keys.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

namespace kato {
namespace {

void sort_unique(std::vector<std::int64_t>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

std::uint64_t content_key(std::string_view head, std::string_view text, std::string_view data,
                          std::optional<std::int64_t> text_body,
                          std::optional<std::int64_t> data_body) {
    const std::string lengths =
        fmt::format("{} {} {} {} {} ", head.size(), text.size(), data.size(), text_body.value_or(0),
                    data_body.value_or(0));
    Blake128 hash;
    for (const std::string_view part : {std::string_view(lengths), head, text, data})
        hash.update(part);
    const Key128 key = hash.finish();
    return short_key(as_view(key));
}

Status set_copy(Db& db, std::int64_t event, std::int64_t original) {
    Query set(db, "UPDATE event SET copy_of = ? WHERE n = ?");
    if (original != 0) set.bind(1, original);
    return set.bind(2, event).run();
}

// Of the events that are alike.
struct Like {
    std::int64_t n = 0;
    std::int64_t chat = 0;
    std::int64_t copy_of = 0;
    bool counts = false; // shown, in a chat that is not deleted
    Uuid id{};
    Uuid chat_id{};
    std::optional<Uuid> forked_from{};
};

// The original is in the chat that is no fork of another one among them; of several such the least id.
const Like* original_of(const std::vector<Like>& group) {
    std::unordered_set<Uuid, UuidHash> chats;
    for (const Like& like : group)
        if (like.counts) chats.insert(like.chat_id);
    if (chats.size() < 2) return nullptr;
    const auto rank = [&](const Like& like) {
        const bool fork = like.forked_from && *like.forked_from != like.chat_id &&
                          chats.contains(*like.forked_from);
        return std::make_tuple(fork, like.chat_id, like.id);
    };
    const Like* best = nullptr;
    for (const Like& like : group)
        if (like.counts && (best == nullptr || rank(like) < rank(*best))) best = &like;
    return best;
}

Status settle_group(Db& db, std::int64_t likeness, Ripples& ripples) {
    std::vector<Like> group;
    {
        Query query(
            db, "SELECT e.n, e.chat, e.copy_of, e.shown = 1 AND u.deleted IS NULL, e.id, c.id, "
                "c.forked_from "
                "FROM event e JOIN chat c ON c.n = e.chat LEFT JOIN chat_user u ON u.chat = e.chat "
                "WHERE e.likeness = ?");
        query.bind(1, likeness);
        for (;;) {
            KATO_TRY(const bool there, query.step());
            if (!there) break;
            Like like;
            like.n = query.integer(0);
            like.chat = query.integer(1);
            like.copy_of = query.integer(2);
            like.counts = query.integer(3) != 0;
            like.id = query.uuid(4).value_or(Uuid());
            like.chat_id = query.uuid(5).value_or(Uuid());
            like.forked_from = query.uuid(6);
            group.push_back(like);
        }
    }
    const Like* original = original_of(group);
    for (const Like& like : group) {
        std::int64_t copy_of = 0;
        if (original != nullptr && like.counts && like.chat != original->chat) {
            // The key is short: make sure.
            Query same(
                db,
                "SELECT 1 FROM event a, event b WHERE a.n = ?1 AND b.n = ?2 AND a.block = b.block "
                "AND a.record_name IS b.record_name AND a.kind = b.kind AND a.text IS b.text "
                "AND a.text_body IS b.text_body AND a.data IS b.data AND a.data_body IS "
                "b.data_body");
            KATO_TRY(const bool there, same.bind(1, like.n).bind(2, original->n).step());
            if (there) copy_of = original->n;
        }
        if (copy_of == like.copy_of) continue;
        KATO_CHECK(set_copy(db, like.n, copy_of));
        ripples.events.push_back(like.n);
        ripples.chats.push_back(like.chat);
    }
    return done();
}

// Forks: a chat has at most one that it was forked from.
class Forks {
public:
    explicit Forks(Db& db) : db_(db) {}

    // The chat it was forked from, or 0: none, not here, deleted, or a circle of which this is the least.
    Result<std::int64_t> parent(std::int64_t chat) {
        std::vector<std::int64_t> way;
        std::unordered_set<std::int64_t> seen;
        std::int64_t at = chat;
        while (at != 0 && !parents_.contains(at) && seen.insert(at).second) {
            way.push_back(at);
            KATO_TRY(const Node here, node(at));
            at = here.parent;
        }
        for (const std::int64_t one : way) parents_[one] = nodes_[one].parent;
        if (seen.contains(at)) { // the way ends in a circle, which begins there
            std::int64_t least = at;
            for (std::int64_t one = nodes_[at].parent; one != at; one = nodes_[one].parent)
                if (nodes_[one].id < nodes_[least].id) least = one;
            parents_[least] = 0;
        }
        return parents_[chat];
    }

    // The chats and all that descend from them; whoever comes before its forks.
    Result<std::vector<std::int64_t>> order(const std::vector<std::int64_t>& chats) {
        std::vector<std::int64_t> all = chats;
        std::unordered_set<std::int64_t> known(chats.begin(), chats.end());
        for (std::size_t i = 0; i < all.size(); ++i) {
            Query forks(db_,
                        "SELECT f.n FROM chat c JOIN chat f ON f.forked_from = c.id WHERE c.n = ?");
            forks.bind(1, all[i]);
            for (;;) {
                KATO_TRY(const bool there, forks.step());
                if (!there) break;
                if (known.insert(forks.integer(0)).second) all.push_back(forks.integer(0));
            }
        }
        std::vector<std::pair<std::size_t, std::int64_t>> depths;
        for (const std::int64_t chat : all) {
            KATO_TRY(const std::size_t depth, depth_of(chat));
            KATO_TRY(const Node here, node(chat));
            if (here.fork) depths.emplace_back(depth, chat);
        }
        std::sort(depths.begin(), depths.end());
        std::vector<std::int64_t> out;
        out.reserve(depths.size());
        for (const auto& [depth, chat] : depths) out.push_back(chat);
        return out;
    }

private:
    struct Node {
        Uuid id{};
        std::int64_t parent = 0; // 0 too when that chat is not here
        bool fork = false;
    };
    Result<Node> node(std::int64_t chat) {
        if (const auto found = nodes_.find(chat); found != nodes_.end()) return found->second;
        Query query(db_, "SELECT c.id, p.n, c.forked_from IS NOT NULL FROM chat c LEFT JOIN chat p "
                         "ON p.id = c.forked_from AND p.n <> c.n "
                         "AND NOT EXISTS (SELECT 1 FROM chat_user u WHERE u.chat = p.n AND "
                         "u.deleted IS NOT NULL) "
                         "WHERE c.n = ?");
        KATO_TRY(const bool there, query.bind(1, chat).step());
        Node out;
        if (there) {
            out.id = query.uuid(0).value_or(Uuid());
            out.parent = query.integer(1);
            out.fork = query.integer(2) != 0;
        }
        nodes_[chat] = out;
        return out;
    }

    // How many parents are above it.
    Result<std::size_t> depth_of(std::int64_t chat) {
        std::vector<std::int64_t> way;
        std::int64_t at = chat;
        while (at != 0 && !depths_.contains(at)) {
            way.push_back(at);
            KATO_TRY(at, parent(at));
        }
        std::size_t depth = at == 0 ? 0 : depths_[at] + 1;
        for (auto one = way.rbegin(); one != way.rend(); ++one) depths_[*one] = depth++;
        return depths_[chat];
    }

    Db& db_;
    // By chat, so that each one of a long chain of forks is looked at once.
    std::unordered_map<std::int64_t, Node> nodes_;
    std::unordered_map<std::int64_t, std::int64_t> parents_;
    std::unordered_map<std::int64_t, std::size_t> depths_;
};

struct Step {
    std::int64_t n = 0;
    std::int64_t copy_of = 0;
    std::uint64_t content = 0;
    bool named = false; // has a likeness, which decides
};

// What was said in a chat, in its canonical order.
Result<std::vector<Step>> steps_of(Db& db, std::int64_t chat) {
    std::unordered_map<std::int64_t, Step> by_row;
    {
        Query query(db, "SELECT n, copy_of, kind, role, name, text, data, text_body, data_body, "
                        "likeness FROM event "
                        "WHERE chat = ? AND shown = 1 AND kind < 9");
        query.bind(1, chat);
        for (;;) {
            KATO_TRY(const bool there, query.step());
            if (!there) break;
            Step step;
            step.n = query.integer(0);
            step.copy_of = query.integer(1);
            const std::string head =
                fmt::format("{} {} {}", query.integer(2), query.integer(3), query.integer(4));
            step.content = content_key(head, query.text(5), query.text(6),
                                       query.optional_integer(7), query.optional_integer(8));
            step.named = !query.is_null(9);
            by_row[step.n] = step;
        }
    }
    std::vector<Step> steps;
    if (by_row.empty()) return steps;
    KATO_TRY(const ChatRows all, load_links(db, chat));
    for (const Visit& visit : pre_order(all.rows)) {
        const auto found = by_row.find(all.rows[visit.row].n);
        if (found != by_row.end()) steps.push_back(found->second);
    }
    return steps;
}

Status settle_fork(Db& db, std::int64_t chat, std::int64_t parent, Ripples& ripples) {
    {
        Query any(db,
                  "SELECT 1 FROM event WHERE chat = ? AND likeness IS NULL AND kind < 9 LIMIT 1");
        KATO_TRY(const bool unnamed, any.bind(1, chat).step());
        if (!unnamed) return done();
        Query clear(
            db, "UPDATE event SET copy_of = NULL WHERE chat = ? AND shown = 0 AND likeness IS NULL "
                "AND copy_of IS NOT NULL");
        KATO_CHECK(clear.bind(1, chat).run());
    }
    std::vector<Step> source;
    if (parent != 0) {
        KATO_TRY(source, steps_of(db, parent));
    }
    KATO_TRY(const std::vector<Step> steps, steps_of(db, chat));
    std::size_t next = 0;
    bool repeats = true;
    for (const Step& step : steps) {
        std::int64_t copy_of = 0;
        if (repeats) {
            std::size_t found = next;
            while (found < source.size() && source[found].content != step.content) ++found;
            repeats = found < source.size();
            if (repeats) {
                copy_of = source[found].copy_of != 0 ? source[found].copy_of : source[found].n;
                next = found + 1;
            }
        }
        if (step.named || copy_of == step.copy_of) continue;
        KATO_CHECK(set_copy(db, step.n, copy_of));
        ripples.events.push_back(step.n);
    }
    return done();
}

} // namespace

std::int64_t likeness_of(const EventBody& body, std::string_view record, std::uint32_t block,
                         std::optional<std::int64_t> text_body,
                         std::optional<std::int64_t> data_body) {
    const std::string head =
        fmt::format("{} {} {} {}", static_cast<int>(body.kind), block, body.name, record);
    return static_cast<std::int64_t>(content_key(head, text_body ? std::string_view{} : body.text,
                                                 data_body ? std::string_view{} : body.data,
                                                 text_body, data_body));
}

Status settle_copies(Db& db, Ripples& ripples) {
    sort_unique(ripples.likenesses);
    for (const std::int64_t likeness : ripples.likenesses)
        KATO_CHECK(settle_group(db, likeness, ripples));
    sort_unique(ripples.chats);
    Forks forks(db);
    KATO_TRY(const std::vector<std::int64_t> order, forks.order(ripples.chats));
    for (const std::int64_t chat : order) {
        KATO_TRY(const std::int64_t parent, forks.parent(chat));
        KATO_CHECK(settle_fork(db, chat, parent, ripples));
    }
    sort_unique(ripples.events);
    return done();
}

} // namespace kato
