/* Events made here: appended with every option, read one by one, walked in order. */
#include "fixture.h"

#include <string.h>

static kato_event *get(const kato_store *store, const char *id) {
    kato_event *event = NULL;
    CHECK_OK(kato_event_get(store, id, KATO_NTS, &event, ERR));
    CHECK(event != NULL);
    return event;
}

static kato_event_options of_role(const char *role) {
    kato_event_options options = KATO_EVENT_OPTIONS_INIT;
    options.role = role;
    options.role_len = KATO_NTS;
    return options;
}

static void an_appended_event_has_what_it_was_given(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "everything");
    const char *question = append(store, chat, "user", "question");
    kato_event_options options = of_role("assistant");
    kato_event *event = NULL;
    const char *id;
    int read;
    options.kind = "assistant.tool.call";
    options.kind_len = KATO_NTS;
    options.text = "read the file, please";
    options.text_len = 13u;
    options.model = "some-model-1";
    options.model_len = KATO_NTS;
    options.name = "Read";
    options.name_len = KATO_NTS;
    options.call_id = "call_1";
    options.call_id_len = KATO_NTS;
    options.data = "{ \"path\": \"a\\u0041.txt\", \"n\": 1.50 }";
    options.data_len = KATO_NTS;
    options.parent = question;
    options.parent_len = KATO_NTS;
    options.time_us = (int64_t)1700000000 * 1000000 + 123456;
    options.outcome = KATO_OUTCOME_SUCCESS;
    options.flags = KATO_EVENT_HIDDEN;
    CHECK_OK(kato_event_append(store, chat, KATO_NTS, &options, &event, ERR));
    id = check_keep(kato_event_id(event, NULL));
    for (read = 0; read < 2; ++read) { /* as it came back, then as it is stored */
        CHECK_TEXT(id, kato_event_id(event, NULL));
        CHECK_TEXT(chat, kato_event_chat(event, NULL));
        CHECK_TEXT(question, kato_event_parent(event, NULL));
        CHECK_TEXT("assistant.tool.call", kato_event_kind(event, NULL));
        CHECK_TEXT("assistant", kato_event_role(event, NULL));
        CHECK_TEXT("some-model-1", kato_event_model(event, NULL));
        CHECK_TEXT("read the file", kato_event_text(event, NULL));
        CHECK_TEXT("read the file", kato_event_text_raw(event, NULL));
        CHECK_TEXT("Read", kato_event_name(event, NULL));
        CHECK_TEXT("call_1", kato_event_call_id(event, NULL));
        CHECK_TEXT("{\"path\":\"a\\u0041.txt\",\"n\":1.50}", kato_event_data(event, NULL));
        CHECK_TEXT("", kato_event_refers(event, NULL));
        CHECK_TEXT("", kato_event_copy_of(event, NULL));
        CHECK_TEXT("", kato_event_response(event, NULL));
        CHECK_TEXT("", kato_event_extra(event, NULL));
        CHECK(kato_event_time_us(event) == options.time_us);
        CHECK_INT(KATO_OUTCOME_SUCCESS, kato_event_outcome(event));
        CHECK_INT(KATO_EVENT_HIDDEN, kato_event_flags(event));
        CHECK_INT(0, kato_event_attachment_count(event));
        CHECK_TEXT("", kato_event_attachment(event, 0, NULL));
        kato_event_free(event);
        event = get(store, id);
    }
    kato_event_free(event);
    kato_store_close(store);
}

static void the_kind_follows_the_role_unless_it_is_given(void) {
    static const char *const pairs[][2] = {{"user", "user.message"},
                                           {"assistant", "assistant.message"},
                                           {"system", "system.message"},
                                           {"tool", "assistant.tool.result"}};
    kato_store *store = open_store();
    const char *chat = new_chat(store, "roles");
    size_t i;
    for (i = 0; i < sizeof pairs / sizeof *pairs; ++i) {
        kato_event *event = get(store, append(store, chat, pairs[i][0], "text"));
        CHECK_TEXT(pairs[i][1], kato_event_kind(event, NULL));
        CHECK_TEXT(pairs[i][0], kato_event_role(event, NULL));
        kato_event_free(event);
    }
    kato_store_close(store);
}

static void a_result_refers_to_its_call(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "tools");
    kato_event_options call = of_role("assistant");
    kato_event_options result = of_role("tool");
    kato_event *event = NULL;
    const char *called;
    call.kind = "assistant.tool.call";
    call.kind_len = KATO_NTS;
    call.call_id = result.call_id = "call_7";
    call.call_id_len = result.call_id_len = KATO_NTS;
    CHECK_OK(kato_event_append(store, chat, KATO_NTS, &call, &event, ERR));
    called = check_keep(kato_event_id(event, NULL));
    kato_event_free(event);
    CHECK_OK(kato_event_append(store, chat, KATO_NTS, &result, &event, ERR));
    CHECK_TEXT(called, kato_event_refers(event, NULL));
    kato_event_free(event);
    kato_store_close(store);
}

