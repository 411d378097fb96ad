/* NULL where something is needed is KATO_E_MISUSE; where it is allowed, it does nothing. */
#include "fixture.h"

#include <string.h>

static void releasing_null_does_nothing(void) {
    kato_error_free(NULL);
    kato_buffer_free(NULL);
    kato_cancel_free(NULL);
    kato_cancel_request(NULL);
    kato_store_close(NULL);
    kato_chat_free(NULL);
    kato_chat_cursor_free(NULL);
    kato_event_free(NULL);
    kato_event_cursor_free(NULL);
    kato_import_report_free(NULL);
    kato_source_cursor_free(NULL);
    kato_search_free(NULL);
}

static void getters_of_nothing_give_nothing(void) {
    typedef const char *(*chat_text)(const kato_chat *, size_t *);
    typedef const char *(*event_text)(const kato_event *, size_t *);
    typedef const char *(*search_text)(const kato_search_cursor *, size_t *);
    static const chat_text of_chat[] = {
        kato_chat_id,          kato_chat_title,        kato_chat_provider,
        kato_chat_provider_id, kato_chat_project,      kato_chat_model,
        kato_chat_parent,      kato_chat_parent_event, kato_chat_head};
    static const event_text of_event[] = {
        kato_event_id,      kato_event_chat,     kato_event_parent,   kato_event_kind,
        kato_event_role,    kato_event_text,     kato_event_text_raw, kato_event_model,
        kato_event_data,    kato_event_name,     kato_event_call_id,  kato_event_refers,
        kato_event_copy_of, kato_event_response, kato_event_extra};
    static const search_text of_search[] = {kato_search_chat, kato_search_title, kato_search_event,
                                            kato_search_kind, kato_search_snippet};
    size_t i;
    size_t len;
    for (i = 0; i < sizeof of_chat / sizeof *of_chat; ++i) {
        len = 9;
        CHECK_TEXT("", of_chat[i](NULL, &len));
        CHECK_INT(0, len);
    }
    for (i = 0; i < sizeof of_event / sizeof *of_event; ++i) {
        len = 9;
        CHECK_TEXT("", of_event[i](NULL, &len));
        CHECK_INT(0, len);
    }
    for (i = 0; i < sizeof of_search / sizeof *of_search; ++i) {
        len = 9;
        CHECK_TEXT("", of_search[i](NULL, &len));
        CHECK_INT(0, len);
    }
    CHECK_TEXT("", kato_error_message(NULL, &len));
    CHECK_TEXT("{}", kato_error_detail(NULL, &len));
    CHECK_INT(KATO_OK, kato_error_status(NULL));
    CHECK_TEXT("", (const char *)kato_buffer_data(NULL, &len));
    CHECK_TEXT("", kato_store_path(NULL, &len));
    CHECK_TEXT("", kato_chat_tag_at(NULL, 0, &len));
    CHECK_TEXT("", kato_event_attachment(NULL, 0, &len));
    CHECK_TEXT("", kato_import_report_row(NULL, 0, &len));
    CHECK_INT(0, kato_cancel_requested(NULL));
    CHECK(kato_chat_created_us(NULL) == KATO_TIME_NONE);
    CHECK(kato_chat_updated_us(NULL) == KATO_TIME_NONE);
    CHECK_INT(0, kato_chat_event_count(NULL));
    CHECK_INT(0, kato_chat_deleted(NULL));
    CHECK_INT(0, kato_chat_tag_count(NULL));
    CHECK(kato_event_time_us(NULL) == KATO_TIME_NONE);
    CHECK_INT(KATO_OUTCOME_UNKNOWN, kato_event_outcome(NULL));
    CHECK_INT(0, kato_event_flags(NULL));
    CHECK_INT(0, kato_event_sequence(NULL));
    CHECK_INT(0, kato_event_depth(NULL));
    CHECK_INT(0, kato_event_attachment_count(NULL));
    CHECK_INT(0, kato_import_report_count(NULL, KATO_COUNT_CHATS));
    CHECK_INT(0, kato_import_report_rows(NULL));
    CHECK(kato_search_time_us(NULL) == KATO_TIME_NONE);
    CHECK_INT(0, kato_search_matches(NULL));
}

