/* Callbacks: released exactly once on every path, their status unchanged, no way back into the store. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#define OWN_STATUS ((kato_status)-77)

static kato_import_options told_by(tally *t) {
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    options.progress = count_progress;
    options.row = count_row;
    options.user_data = t;
    options.destroy = count_destroy;
    return options;
}

static void destroy_runs_once_when_a_call_succeeds(void) {
    kato_store *store = open_store();
    tally told = {0};
    tally out = {0};
    tally source = {0};
    kato_import_options of_import = told_by(&told);
    kato_export_options of_export = KATO_EXPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    source.data = read_file(check_source_path(KILN), &source.size);
    CHECK_OK(
        kato_import_stream(store, give_bytes, &source, count_destroy, &of_import, &report, ERR));
    kato_import_report_free(report);
    CHECK_INT(1, source.destroyed);
    CHECK_INT(1, told.destroyed);
    of_export.progress = count_progress;
    of_export.user_data = &told;
    of_export.destroy = count_destroy;
    CHECK_OK(kato_export(store, &of_export, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(1, out.destroyed);
    CHECK_INT(2, told.destroyed);
    kato_store_close(store);
    tally_end(&told);
    tally_end(&out);
    tally_end(&source);
}

static void destroy_runs_once_when_a_call_is_misused(void) {
    tally told = {0};
    tally out = {0};
    tally source = {0};
    kato_import_options of_import = told_by(&told);
    kato_export_options of_export = KATO_EXPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    kato_buffer *buffer = NULL;
    of_export.user_data = &told;
    of_export.destroy = count_destroy;
    CHECK_STATUS(KATO_E_MISUSE, kato_import_path(NULL, "a", 1, &of_import, &report, ERR));
    CHECK_INT(1, told.destroyed);
    CHECK_STATUS(KATO_E_MISUSE, kato_import_path(NULL, NULL, 0, &of_import, NULL, ERR));
    CHECK_INT(2, told.destroyed);
    CHECK_STATUS(KATO_E_MISUSE, kato_import_stream(NULL, give_bytes, &source, count_destroy,
                                                   &of_import, &report, ERR));
    CHECK_INT(3, told.destroyed);
    CHECK_INT(1, source.destroyed);
    CHECK_STATUS(KATO_E_MISUSE,
                 kato_export(NULL, &of_export, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(4, told.destroyed);
    CHECK_INT(1, out.destroyed);
    CHECK_STATUS(KATO_E_MISUSE,
                 kato_source_read(NULL, "a", 1, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(2, out.destroyed);
    CHECK_STATUS(KATO_E_MISUSE, kato_blob_read(NULL, "a", 1, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(3, out.destroyed);
    CHECK_STATUS(KATO_E_MISUSE,
                 kato_store_verify(NULL, NULL, count_progress, &told, count_destroy, &buffer, ERR));
    CHECK_INT(5, told.destroyed);
    CHECK_STATUS(KATO_E_MISUSE,
                 kato_store_reindex(NULL, NULL, count_progress, &told, count_destroy, ERR));
    CHECK_INT(6, told.destroyed);
    CHECK_INT(0, told.calls + out.calls + source.calls);
}

static void destroy_runs_once_when_a_function_is_missing(void) {
    kato_store *store = open_store();
    tally told = {0};
    tally out = {0};
    kato_import_options of_import = told_by(&told);
    kato_import_report *report = NULL;
    CHECK_STATUS(KATO_E_MISUSE,
                 kato_import_stream(store, NULL, &out, count_destroy, &of_import, &report, ERR));
    CHECK_INT(1, told.destroyed);
    CHECK_INT(1, out.destroyed);
    CHECK_STATUS(KATO_E_MISUSE, kato_export(store, NULL, NULL, &out, count_destroy, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_source_read(store, "a", 1, NULL, &out, count_destroy, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_blob_read(store, "a", 1, NULL, &out, count_destroy, ERR));
    CHECK_INT(4, out.destroyed);
    kato_store_close(store);
}

static void destroy_runs_once_when_the_options_are_refused(void) {
    kato_store *store = open_store();
    tally told = {0};
    tally out = {0};
    struct {
        kato_export_options known;
        uint64_t added;
    } later;
    const kato_export_options init = KATO_EXPORT_OPTIONS_INIT;
    memset(&later, 0, sizeof later);
    later.known = init;
    later.known.struct_size = sizeof later;
    later.known.user_data = &told;
    later.known.destroy = count_destroy;
    later.added = 1u;
    CHECK_STATUS(KATO_E_ABI,
                 kato_export(store, &later.known, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(1, told.destroyed);
    CHECK_INT(1, out.destroyed);
    kato_store_close(store);
}

static void a_writers_status_comes_out_unchanged(void) {
    kato_store *store = open_store();
    tally out = {0};
    import_sample(store, KILN);
    out.fail_at = 1;
    out.status = OWN_STATUS;
    CHECK_STATUS(OWN_STATUS, kato_export(store, NULL, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(1, out.calls);
    CHECK_INT(1, out.destroyed);
    out.fail_at = 2;
    out.status = KATO_E_USER;
    CHECK_STATUS(KATO_E_USER,
                 kato_blob_read(store, KILN_IMAGE, KATO_NTS, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(2, out.calls);
    CHECK_INT(2, out.destroyed);
    kato_store_close(store);
}

static void a_positive_status_of_a_callback_stops_and_is_no_error(void) {
    kato_store *store = open_store();
    tally out = {0};
    import_sample(store, KILN);
    out.fail_at = 1;
    out.status = 42;
    CHECK_STATUS(42, kato_export(store, NULL, take_bytes, &out, NULL, ERR));
    CHECK_INT(1, out.calls);
    kato_store_close(store);
}

static void a_readers_status_comes_out_unchanged_and_nothing_is_stored(void) {
    kato_store *store = open_store();
    tally source = {0};
    kato_import_report *report = NULL;
    char *before = export_all(store);
    char *after;
    source.data = read_file(check_source_path(KILN), &source.size);
    source.piece = 1000;
    source.fail_at = 3;
    source.status = OWN_STATUS;
    CHECK_STATUS(OWN_STATUS,
                 kato_import_stream(store, give_bytes, &source, count_destroy, NULL, &report, ERR));
    CHECK_INT(3, source.calls);
    CHECK_INT(1, source.destroyed);
    kato_import_report_free(report);
    after = export_all(store);
    CHECK_TEXT(before, after);
    free(before);
    free(after);
    kato_store_close(store);
    tally_end(&source);
}

static void a_row_functions_status_comes_out_unchanged(void) {
    kato_store *store = open_store();
    tally told = {0};
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    options.row = count_row;
    options.user_data = &told;
    options.destroy = count_destroy;
    told.fail_at = 1;
    told.status = OWN_STATUS;
    CHECK_STATUS(OWN_STATUS, kato_import_path(store, check_source_path(KILN), KATO_NTS, &options,
                                              &report, ERR));
    CHECK_INT(1, told.calls);
    CHECK_INT(1, told.destroyed);
    kato_import_report_free(report);
    kato_store_close(store);
}

static void a_progress_functions_status_comes_out_unchanged(void) {
    kato_store *store = open_store();
    tally told = {0};
    kato_buffer *buffer = NULL;
    import_sample(store, KILN);
    told.fail_at = 1;
    told.status = OWN_STATUS;
    CHECK_STATUS(OWN_STATUS, kato_store_verify(store, NULL, count_progress, &told, count_destroy,
                                               &buffer, ERR));
    CHECK(buffer == NULL);
    CHECK_INT(1, told.destroyed);
    told.calls = 0;
    CHECK_STATUS(OWN_STATUS,
                 kato_store_reindex(store, NULL, count_progress, &told, count_destroy, ERR));
    CHECK_INT(2, told.destroyed);
    kato_store_close(store);
}

/* Everything that a callback may not do with the store that called it. */
typedef struct visit {
    kato_store *store;
    kato_chat_cursor *chats;
    kato_event_cursor *events;
    const char *chat;
    int calls;
    int refused;
    int made_out;
} visit;