static void an_event_is_appended_at_the_head(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a line");
    const char *first = append(store, chat, "user", "one");
    const char *second = append(store, chat, "assistant", "two");
    kato_event *event = get(store, first);
    CHECK_TEXT("", kato_event_parent(event, NULL));
    kato_event_free(event);
    event = get(store, second);
    CHECK_TEXT(first, kato_event_parent(event, NULL));
    kato_event_free(event);
    CHECK_TEXT("one;two;", walk_texts(store, chat, 0));
    kato_store_close(store);
}

static void the_time_is_now_unless_it_is_given(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "times");
    kato_event *event = get(store, append(store, chat, "user", "now"));
    kato_event_options options = of_role("user");
    CHECK(kato_event_time_us(event) > (int64_t)1700000000 * 1000000);
    kato_event_free(event);
    options.time_us = -1; /* the microsecond before 1970 */
    CHECK_OK(kato_event_append(store, chat, KATO_NTS, &options, &event, ERR));
    CHECK_INT(-1, kato_event_time_us(event));
    kato_event_free(event);
    options.time_us = KATO_TIME_NONE;
    CHECK_STATUS(KATO_E_INVALID, kato_event_append(store, chat, KATO_NTS, &options, &event, ERR));
    kato_store_close(store);
}

static void text_keeps_nul_and_every_character(void) {
    static const char text[] = "a\0b \xF0\x9F\x98\x80 \xE7\xAA\xAF\n\ttail \x1b[31m";
    kato_store *store = open_store();
    const char *chat = new_chat(store, "bytes");
    kato_event_options options = of_role("user");
    kato_event *event = NULL;
    size_t len = 0;
    options.text = text;
    options.text_len = sizeof text - 1;
    CHECK_OK(kato_event_append(store, chat, KATO_NTS, &options, &event, ERR));
    CHECK(memcmp(text, kato_event_text(event, &len), sizeof text) == 0);
    CHECK_INT(sizeof text - 1, len);
    kato_event_free(event);
    kato_store_close(store);
}

static void a_long_text_comes_back_whole(void) {
    static char text[200001];
    kato_store *store = open_store();
    const char *chat = new_chat(store, "long");
    kato_event *event;
    size_t i;
    size_t len = 0;
    for (i = 0; i < sizeof text - 1; ++i) text[i] = (char)('a' + (i * i / 7) % 26);
    event = get(store, append(store, chat, "user", text));
    CHECK_TEXT(text, kato_event_text(event, &len));
    CHECK_INT(sizeof text - 1, len);
    kato_event_free(event);
    kato_store_close(store);
}

