#include "store/search.h"

#include "store/bodies.h"
#include "store/index.h"
#include "store/search_filter.h"
#include "store/search_match.h"
#include "store/snippet.h"
#include "store/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>
#include <vector>

namespace kato {
namespace {

// Of very many matches, when a filter keeps few: how many are looked at before what passed is enough.
constexpr std::uint64_t k_enough_examined = 20'000;
constexpr std::uint64_t k_enough_passed = 500;
constexpr std::uint64_t k_stop_step = 1024; // rows between two questions whether to go on
constexpr double k_recency_weight = 0.1;    // the newest event scores so much more
constexpr double k_recency_half_life_us = 90.0 * 24 * 3600 * 1e6;
constexpr const char* k_rows_type = "kato-rows";

Error cancelled() { return Error{Code::cancelled, "the search was cancelled"}; }

// Rows in falling order, asked for in that order.
struct Rows {
    const std::vector<std::int64_t>* rows = nullptr;
    std::size_t at = 0;
};

void is_wanted(sqlite3_context* context, int, sqlite3_value** values) {
    auto* rows = static_cast<Rows*>(sqlite3_value_pointer(values[0], k_rows_type));
    const std::int64_t n = sqlite3_value_int64(values[1]);
    bool found = false;
    if (rows != nullptr) {
        while (rows->at < rows->rows->size() && (*rows->rows)[rows->at] > n) ++rows->at;
        found = rows->at < rows->rows->size() && (*rows->rows)[rows->at] == n;
    }
    sqlite3_result_int(context, found ? 1 : 0);
}

struct Candidate {
    std::int64_t n = 0;
    double score = 0;
    std::int64_t time = INT64_MIN;
};

bool better(const Candidate& a, const Candidate& b) {
    return std::tie(a.score, a.time, a.n) > std::tie(b.score, b.time, b.n);
}

class Search {
public:
    Search(Db& db, const SearchOptions& options)
        : db_(db), bodies_(db), options_(options), filter_(db) {}

    Result<SearchResults> run(const SearchQuery& query, bool has_index);

private:
    std::uint64_t wanted() const {
        return options_.offset + std::min(options_.limit, UINT64_MAX - options_.offset);
    }
    bool stopped(std::uint64_t count) const {
        return count % k_stop_step == 0 && options_.stop && options_.stop();
    }
    Error of_index(Error error) const;
    Status match();
    Status collect(std::uint64_t most);
    Status rank(const std::vector<std::int64_t>& rows);
    Status rank_newest(std::uint64_t most);
    void bind_ranking(Query& query, int first) const; // the arguments of kato_bm25
    Status take(Query& query);
    Status add_recency();
    Status browse();
    Status browse_chat(std::int64_t chat);
    Status show(const Tokenizer& tokenizer);
    Result<std::string> text_of(const Query& row, Kind kind);