static void visit_store(void *inside_data) {
    visit *v = (visit *)inside_data;
    kato_status results[10];
    kato_chat *chat = NULL;
    kato_chat_cursor *list = NULL;
    kato_event_cursor *walk = NULL;
    kato_search_cursor *hits = NULL;
    kato_buffer *buffer = NULL;
    kato_import_report *report = NULL;
    const kato_event *event = NULL;
    size_t i;
    results[0] = kato_chat_create(v->store, NULL, &chat, NULL);
    results[1] = kato_chat_get(v->store, v->chat, KATO_NTS, &chat, NULL);
    results[2] = kato_chat_list(v->store, NULL, &list, NULL);
    results[3] = kato_chat_events(v->store, v->chat, KATO_NTS, 0, &walk, NULL);
    results[4] = kato_search(v->store, "word", KATO_NTS, NULL, &hits, NULL);
    results[5] = kato_store_stats(v->store, 0, NULL, &buffer, NULL);
    results[6] = kato_import_path(v->store, "/nowhere", KATO_NTS, NULL, &report, NULL);
    results[7] = kato_chat_rename(v->store, v->chat, KATO_NTS, "x", KATO_NTS, NULL);
    results[8] = kato_chat_cursor_next(v->chats, &chat, NULL);
    results[9] = kato_event_cursor_next(v->events, &event, NULL);
    ++v->calls;
    v->made_out = chat != NULL || list != NULL || walk != NULL || hits != NULL || buffer != NULL ||
                  report != NULL || event != NULL;
    for (i = 0; i < sizeof results / sizeof *results; ++i)
        if (results[i] == KATO_E_MISUSE) ++v->refused;
}

