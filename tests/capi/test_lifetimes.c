/* Handles are freed in any order, and keep what they need. */
#include "fixture.h"

#include <string.h>

enum { STORE, CHAT, CHATS, EVENT, EVENTS, SOURCES, HITS, REPORT, BUFFER, HANDLES };

typedef struct handles {
    kato_store *store;
    kato_chat *chat;
    kato_chat_cursor *chats;
    kato_event *event;
    kato_event_cursor *events;
    kato_source_cursor *sources;
    kato_search_cursor *hits;
    kato_import_report *report;
    kato_buffer *buffer;
} handles;

/* One handle of each type, the cursors in the middle of their rows. */
static handles make(void) {
    handles h;
    kato_chat *chat = NULL;
    const kato_event *event = NULL;
    const char *json = NULL;
    memset(&h, 0, sizeof h);
    h.store = open_store();
    CHECK_OK(kato_import_path(h.store, check_source_path(GLAZE), KATO_NTS, NULL, &h.report, ERR));
    kato_import_report_free(h.report);
    CHECK_OK(kato_import_path(h.store, check_source_path(KILN), KATO_NTS, NULL, &h.report, ERR));
    CHECK_OK(kato_chat_list(h.store, NULL, &h.chats, ERR));
    CHECK_OK(kato_chat_cursor_next(h.chats, &chat, ERR));
    kato_chat_free(chat);
    CHECK_OK(kato_chat_cursor_next(h.chats, &h.chat, ERR)); /* the earlier one: kiln */
    CHECK_OK(kato_chat_events(h.store, kato_chat_id(h.chat, NULL), KATO_NTS, KATO_EVENTS_TREE,
                              &h.events, ERR));
    CHECK_OK(kato_event_cursor_next(h.events, &event, ERR));
    CHECK_OK(kato_event_get(h.store, kato_event_id(event, NULL), KATO_NTS, &h.event, ERR));
    CHECK_OK(kato_source_list(h.store, NULL, 0, &h.sources, ERR));
    CHECK_OK(kato_source_cursor_next(h.sources, &json, NULL, ERR));
    CHECK_OK(kato_search(h.store, "integral", KATO_NTS, NULL, &h.hits, ERR));
    CHECK_OK(kato_search_next(h.hits, ERR));
    CHECK_OK(kato_store_stats(h.store, 0, NULL, &h.buffer, ERR));
    return h;
}

static void release(handles *h, int which) {
    switch (which) {
    case STORE: kato_store_close(h->store); break;
    case CHAT: kato_chat_free(h->chat); break;
    case CHATS: kato_chat_cursor_free(h->chats); break;
    case EVENT: kato_event_free(h->event); break;
    case EVENTS: kato_event_cursor_free(h->events); break;
    case SOURCES: kato_source_cursor_free(h->sources); break;
    case HITS: kato_search_free(h->hits); break;
    case REPORT: kato_import_report_free(h->report); break;
    default: kato_buffer_free(h->buffer); break;
    }
}

static void use(const handles *h, int which) {
    const kato_event *event = NULL;
    kato_chat *chat = NULL;
    const char *json = NULL;
    switch (which) {
    case STORE: CHECK_INT(2, count_chats(h->store, NULL)); break;
    case CHAT: CHECK_TEXT("/home/ines/kiln", kato_chat_project(h->chat, NULL)); break;
    case CHATS: CHECK_STATUS(KATO_DONE, kato_chat_cursor_next(h->chats, &chat, ERR)); break;
    case EVENT: CHECK(kato_event_kind(h->event, NULL)[0] != '\0'); break;
    case EVENTS: CHECK(kato_event_cursor_next(h->events, &event, ERR) >= 0); break;
    case SOURCES: CHECK(kato_source_cursor_next(h->sources, &json, NULL, ERR) >= 0); break;
    case HITS: CHECK(kato_search_chat(h->hits, NULL)[0] != '\0'); break;
    case REPORT: CHECK_INT(1, kato_import_report_count(h->report, KATO_COUNT_CHATS)); break;
    default: CHECK_HAS((const char *)kato_buffer_data(h->buffer, NULL), "\"chats\":2"); break;
    }
}

/* Releases all from `first` on, in steps of `step` (which has no divisor in common with HANDLES). */
static void release_in_order(int first, int step) {
    handles h = make();
    int released;
    int i;
    for (released = 0; released < HANDLES; ++released) {
        const int which = (first + released * step) % HANDLES;
        for (i = released; i < HANDLES; ++i) use(&h, (first + i * step) % HANDLES);
        release(&h, which);
    }
}

static void any_order_of_freeing_is_fine(void) {
    static const int steps[] = {1, 2, 4, 5, 7, 8};
    int first;
    size_t i;
    for (first = 0; first < HANDLES; ++first)
        for (i = 0; i < sizeof steps / sizeof *steps; ++i)
            if (check_long() || (first + (int)i) % 4 == 0) release_in_order(first, steps[i]);
}

static void cursors_go_on_after_the_store_was_closed(void) {
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    kato_event_cursor *cursor = NULL;
    const kato_event *event = NULL;
    int n = 0;
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, KATO_EVENTS_TREE, &cursor, ERR));
    kato_store_close(store);
    while (kato_event_cursor_next(cursor, &event, ERR) == KATO_OK) ++n;
    CHECK(n >= KILN_TEXTS);
    kato_event_cursor_free(cursor);
}

static void a_closed_store_can_be_opened_again_while_a_cursor_lives(void) {
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    kato_event_cursor *cursor = NULL;
    const kato_event *event = NULL;
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, KATO_EVENTS_TREE, &cursor, ERR));
    CHECK_OK(kato_event_cursor_next(cursor, &event, ERR));
    kato_store_close(store);
    store = open_store();
    append(store, chat, "user", "meanwhile");
    CHECK_OK(kato_event_cursor_next(cursor, &event, ERR));
    kato_store_close(store);
    kato_event_cursor_free(cursor);
}

static void errors_outlive_everything(void) {
    kato_store *store = open_store();
    kato_chat *chat = NULL;
    kato_error *error = NULL;
    const kato_status status = kato_chat_get(store, "no such chat", KATO_NTS, &chat, &error);
    kato_store_close(store);
    CHECK_INT(status, kato_error_status(error));
    CHECK_HAS(kato_error_detail(error, NULL), "KATO_E_NOT_FOUND");
    kato_error_free(error);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(any_order_of_freeing_is_fine), CASE(cursors_go_on_after_the_store_was_closed),
        CASE(a_closed_store_can_be_opened_again_while_a_cursor_lives),
        CASE(errors_outlive_everything), CASES_END};
    return check_main(argc, argv, cases);
}