    Db& db_;
    BodyReader bodies_;
    const SearchOptions& options_;
    SearchFilter filter_;
    FullTextQuery compiled_{};
    std::vector<Candidate> candidates_{};
    SearchResults results_{};
    // For browse: the least of the best is on top.
    std::priority_queue<Candidate, std::vector<Candidate>, decltype(&better)> best_{&better};
};

// What SQLite says of a full-text query or of the index is not for people.
Error Search::of_index(Error error) const {
    Error out{error.code, "the search index could not be read"};
    out.sqlite_error = error.sqlite_error;
    if (error.code == Code::corrupt || error.code == Code::failed) {
        out.code = Code::corrupt;
        out.message = "the search index is damaged";
        out.hint = "run: kato doctor";
    } else if (error.code == Code::busy || error.code == Code::cancelled) {
        return error;
    }
    return out;
}

Status Search::take(Query& query) {
    for (std::uint64_t count = 1;; ++count) {
        auto row = query.step();
        if (!row) return of_index(std::move(row.error()));
        if (!*row) return done();
        if (stopped(count)) return cancelled();
        candidates_.push_back({query.integer(0), -query.real(1)});
    }
}

void Search::bind_ranking(Query& query, int first) const {
    query.bind(first, std::int64_t{compiled_.phrases});
    query.bind(first + 1, static_cast<std::int64_t>(results_.matches));
}

Status Search::rank_newest(std::uint64_t most) {
    Query query(
        db_,
        "SELECT rowid, kato_bm25(fts, ?3, ?4) FROM idx.fts WHERE fts MATCH ?1 ORDER BY rowid DESC "
        "LIMIT ?2");
    query.bind_text(1, compiled_.match).bind(2, static_cast<std::int64_t>(most));
    bind_ranking(query, 3);
    return take(query);
}

Status Search::rank(const std::vector<std::int64_t>& rows) {
    if (rows.empty()) return done();
    Rows asked{&rows};
    Query query(db_,
                "SELECT rowid, kato_bm25(fts, ?5, ?6) FROM idx.fts WHERE fts MATCH ?1 AND rowid "
                "BETWEEN ?2 AND ?3 AND kato_wanted(?4, rowid) ORDER BY rowid DESC");
    query.bind_text(1, compiled_.match).bind(2, rows.back()).bind(3, rows.front());
    bind_ranking(query, 5);
    return take(query.bind_pointer(4, &asked, k_rows_type));
}

// The newest matches that pass the filters.
Status Search::collect(std::uint64_t most) {
    std::vector<std::int64_t> rows;
    const std::uint64_t enough = std::max(k_enough_passed, std::min(wanted(), most));
    {
        Query query(db_, "SELECT rowid FROM idx.fts WHERE fts MATCH ? ORDER BY rowid DESC");
        query.bind_text(1, compiled_.match);
        for (std::uint64_t count = 1;; ++count) {
            auto row = query.step();
            if (!row) return of_index(std::move(row.error()));
            if (!*row) break;
            if (stopped(count)) return cancelled();
            if (rows.size() >= most || (count > k_enough_examined && rows.size() >= enough)) {
                results_.recent_only = true;
                break;
            }
            const std::int64_t n = query.integer(0);
            KATO_TRY(const bool fits, filter_.event_fits(n));
            if (fits) rows.push_back(n);
        }
    }
    return rank(rows);
}

Status Search::match() {
    {
        Query count(db_, "SELECT count(*) FROM idx.fts WHERE fts MATCH ?");
        auto row = count.bind_text(1, compiled_.match).step();
        if (!row) return of_index(std::move(row.error()));
        results_.matches = static_cast<std::uint64_t>(count.integer(0));
    }
    if (results_.matches == 0) return done();
    // Whoever asks for more than are usually ranked gets them.
    const std::uint64_t most = std::max(k_max_ranked, std::min(wanted(), 4 * k_max_ranked));
    if (!filter_.empty()) {
        KATO_CHECK(collect(most));
    } else {
        results_.recent_only = results_.matches > most;
        KATO_CHECK(rank_newest(most));
    }
    return add_recency();
}

// Looks up the times of those only that could be among the best.
Status Search::add_recency() {
    std::sort(candidates_.begin(), candidates_.end(), better);
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(wanted(), candidates_.size()));
    if (count == 0) return done();
    KATO_TRY(const std::int64_t newest, db_.integer("SELECT ifnull(max(last_time), 0) FROM chat"));
    const double least = candidates_[count - 1].score;
    std::size_t looked_up = 0;
    for (Candidate& candidate : candidates_) {
        if (candidate.score * (1 + k_recency_weight) < least) break;
        ++looked_up;
        Query row(db_, "SELECT time FROM event INDEXED BY event_facts WHERE n = ?");
        KATO_TRY(const bool there, row.bind(1, candidate.n).step());
        if (!there || row.is_null(0)) continue;
        candidate.time = row.integer(0);
        const double age =
            std::max(0.0, static_cast<double>(newest) - static_cast<double>(candidate.time));
        candidate.score *= 1 + k_recency_weight * std::exp2(-age / k_recency_half_life_us);
    }
    candidates_.resize(looked_up);
    std::sort(candidates_.begin(), candidates_.end(), better);
    return done();
}

Status Search::browse_chat(std::int64_t chat) {
    Query query(db_, "SELECT n, kind, time, model FROM event WHERE chat = ? AND shown = 1");
    query.bind(1, chat);
    for (std::uint64_t count = 1;; ++count) {
        KATO_TRY(const bool row, query.step());
        if (!row) return done();
        if (stopped(count)) return cancelled();
        const std::int64_t kind = query.integer(1);
        if (!filter_.fits({chat, kind, query.optional_integer(2), query.integer(3)})) continue;
        ++results_.matches;
        best_.push({query.integer(0), 0, query.optional_integer(2).value_or(INT64_MIN)});
        if (best_.size() > wanted()) best_.pop();
    }
}

// Filters alone: the newest events that pass them.
Status Search::browse() {
    Query chats(db_, "SELECT n, last_time FROM chat ORDER BY last_time DESC");
    for (std::uint64_t count = 1;; ++count) {
        KATO_TRY(const bool row, chats.step());
        if (!row) break;
        if (stopped(count)) return cancelled();
        const std::int64_t last = chats.optional_integer(1).value_or(INT64_MIN);
        if (!filter_.chat_fits(chats.integer(0))) continue;
        if (best_.size() >= wanted() && !best_.empty() && last < best_.top().time) {
            results_.recent_only = true;
            break;
        }
        KATO_CHECK(browse_chat(chats.integer(0)));
    }
    for (; !best_.empty(); best_.pop()) candidates_.push_back(best_.top());
    std::reverse(candidates_.begin(), candidates_.end());
    return done();
}

Result<std::string> Search::text_of(const Query& row, Kind kind) {
    constexpr int k_text = 4, k_text_body = 5, k_name = 6, k_data = 7, k_data_body = 8;
    const std::size_t limit =
        kind == Kind::assistant_tool_result ? k_indexed_result_bytes : k_indexed_text_bytes;
    std::string text(row.text(k_text));
    std::string data(row.text(k_data));
    if (!row.is_null(k_text_body)) {
        KATO_TRY(text, bodies_.read_start(row.integer(k_text_body), limit));
    }
    if (!row.is_null(k_data_body)) {
        KATO_TRY(data, bodies_.read_start(row.integer(k_data_body), k_indexed_text_bytes));
    }
    if (!is_indexed(kind)) return text.empty() ? data : text;
    return index_text(kind, text, row.text(k_name), data);
}

Status Search::show(const Tokenizer& tokenizer) {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (i < options_.offset) continue;
        if (results_.hits.size() >= options_.limit) break;
        if (options_.stop && options_.stop()) return cancelled();
        Query row(db_, "SELECT e.id, e.kind, e.time, e.chat, e.text, e.text_body, m.value, e.data, "
                       "e.data_body, c.id, "
                       "coalesce(u.title, c.title) FROM event e JOIN chat c ON c.n = e.chat "
                       "LEFT JOIN chat_user u ON u.chat = e.chat LEFT JOIN name m ON m.n = e.name "
                       "WHERE e.n = ? AND e.shown = 1 AND u.deleted IS NULL");
        KATO_TRY(const bool there, row.bind(1, candidates_[i].n).step());
        if (!there) continue; // the index is behind
        const std::int64_t kind = row.integer(1);
        if (kind < 1 || kind > k_kind_count) continue;
        SearchHit hit;
        hit.event = row.uuid(0).value_or(Uuid{});
        hit.kind = static_cast<Kind>(kind);
        hit.time = row.optional_integer(2);
        hit.chat = row.uuid(9).value_or(Uuid{});
        hit.title = row.text(10);
        hit.score = candidates_[i].score;
        KATO_TRY(const std::string text, text_of(row, hit.kind));
        KATO_TRY(hit.snippet, make_snippet(tokenizer, text, compiled_.patterns));
        results_.hits.push_back(std::move(hit));
    }
    return done();
}