static void a_callback_cannot_use_its_store(void) {
    kato_store *store = open_store();
    tally out = {0};
    visit v = {0};
    const char *chat = import_sample(store, KILN);
    const kato_event *event = NULL;
    kato_chat *read = NULL;
    v.store = store;
    v.chat = chat;
    CHECK_OK(kato_chat_list(store, NULL, &v.chats, ERR));
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, 0, &v.events, ERR));
    out.inside = visit_store;
    out.inside_data = &v;
    CHECK_OK(kato_export(store, NULL, take_bytes, &out, NULL, ERR));
    CHECK(v.calls > 0);
    CHECK_INT(10 * v.calls, v.refused);
    CHECK_INT(0, v.made_out);
    /* Afterwards all of it works. */
    CHECK_OK(kato_chat_cursor_next(v.chats, &read, ERR));
    CHECK_OK(kato_event_cursor_next(v.events, &event, ERR));
    kato_chat_free(read);
    kato_chat_cursor_free(v.chats);
    kato_event_cursor_free(v.events);
    kato_store_close(store);
    tally_end(&out);
}

static void close_store(void *inside_data) {
    kato_store **store = (kato_store **)inside_data;
    kato_store_close(*store);
    *store = NULL;
}

static void a_callback_may_close_the_store_that_calls_it(void) {
    kato_store *store = open_store();
    tally out = {0};
    import_sample(store, KILN);
    out.inside = close_store;
    out.inside_data = &store;
    CHECK_OK(kato_export(store, NULL, take_bytes, &out, NULL, ERR));
    CHECK(store == NULL);
    CHECK_HAS(out.data, "thermocouple");
    tally_end(&out);
}

static void use_other(void *inside_data) { new_chat((kato_store *)inside_data, "from a callback"); }

static void a_callback_may_use_another_store(void) {
    kato_store *store = open_store();
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_store *other = NULL;
    tally out = {0};
    options.flags = KATO_STORE_CREATE;
    CHECK_OK(kato_store_open(check_path("other"), KATO_NTS, &options, &other, ERR));
    import_sample(store, KILN);
    out.inside = use_other;
    out.inside_data = other;
    CHECK_OK(kato_export(store, NULL, take_bytes, &out, NULL, ERR));
    CHECK_INT(out.calls, count_chats(other, NULL));
    kato_store_close(other);
    kato_store_close(store);
    tally_end(&out);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(destroy_runs_once_when_a_call_succeeds),
        CASE(destroy_runs_once_when_a_call_is_misused),
        CASE(destroy_runs_once_when_a_function_is_missing),
        CASE(destroy_runs_once_when_the_options_are_refused),
        CASE(a_writers_status_comes_out_unchanged),
        CASE(a_positive_status_of_a_callback_stops_and_is_no_error),
        CASE(a_readers_status_comes_out_unchanged_and_nothing_is_stored),
        CASE(a_row_functions_status_comes_out_unchanged),
        CASE(a_progress_functions_status_comes_out_unchanged),
        CASE(a_callback_cannot_use_its_store),
        CASE(a_callback_may_close_the_store_that_calls_it),
        CASE(a_callback_may_use_another_store),
        CASES_END};
    return check_main(argc, argv, cases);
}
