/* kato/search.h - full-text search. */
#ifndef KATO_SEARCH_H
#define KATO_SEARCH_H

#include <kato/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The results of one query. One thread at a time. Since: 0.1 */
typedef struct kato_search_cursor kato_search_cursor;

typedef struct kato_search_options {
    size_t struct_size;
    uint64_t limit;  /* at most so many hits; default 20, at most 10000 */
    uint64_t offset; /* skip so many first */
    const kato_cancel *cancel;
} kato_search_options;

#define KATO_SEARCH_OPTIONS_INIT \
    { sizeof(kato_search_options), 0u, 0u, NULL }

/* Runs a query: words (all must occur), "phrases", prefix*, -not, OR between alternatives, and the
 * filters provider: kind: project: tag: model: after: before: (dates as 2026-01-31 or RFC 3339).
 * Hits come best first.
 *
 * Errors: KATO_E_INVALID for a malformed query; the detail's "offset" is the place. Since: 0.1 */
KATO_API kato_status kato_search(const kato_store *store, const char *query, size_t query_len,
                                 const kato_search_options *options, kato_search_cursor **out,
                                 kato_error **error);

/* Steps to the next hit, or returns KATO_DONE. The getters below speak of that hit. Since: 0.1 */
KATO_API kato_status kato_search_next(kato_search_cursor *cursor, kato_error **error);

/* Id of the chat. Since: 0.1 */
KATO_API const char *kato_search_chat(const kato_search_cursor *cursor, size_t *len);

/* Title of the chat. Since: 0.1 */
KATO_API const char *kato_search_title(const kato_search_cursor *cursor, size_t *len);

/* Id of the event. Since: 0.1 */
KATO_API const char *kato_search_event(const kato_search_cursor *cursor, size_t *len);

/* Kind of the event. Since: 0.1 */
KATO_API const char *kato_search_kind(const kato_search_cursor *cursor, size_t *len);

/* About 160 characters around the best match; each match between U+0002 and U+0003. Since: 0.1 */
KATO_API const char *kato_search_snippet(const kato_search_cursor *cursor, size_t *len);

/* Higher is better; comparable within one query only. Since: 0.1 */
KATO_API double kato_search_score(const kato_search_cursor *cursor);

/* Since: 0.1 */
KATO_API int64_t kato_search_time_us(const kato_search_cursor *cursor);

/* How many events match, filters aside. Since: 0.1 */
KATO_API uint64_t kato_search_matches(const kato_search_cursor *cursor);

/* "all", or "recent" when only the newest of very many matches were ranked. Since: 0.1 */
KATO_API const char *kato_search_ranked(const kato_search_cursor *cursor, size_t *len);

/* Since: 0.1 */
KATO_API void kato_search_free(kato_search_cursor *cursor);

#ifdef __cplusplus
}
#endif

#endif