static void bad_events_are_refused_and_nothing_is_stored(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "strict");
    kato_event_options options = of_role("robot");
    CHECK_STATUS(KATO_E_INVALID, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options = of_role("");
    CHECK_STATUS(KATO_E_INVALID, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options = of_role("user");
    options.kind = "user.shout";
    options.kind_len = KATO_NTS;
    CHECK_STATUS(KATO_E_INVALID, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options = of_role("user");
    options.data = "{\"a\":";
    options.data_len = KATO_NTS;
    CHECK_STATUS(KATO_E_INVALID, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options.data = "[1]";
    CHECK_STATUS(KATO_E_INVALID, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options = of_role("user");
    options.outcome = 3;
    CHECK_STATUS(KATO_E_MISUSE, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options = of_role("user");
    options.text = "\xED\xA0\xBD"; /* half a surrogate pair: not UTF-8 */
    options.text_len = KATO_NTS;
    CHECK_STATUS(KATO_E_INVALID, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options = of_role("user");
    options.parent = "00000000-0000-4000-8000-000000000000";
    options.parent_len = KATO_NTS;
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options.parent = append(store, new_chat(store, "other"), "user", "elsewhere");
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    options = of_role("user");
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_event_append(store, "no such chat", KATO_NTS, &options, NULL, ERR));
    CHECK_TEXT("", walk_texts(store, chat, 0));
    kato_store_close(store);
}

static void an_event_is_found_by_id_and_prefix(void) {
    kato_store *store = open_store();
    const char *id = append(store, new_chat(store, "found"), "user", "text");
    kato_event *event = NULL;
    CHECK_OK(kato_event_get(store, id, 24, &event, ERR));
    CHECK_TEXT(id, kato_event_id(event, NULL));
    kato_event_free(event);
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_event_get(store, "00000000-0000-4000-8000-000000000000",
                                                  KATO_NTS, &event, ERR));
    CHECK(event == NULL);
    kato_store_close(store);
}

static void a_prefix_that_fits_several_events_is_ambiguous(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "twins");
    const char *first = append(store, chat, "user", "one");
    kato_event *event = NULL;
    append(store, chat, "user", "two");
    /* Ids made one after the other begin with the same time. */
    CHECK_STATUS(KATO_E_AMBIGUOUS, kato_event_get(store, first, 6, &event, ERR));
    CHECK(event == NULL);
    kato_store_close(store);
}

static void the_tree_is_walked_in_pre_order_with_place_and_depth(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a tree");
    const char *root = append(store, chat, "user", "root");
    const char *left = append_to(store, chat, root, "assistant", "left");
    kato_event_cursor *cursor = NULL;
    const kato_event *event = NULL;
    static const unsigned depths[] = {0u, 1u, 2u, 1u};
    uint64_t n = 0;
    append_to(store, chat, root, "assistant", "right");
    append_to(store, chat, left, "user", "below left");
    CHECK_TEXT("root;left;below left;right;", walk_texts(store, chat, KATO_EVENTS_TREE));
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, KATO_EVENTS_TREE, &cursor, ERR));
    while (kato_event_cursor_next(cursor, &event, ERR) == KATO_OK) {
        CHECK_INT(n, kato_event_sequence(event));
        CHECK_INT(depths[n], kato_event_depth(event));
        ++n;
    }
    CHECK_INT(4, n);
    kato_event_cursor_free(cursor);
    kato_store_close(store);
}

static void a_walk_over_an_empty_chat_is_done_at_once(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "empty");
    CHECK_TEXT("", walk_texts(store, chat, 0));
    CHECK_TEXT("", walk_texts(store, chat, KATO_EVENTS_TREE));
    CHECK_TEXT("", walk_texts(store, chat, KATO_EVENTS_REVISIONS));
    kato_store_close(store);
}

static void a_walk_goes_on_while_the_chat_grows(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "growing");
    kato_event_cursor *cursor = NULL;
    const kato_event *event = NULL;
    int n = 0;
    append(store, chat, "user", "one");
    append(store, chat, "user", "two");
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, KATO_EVENTS_TREE, &cursor, ERR));
    CHECK_OK(kato_event_cursor_next(cursor, &event, ERR));
    append(store, chat, "user", "three");
    CHECK_OK(kato_event_cursor_next(cursor, &event, ERR));
    CHECK_TEXT("two", kato_event_text(event, NULL));
    while (kato_event_cursor_next(cursor, &event, ERR) == KATO_OK) ++n;
    CHECK(n <= 1); /* the third may be in it or not */
    kato_event_cursor_free(cursor);
    kato_store_close(store);
}

static void an_event_in_a_cursor_is_good_until_the_next_step(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "rows");
    kato_event_cursor *cursor = NULL;
    const kato_event *event = NULL;
    append(store, chat, "user", "one");
    append(store, chat, "assistant", "two");
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, 0, &cursor, ERR));
    CHECK_OK(kato_event_cursor_next(cursor, &event, ERR));
    CHECK_TEXT("one", kato_event_text(event, NULL));
    CHECK_TEXT("user", kato_event_role(event, NULL));
    CHECK_OK(kato_event_cursor_next(cursor, &event, ERR));
    CHECK_TEXT("two", kato_event_text(event, NULL));
    CHECK_TEXT("assistant", kato_event_role(event, NULL));
    kato_event_cursor_free(cursor);
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(an_appended_event_has_what_it_was_given),
                                       CASE(the_kind_follows_the_role_unless_it_is_given),
                                       CASE(a_result_refers_to_its_call),
                                       CASE(an_event_is_appended_at_the_head),
                                       CASE(the_time_is_now_unless_it_is_given),
                                       CASE(text_keeps_nul_and_every_character),
                                       CASE(a_long_text_comes_back_whole),
                                       CASE(bad_events_are_refused_and_nothing_is_stored),
                                       CASE(an_event_is_found_by_id_and_prefix),
                                       CASE(a_prefix_that_fits_several_events_is_ambiguous),
                                       CASE(the_tree_is_walked_in_pre_order_with_place_and_depth),
                                       CASE(a_walk_over_an_empty_chat_is_done_at_once),
                                       CASE(a_walk_goes_on_while_the_chat_grows),
                                       CASE(an_event_in_a_cursor_is_good_until_the_next_step),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