static void a_missing_store_is_misuse_everywhere(void) {
    kato_chat *chat = NULL;
    kato_chat_cursor *chats = NULL;
    kato_event *event = NULL;
    kato_event_cursor *events = NULL;
    kato_event_options options = KATO_EVENT_OPTIONS_INIT;
    kato_source_cursor *sources = NULL;
    kato_search_cursor *hits = NULL;
    kato_buffer *buffer = NULL;
    kato_import_report *report = NULL;
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_create(NULL, NULL, &chat, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_get(NULL, "a", 1, &chat, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_list(NULL, NULL, &chats, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_rename(NULL, "a", 1, "a", 1, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_tag(NULL, "a", 1, "a", 1, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_set_head(NULL, "a", 1, "a", 1, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_delete(NULL, "a", 1, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_restore(NULL, "a", 1, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_event_append(NULL, "a", 1, &options, &event, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_event_get(NULL, "a", 1, &event, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_events(NULL, "a", 1, 0, &events, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_import_path(NULL, "a", 1, NULL, &report, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_source_list(NULL, NULL, 0, &sources, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_search(NULL, "a", 1, NULL, &hits, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_store_stats(NULL, 0, NULL, &buffer, ERR));
    CHECK(chat == NULL && chats == NULL && event == NULL && events == NULL && sources == NULL &&
          hits == NULL && buffer == NULL && report == NULL);
}

static void a_missing_cursor_is_misuse(void) {
    kato_chat *chat = NULL;
    const kato_event *event = NULL;
    const char *json = NULL;
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_cursor_next(NULL, &chat, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_event_cursor_next(NULL, &event, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_source_cursor_next(NULL, &json, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_search_next(NULL, ERR));
}

static void a_missing_out_is_misuse_and_changes_nothing(void) {
    kato_store *store = open_store();
    CHECK_STATUS(KATO_E_MISUSE, kato_store_open(check_path("new"), KATO_NTS, NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_cancel_new(NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_formats(NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_create(store, NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_get(store, "a", 1, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_list(store, NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_event_get(store, "a", 1, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_events(store, "a", 1, 0, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE,
                 kato_import_path(store, check_source_path(KILN), KATO_NTS, NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_source_list(store, NULL, 0, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_search(store, "a", 1, NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_store_stats(store, 0, NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_store_verify(store, NULL, NULL, NULL, NULL, NULL, ERR));
    CHECK_INT(0, count_chats(store, NULL));
    kato_store_close(store);
}

static void a_missing_text_is_misuse(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "there");
    kato_store *other = NULL;
    kato_chat *chat = NULL;
    kato_event *event = NULL;
    kato_event_cursor *events = NULL;
    kato_search_cursor *hits = NULL;
    kato_source_cursor *sources = NULL;
    kato_import_report *report = NULL;
    kato_event_options options = KATO_EVENT_OPTIONS_INIT;
    const char *chats[1] = {NULL};
    tally out = {0};
    CHECK_STATUS(KATO_E_MISUSE, kato_store_open(NULL, 0, NULL, &other, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_store_open(NULL, KATO_NTS, NULL, &other, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_get(store, NULL, 0, &chat, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_rename(store, id, KATO_NTS, NULL, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_rename(store, NULL, 0, "a", 1, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_tag(store, id, KATO_NTS, NULL, 0, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_set_head(store, id, KATO_NTS, NULL, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_delete(store, NULL, 0, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_restore(store, NULL, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_event_append(store, id, KATO_NTS, NULL, &event, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_event_append(store, id, KATO_NTS, &options, &event, ERR));
    options.role = "user";
    options.role_len = KATO_NTS;
    CHECK_STATUS(KATO_E_MISUSE, kato_event_append(store, NULL, 0, &options, &event, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_event_get(store, NULL, 0, &event, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_events(store, NULL, 0, 0, &events, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_import_path(store, NULL, 0, NULL, &report, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_source_list(store, NULL, 1, &sources, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_source_list(store, chats, 1, &sources, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_source_read(store, NULL, 0, take_bytes, &out, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_blob_read(store, NULL, 0, take_bytes, &out, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_search(store, NULL, 0, NULL, &hits, ERR));
    CHECK_INT(1, count_chats(store, NULL));
    kato_store_close(store);
}

static void lengths_need_not_be_asked_for(void) {
    kato_store *store = open_store();
    kato_source_cursor *sources = NULL;
    kato_chat *chat = NULL;
    const char *json = NULL;
    const char *id = import_sample(store, KILN);
    CHECK_OK(kato_chat_get(store, id, KATO_NTS, &chat, ERR));
    CHECK_TEXT(id, kato_chat_id(chat, NULL));
    kato_chat_free(chat);
    CHECK_OK(kato_source_list(store, NULL, 0, &sources, ERR));
    CHECK_OK(kato_source_cursor_next(sources, &json, NULL, ERR));
    CHECK_HAS(json, "kiln.jsonl");
    kato_source_cursor_free(sources);
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(releasing_null_does_nothing),
                                       CASE(getters_of_nothing_give_nothing),
                                       CASE(a_missing_store_is_misuse_everywhere),
                                       CASE(a_missing_cursor_is_misuse),
                                       CASE(a_missing_out_is_misuse_and_changes_nothing),
                                       CASE(a_missing_text_is_misuse),
                                       CASE(lengths_need_not_be_asked_for),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