Result<SearchResults> Search::run(const SearchQuery& query, bool has_index) {
    KATO_TRY(const Tokenizer tokenizer, Tokenizer::make(db_));
    SearchQuery asked = query;
    if (asked.all.empty() &&
        asked.kinds == 0) // what people said, unless they ask for something else
        asked.not_kinds |= 1U << static_cast<unsigned>(Kind::provider_info) |
                           1U << static_cast<unsigned>(Kind::provider_raw);
    if (!asked.all.empty()) {
        KATO_TRY(compiled_, compile_query(tokenizer, asked));
    }
    SearchQuery filters = asked;
    if (!asked.all.empty()) filters.kinds = filters.not_kinds = 0; // the index knows them
    KATO_CHECK(filter_.prepare(filters));
    if (asked.all.empty()) {
        KATO_CHECK(browse());
    } else {
        if (!has_index) {
            Error error{Code::not_found, "there is no search index that can be read"};
            error.hint = "opening the workspace for writing builds it";
            return error;
        }
        KATO_CHECK(match());
    }
    KATO_CHECK(show(tokenizer));
    return std::move(results_);
}

} // namespace

Result<SearchResults> search_store(const Readers::Lease& lease, std::string_view query,
                                   const SearchOptions& options) {
    KATO_TRY(const SearchQuery parsed, parse_query(query));
    Transaction snapshot(lease.db());
    KATO_CHECK(snapshot.begin_read());
    return Search(lease.db(), options).run(parsed, lease.has_index());
}

Status register_search(Db& db) {
    const int rc =
        sqlite3_create_function_v2(db.handle(), "kato_wanted", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                   nullptr, is_wanted, nullptr, nullptr, nullptr);
    if (rc != SQLITE_OK) return db.error(rc);
    return done();
}

} // namespace kato
