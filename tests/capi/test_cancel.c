/* Cancelling and progress of the long calls. */
#include "fixture.h"

static void a_requested_cancel_stops_every_long_call(void) {
    kato_store *store = open_store();
    kato_cancel *cancel = NULL;
    kato_import_options of_import = KATO_IMPORT_OPTIONS_INIT;
    kato_export_options of_export = KATO_EXPORT_OPTIONS_INIT;
    kato_search_options of_search = KATO_SEARCH_OPTIONS_INIT;
    kato_import_report *report = NULL;
    kato_search_cursor *hits = NULL;
    kato_buffer *buffer = NULL;
    tally out = {0};
    import_sample(store, KILN);
    CHECK_OK(kato_cancel_new(&cancel, ERR));
    kato_cancel_request(cancel);
    of_import.cancel = of_export.cancel = of_search.cancel = cancel;
    CHECK_STATUS(KATO_E_CANCELLED, kato_import_path(store, check_source_path(GLAZE), KATO_NTS,
                                                    &of_import, &report, ERR));
    CHECK(report != NULL);
    kato_import_report_free(report);
    CHECK_STATUS(KATO_E_CANCELLED, kato_export(store, &of_export, take_bytes, &out, NULL, ERR));
    CHECK_STATUS(KATO_E_CANCELLED, kato_search(store, "kiln", KATO_NTS, &of_search, &hits, ERR));
    CHECK_STATUS(KATO_E_CANCELLED,
                 kato_store_stats(store, KATO_STATS_CONTENT_HASH, cancel, &buffer, ERR));
    CHECK_STATUS(KATO_E_CANCELLED,
                 kato_store_verify(store, cancel, NULL, NULL, NULL, &buffer, ERR));
    CHECK_STATUS(KATO_E_CANCELLED, kato_store_reindex(store, cancel, NULL, NULL, NULL, ERR));
    CHECK(hits == NULL && buffer == NULL);
    CHECK_INT(1, count_chats(store, NULL));
    kato_cancel_free(cancel);
    CHECK_OK(kato_store_reindex(store, NULL, NULL, NULL, NULL, ERR));
    CHECK_OK(kato_search(store, "kiln", KATO_NTS, NULL, &hits, ERR));
    CHECK_OK(kato_search_next(hits, ERR));
    kato_search_free(hits);
    kato_store_close(store);
    tally_end(&out);
}

static void cancelling_in_the_middle_of_an_import_stores_nothing_of_the_source(void) {
    kato_store *store = open_store();
    kato_cancel *cancel = NULL;
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    tally source = {0};
    CHECK_OK(kato_cancel_new(&cancel, ERR));
    options.cancel = cancel;
    source.data = read_file(check_source_path(KILN), &source.size);
    source.piece = 2000;
    source.cancel = cancel;
    CHECK_STATUS(KATO_E_CANCELLED, kato_import_stream(store, give_bytes, &source, count_destroy,
                                                      &options, &report, ERR));
    CHECK_INT(1, source.destroyed);
    kato_import_report_free(report);
    kato_cancel_free(cancel);
    CHECK_INT(0, count_chats(store, NULL));
    source.cancel = NULL;
    source.given = 0;
    source.ended = 0;
    CHECK_OK(kato_import_stream(store, give_bytes, &source, NULL, NULL, &report, ERR));
    CHECK_INT(1, count_chats(store, NULL));
    kato_import_report_free(report);
    kato_store_close(store);
    tally_end(&source);
}

static void long_calls_tell_their_progress(void) {
    kato_store *store = open_store();
    tally told = {0};
    tally out = {0};
    kato_import_options of_import = KATO_IMPORT_OPTIONS_INIT;
    kato_export_options of_export = KATO_EXPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    of_import.progress = count_progress;
    of_import.user_data = &told;
    CHECK_OK(kato_import_path(store, check_source_path(KILN), KATO_NTS, &of_import, &report, ERR));
    CHECK(told.calls >= 1);
    kato_import_report_free(report);
    told.calls = 0;
    of_export.progress = count_progress;
    of_export.user_data = &told;
    CHECK_OK(kato_export(store, &of_export, take_bytes, &out, NULL, ERR));
    CHECK(told.calls >= 1);
    kato_store_close(store);
    tally_end(&told);
    tally_end(&out);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(a_requested_cancel_stops_every_long_call),
        CASE(cancelling_in_the_middle_of_an_import_stores_nothing_of_the_source),
        CASE(long_calls_tell_their_progress), CASES_END};
    return check_main(argc, argv, cases);
}
