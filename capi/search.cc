// kato/search.h: a query's hits.
#include "arguments.h"
#include "handle.h"

#include <kato/search.h>

using namespace kato;
using namespace kato::capi;

namespace {
constexpr std::uint64_t k_default_limit = 20;
constexpr std::uint64_t k_max_limit = 10000;
} // namespace

struct kato_search_cursor {
    OpenStorePtr open;
    SearchResults results;
    std::size_t next = 0;
    // The hit that the getters speak of.
    IdText chat;
    IdText event;
    std::string title;
    std::string snippet;
    std::string_view kind;
    double score = 0;
    Time time;
};

kato_status kato_search(const kato_store* store, const char* query, size_t query_len,
                        const kato_search_options* options, kato_search_cursor** out,
                        kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        auto cursor = std::make_unique<kato_search_cursor>();
        KATO_TRY(cursor->open, enter(store));
        KATO_TRY(const std::string_view text, required_text(query, query_len, "query"));
        KATO_CHECK(check_options(options));
        const kato_search_options given = copy_options(options);
        if (given.limit > k_max_limit)
            return Error{Code::limit, "more than 10000 hits were asked for"};
        SearchOptions wanted;
        wanted.limit = given.limit != 0 ? given.limit : k_default_limit;
        wanted.offset = given.offset;
        wanted.stop = stop_by(given.cancel);
        KATO_TRY(cursor->results, cursor->open->store->search(text, wanted));
        *out = cursor.release();
        return KATO_OK;
    });
}

kato_status kato_search_next(kato_search_cursor* cursor, kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        if (cursor == nullptr) return misuse("`cursor` is required");
        KATO_CHECK(enter(*cursor->open));
        if (cursor->next == cursor->results.hits.size()) return KATO_DONE;
        const SearchHit& hit = cursor->results.hits[cursor->next];
        std::string title = hit.title; // copied, so that a failure leaves the hit before in place
        std::string snippet = hit.snippet;
        make_valid(title);
        make_valid(snippet);
        ++cursor->next;
        cursor->title = std::move(title);
        cursor->snippet = std::move(snippet);
        cursor->chat.set(hit.chat);
        cursor->event.set(hit.event);
        cursor->kind = kind_name(hit.kind);
        cursor->score = hit.score;
        cursor->time = hit.time;
        return KATO_OK;
    });
}

const char* kato_search_chat(const kato_search_cursor* cursor, size_t* len) {
    return give(cursor != nullptr ? cursor->chat.view() : std::string_view(), len);
}

const char* kato_search_title(const kato_search_cursor* cursor, size_t* len) {
    return give(cursor != nullptr ? std::string_view(cursor->title) : std::string_view(), len);
}

const char* kato_search_event(const kato_search_cursor* cursor, size_t* len) {
    return give(cursor != nullptr ? cursor->event.view() : std::string_view(), len);
}

const char* kato_search_kind(const kato_search_cursor* cursor, size_t* len) {
    return give(cursor != nullptr ? cursor->kind : std::string_view(), len);
}

const char* kato_search_snippet(const kato_search_cursor* cursor, size_t* len) {
    return give(cursor != nullptr ? std::string_view(cursor->snippet) : std::string_view(), len);
}

double kato_search_score(const kato_search_cursor* cursor) {
    return cursor != nullptr ? cursor->score : 0.0;
}

int64_t kato_search_time_us(const kato_search_cursor* cursor) {
    return cursor != nullptr ? give(cursor->time) : KATO_TIME_NONE;
}

uint64_t kato_search_matches(const kato_search_cursor* cursor) {
    return cursor != nullptr ? cursor->results.matches : 0;
}

const char* kato_search_ranked(const kato_search_cursor* cursor, size_t* len) {
    const bool recent = cursor != nullptr && cursor->results.recent_only;
    return give(recent ? std::string_view("recent") : std::string_view("all"), len);
}

void kato_search_free(kato_search_cursor* cursor) {
    const std::unique_ptr<kato_search_cursor> owned(cursor);
}
