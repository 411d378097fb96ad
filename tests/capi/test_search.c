/* Search through the C API: hits, snippets, filters, pages, what is refused. */
#include "fixture.h"

#include <string.h>

/* Number of hits of a query; 20 at most, unless options say otherwise. */
static int hits_of(const kato_store *store, const char *query, const kato_search_options *options) {
    kato_search_cursor *hits = NULL;
    int count = 0;
    CHECK_OK(kato_search(store, query, KATO_NTS, options, &hits, ERR));
    while (kato_search_next(hits, ERR) == KATO_OK) ++count;
    CHECK_STATUS(KATO_DONE, kato_search_next(hits, ERR));
    kato_search_free(hits);
    return count;
}

static void a_hit_says_what_was_found_and_where(void) {
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    kato_search_cursor *hits = NULL;
    kato_event *event = NULL;
    size_t len = 0;
    CHECK_OK(kato_search(store, "overshoot", KATO_NTS, NULL, &hits, ERR));
    CHECK(kato_search_matches(hits) >= 1);
    CHECK_TEXT("all", kato_search_ranked(hits, NULL));
    CHECK_OK(kato_search_next(hits, ERR));
    CHECK_TEXT(chat, kato_search_chat(hits, NULL));
    CHECK(kato_search_title(hits, NULL)[0] != '\0');
    CHECK_HAS(kato_search_snippet(hits, &len), "\x02overshoot\x03");
    CHECK_INT(strlen(kato_search_snippet(hits, NULL)), len);
    CHECK(kato_search_score(hits) > 0 || kato_search_score(hits) < 0);
    CHECK(kato_search_time_us(hits) > (int64_t)1770105600 * 1000000 - 1);
    CHECK_OK(kato_event_get(store, kato_search_event(hits, NULL), KATO_NTS, &event, ERR));
    CHECK_HAS(kato_event_text(event, NULL), "overshoot");
    CHECK_TEXT(kato_event_kind(event, NULL), kato_search_kind(hits, NULL));
    kato_event_free(event);
    kato_search_free(hits);
    kato_store_close(store);
}

static void before_the_first_step_there_is_no_hit(void) {
    kato_store *store = open_store();
    kato_search_cursor *hits = NULL;
    import_sample(store, KILN);
    CHECK_OK(kato_search(store, "overshoot", KATO_NTS, NULL, &hits, ERR));
    CHECK_TEXT("", kato_search_chat(hits, NULL));
    CHECK_TEXT("", kato_search_title(hits, NULL));
    CHECK_TEXT("", kato_search_snippet(hits, NULL));
    CHECK_TEXT("", kato_search_kind(hits, NULL));
    CHECK(kato_search_time_us(hits) == KATO_TIME_NONE);
    kato_search_free(hits);
    kato_store_close(store);
}

static void words_phrases_prefixes_and_parts_of_names_are_found(void) {
    kato_store *store = open_store();
    import_sample(store, KILN);
    import_sample(store, GLAZE);
    CHECK(hits_of(store, "kiln controller", NULL) > 0);
    CHECK_INT(0, hits_of(store, "kiln cobalt", NULL));
    CHECK(hits_of(store, "kiln OR cobalt", NULL) > 1);
    CHECK(hits_of(store, "\"integral winds up\"", NULL) > 0);
    CHECK_INT(0, hits_of(store, "\"winds integral\"", NULL));
    CHECK(hits_of(store, "overs*", NULL) > 0);
    CHECK(hits_of(store, "thermocouple", NULL) > 0); /* read_thermocouple */
    CHECK(hits_of(store, "\xE7\xA9\x8D\xE5\x88\x86\xE9\xA0\x85", NULL) > 0);
    CHECK(hits_of(store, "integral", NULL) > hits_of(store, "integral -clamped", NULL));
    kato_store_close(store);
}

static void filters_narrow_a_search(void) {
    kato_store *store = open_store();
    const char *mine = new_chat(store, "mine");
    append(store, mine, "user", "overshoot of my own");
    CHECK_OK(kato_chat_tag(store, mine, KATO_NTS, "own", KATO_NTS, 0, ERR));
    import_sample(store, KILN);
    CHECK_INT(1, hits_of(store, "overshoot provider:kato", NULL));
    CHECK_INT(1, hits_of(store, "overshoot tag:own", NULL));
    CHECK_INT(0, hits_of(store, "overshoot tag:other", NULL));
    CHECK(hits_of(store, "overshoot provider:claude-code", NULL) > 0);
    CHECK(hits_of(store, "overshoot project:kiln", NULL) > 0);
    CHECK(hits_of(store, "overshoot kind:assistant.thinking", NULL) == 1);
    CHECK(hits_of(store, "overshoot model:claude-opus-4-6", NULL) > 0);
    CHECK(hits_of(store, "overshoot before:2026-02-04", NULL) > 0);
    CHECK_INT(0, hits_of(store, "overshoot before:2026-02-03", NULL));
    CHECK_INT(1, hits_of(store, "overshoot after:2026-02-05", NULL));
    kato_store_close(store);
}

static void limit_and_offset_page_through_the_hits(void) {
    kato_store *store = open_store();
    kato_search_options options = KATO_SEARCH_OPTIONS_INIT;
    const char *chat = new_chat(store, "many");
    int i;
    for (i = 0; i < 25; ++i) append(store, chat, "user", "earthenware");
    CHECK_INT(20, hits_of(store, "earthenware", NULL));
    options.limit = 25;
    CHECK_INT(25, hits_of(store, "earthenware", &options));
    options.limit = 10;
    options.offset = 20;
    CHECK_INT(5, hits_of(store, "earthenware", &options));
    options.offset = 25;
    CHECK_INT(0, hits_of(store, "earthenware", &options));
    kato_store_close(store);
}

static void malformed_queries_are_invalid(void) {
    static const char *const queries[] = {"",  "   ", "\"", "before:yesterday", "kind:nonsense",
                                          "OR"};
    kato_store *store = open_store();
    size_t i;
    for (i = 0; i < sizeof queries / sizeof *queries; ++i) {
        kato_search_cursor *hits = NULL;
        CHECK_STATUS(KATO_E_INVALID, kato_search(store, queries[i], KATO_NTS, NULL, &hits, ERR));
        CHECK(hits == NULL);
        CHECK_HAS_NOT(check_message(), "fts5");
    }
    kato_store_close(store);
}

static void whatever_is_typed_never_fails_inside_sqlite(void) {
    static const char *const queries[] = {"a' OR 1=1 --", "NEAR(a b)",       "a AND", "col:a", "^a",
                                          "{a}",          "a + b",           "(((",   "*",     "-",
                                          "\"a\" \"b",    "\xF0\x9F\x98\x80"};
    kato_store *store = open_store();
    size_t i;
    import_sample(store, KILN);
    for (i = 0; i < sizeof queries / sizeof *queries; ++i) {
        kato_search_cursor *hits = NULL;
        const kato_status status = kato_search(store, queries[i], KATO_NTS, NULL, &hits, ERR);
        CHECK(status == KATO_OK || status == KATO_E_INVALID);
        CHECK_HAS_NOT(check_message(), "fts5");
        CHECK_HAS(check_detail(), status == KATO_OK ? "" : "\"sqlite\":null");
        kato_search_free(hits);
    }
    kato_store_close(store);
}

static void what_is_appended_is_found_at_once(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "fresh");
    CHECK_INT(0, hits_of(store, "stoneware", NULL));
    append(store, chat, "user", "stoneware");
    CHECK_INT(1, hits_of(store, "stoneware", NULL));
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(a_hit_says_what_was_found_and_where),
                                       CASE(before_the_first_step_there_is_no_hit),
                                       CASE(words_phrases_prefixes_and_parts_of_names_are_found),
                                       CASE(filters_narrow_a_search),
                                       CASE(limit_and_offset_page_through_the_hits),
                                       CASE(malformed_queries_are_invalid),
                                       CASE(whatever_is_typed_never_fails_inside_sqlite),
                                       CASE(what_is_appended_is_found_at_once),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
