/* Import from a path and from a callback; counts and rows of the report. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t count(const kato_import_report *report, int32_t which) {
    return kato_import_report_count(report, which);
}

static void every_byte_is_accounted_for(const kato_import_report *report) {
    CHECK(count(report, KATO_COUNT_SIZE_BYTES) == count(report, KATO_COUNT_PARSED_BYTES) +
                                                      count(report, KATO_COUNT_OPAQUE_BYTES) +
                                                      count(report, KATO_COUNT_QUARANTINED_BYTES));
}

static void a_file_is_imported_with_counts_that_add_up(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    CHECK_OK(kato_import_path(store, check_source_path(KILN), KATO_NTS, NULL, &report, ERR));
    CHECK_INT(1, count(report, KATO_COUNT_SOURCES));
    CHECK_INT(1, count(report, KATO_COUNT_SOURCES_NEW));
    CHECK_INT(0, count(report, KATO_COUNT_SOURCES_UPDATED));
    CHECK_INT(0, count(report, KATO_COUNT_SOURCES_UNCHANGED));
    CHECK_INT(0, count(report, KATO_COUNT_SOURCES_FAILED));
    CHECK_INT(1, count(report, KATO_COUNT_CHATS));
    CHECK(count(report, KATO_COUNT_EVENTS) >= KILN_TEXTS);
    CHECK(count(report, KATO_COUNT_EVENTS) == count(report, KATO_COUNT_EVENTS_NEW));
    CHECK_INT(4654, count(report, KATO_COUNT_SIZE_BYTES));
    CHECK_INT(0, count(report, KATO_COUNT_QUARANTINED_BYTES));
    CHECK_INT(0, count(report, KATO_COUNT_PENDING_BYTES));
    CHECK_INT(0, count(report, KATO_COUNT_ISSUES));
    every_byte_is_accounted_for(report);
    CHECK_INT(0, count(report, 16));
    CHECK_INT(0, count(report, -1));
    kato_import_report_free(report);
    kato_store_close(store);
}

static void the_report_has_a_row_for_the_source_and_one_total(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    size_t rows;
    size_t len = 0;
    const char *row;
    CHECK_OK(kato_import_path(store, check_source_path(KILN), KATO_NTS, NULL, &report, ERR));
    rows = kato_import_report_rows(report);
    CHECK_INT(2, rows);
    row = kato_import_report_row(report, 0, &len);
    CHECK_INT(strlen(row), len);
    CHECK_HAS(row, "\"type\":\"source\"");
    CHECK_HAS(row, "\"format\":\"claude-code\"");
    CHECK_HAS(row, "\"status\":\"new\"");
    CHECK_HAS(row, "\"size\":4654");
    CHECK_HAS(row, "kiln.jsonl\"");
    CHECK_HAS(kato_import_report_row(report, 1, NULL), "\"type\":\"total\"");
    CHECK_TEXT("", kato_import_report_row(report, 2, &len));
    CHECK_INT(0, len);
    kato_import_report_free(report);
    kato_store_close(store);
}

static void the_same_file_again_changes_nothing(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    char *before;
    char *after;
    import_sample(store, KILN);
    before = export_all(store);
    CHECK_OK(kato_import_path(store, check_source_path(KILN), KATO_NTS, NULL, &report, ERR));
    CHECK_INT(1, count(report, KATO_COUNT_SOURCES_UNCHANGED));
    CHECK_INT(0, count(report, KATO_COUNT_EVENTS_NEW));
    CHECK_INT(4654, count(report, KATO_COUNT_SIZE_BYTES));
    CHECK_HAS(kato_import_report_row(report, 0, NULL), "\"status\":\"unchanged\"");
    kato_import_report_free(report);
    after = export_all(store);
    CHECK_TEXT(before, after);
    free(before);
    free(after);
    kato_store_close(store);
}

static void a_file_that_has_grown_adds_just_what_is_new(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    size_t size = 0;
    char *whole = read_file(check_source_path(KILN), &size);
    const char *path = check_path("growing.jsonl");
    const char *last = whole + size - 2;
    char *grown;
    char *at_once;
    kato_store *other = NULL;
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    while (*last != '\n') --last;
    write_file(path, whole, (size_t)(last + 1 - whole));
    CHECK_OK(kato_import_path(store, path, KATO_NTS, NULL, &report, ERR));
    kato_import_report_free(report);
    write_file(path, whole, size);
    CHECK_OK(kato_import_path(store, path, KATO_NTS, NULL, &report, ERR));
    CHECK_INT(1, count(report, KATO_COUNT_SOURCES_UPDATED));
    CHECK_INT(1, count(report, KATO_COUNT_EVENTS_NEW));
    CHECK_INT(0, count(report, KATO_COUNT_EVENTS_VANISHED));
    kato_import_report_free(report);
    grown = export_all(store);
    kato_store_close(store);

    options.flags = KATO_STORE_CREATE;
    CHECK_OK(kato_store_open(check_path("other"), KATO_NTS, &options, &other, ERR));
    CHECK_OK(kato_import_path(other, path, KATO_NTS, NULL, &report, ERR));
    kato_import_report_free(report);
    at_once = export_all(other);
    kato_store_close(other);
    CHECK_TEXT(at_once, grown);
    free(whole);
    free(grown);
    free(at_once);
}

static void a_torn_last_line_is_pending_and_opaque(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    size_t size = 0;
    char *whole = read_file(check_source_path(GLAZE), &size);
    write_file(check_path("torn.jsonl"), whole, size - 100);
    (void)kato_import_path(store, check_path("torn.jsonl"), KATO_NTS, NULL, &report, NULL);
    CHECK(report != NULL);
    CHECK(count(report, KATO_COUNT_PENDING_BYTES) > 0);
    CHECK(count(report, KATO_COUNT_PENDING_BYTES) <= count(report, KATO_COUNT_OPAQUE_BYTES));
    every_byte_is_accounted_for(report);
    kato_import_report_free(report);
    free(whole);
    kato_store_close(store);
}

static void a_folder_is_imported_in_the_order_of_its_names(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    size_t size = 0;
    char *kiln = read_file(check_source_path(KILN), &size);
    size_t glaze_size = 0;
    char *glaze = read_file(check_source_path(GLAZE), &glaze_size);
    CHECK_INT(0, mkdir(check_path("in"), 0700));
    CHECK_INT(0, mkdir(check_path("in/c"), 0700));
    write_file(check_path("in/b.jsonl"), kiln, size);
    write_file(check_path("in/c/a.jsonl"), glaze, glaze_size);
    CHECK_INT(0, mkfifo(check_path("in/a.jsonl"), 0600));
    CHECK_INT(0, symlink(check_path("in"), check_path("in/loop")));
    CHECK_OK(kato_import_path(store, check_path("in"), KATO_NTS, NULL, &report, ERR));
    CHECK_INT(2, count(report, KATO_COUNT_SOURCES_NEW));
    CHECK_INT(2, count(report, KATO_COUNT_CHATS));
    CHECK_INT(size + glaze_size, count(report, KATO_COUNT_SIZE_BYTES));
    every_byte_is_accounted_for(report);
    kato_import_report_free(report);
    CHECK_INT(2, count_chats(store, NULL));
    free(kiln);
    free(glaze);
    kato_store_close(store);
}

static void a_folder_with_one_bad_file_is_partial_and_the_rest_is_there(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    size_t size = 0;
    char *kiln = read_file(check_source_path(KILN), &size);
    CHECK_INT(0, mkdir(check_path("in"), 0700));
    write_file(check_path("in/a.bin"), "\x7f\x00\x01junk", 7);
    write_file(check_path("in/b.jsonl"), kiln, size);
    CHECK_STATUS(KATO_PARTIAL,
                 kato_import_path(store, check_path("in"), KATO_NTS, NULL, &report, ERR));
    CHECK_INT(7, count(report, KATO_COUNT_QUARANTINED_BYTES));
    every_byte_is_accounted_for(report);
    CHECK_INT(1, count_chats(store, NULL));
    kato_import_report_free(report);
    free(kiln);
    kato_store_close(store);
}

static void what_is_not_there_is_not_found_and_reported(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_import_path(store, check_path("none"), KATO_NTS, NULL, &report, ERR));
    CHECK(report != NULL);
    CHECK_INT(0, count(report, KATO_COUNT_EVENTS));
    kato_import_report_free(report);
    kato_store_close(store);
}

static void a_format_that_does_not_exist_is_invalid(void) {
    kato_store *store = open_store();
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    options.format = "telegraph";
    options.format_len = KATO_NTS;
    CHECK_STATUS(KATO_E_INVALID, kato_import_path(store, check_source_path(KILN), KATO_NTS,
                                                  &options, &report, ERR));
    kato_import_report_free(report);
    CHECK_INT(0, count_chats(store, NULL));
    kato_store_close(store);
}

static void a_format_can_be_named(void) {
    kato_store *store = open_store();
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    options.format = "claude-code";
    options.format_len = KATO_NTS;
    CHECK_OK(kato_import_path(store, check_source_path(KILN), KATO_NTS, &options, &report, ERR));
    CHECK_HAS(kato_import_report_row(report, 0, NULL), "\"format\":\"claude-code\"");
    kato_import_report_free(report);
    kato_store_close(store);
}

static void a_stream_in_small_pieces_gives_the_same_chat_as_the_file(void) {
    kato_store *store = open_store();
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    tally source = {0};
    const char *chat = import_sample(store, KILN);
    const char *from_file = walk_texts(store, chat, KATO_EVENTS_TREE);
    kato_store *other = NULL;
    kato_store_options of_store = KATO_STORE_OPTIONS_INIT;
    kato_store_close(store);

    of_store.flags = KATO_STORE_CREATE;
    CHECK_OK(kato_store_open(check_path("other"), KATO_NTS, &of_store, &other, ERR));
    source.data = read_file(check_source_path(KILN), &source.size);
    source.piece = 7;
    options.name = "kiln.jsonl";
    options.name_len = KATO_NTS;
    CHECK_OK(kato_import_stream(other, give_bytes, &source, count_destroy, &options, &report, ERR));
    CHECK_INT(1, source.destroyed);
    CHECK_INT(source.size, source.given);
    CHECK_HAS(kato_import_report_row(report, 0, NULL), "\"name\":\"kiln.jsonl\"");
    every_byte_is_accounted_for(report);
    kato_import_report_free(report);
    CHECK_TEXT(from_file, walk_texts(other, chat, KATO_EVENTS_TREE));
    kato_store_close(other);
    tally_end(&source);
}

static void an_empty_stream_is_a_source_without_chats(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    tally source = {0};
    kato_status status;
    source.data = read_file("/dev/null", &source.size);
    status = kato_import_stream(store, give_bytes, &source, count_destroy, NULL, &report, ERR);
    CHECK(status >= 0);
    CHECK_INT(0, count(report, KATO_COUNT_SIZE_BYTES));
    CHECK_INT(0, count(report, KATO_COUNT_CHATS));
    CHECK_INT(1, source.destroyed);
    CHECK_HAS(kato_import_report_row(report, 0, NULL), "\"name\":\"-\"");
    kato_import_report_free(report);
    kato_store_close(store);
    tally_end(&source);
}

static kato_status claim_too_much(void *self, void *buffer, size_t size, size_t *got) {
    (void)buffer;
    ++((tally *)self)->calls;
    *got = size + 1;
    return KATO_OK;
}

static void a_reader_that_claims_more_than_it_was_asked_for_is_misuse(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    tally source = {0};
    CHECK_STATUS(KATO_E_MISUSE, kato_import_stream(store, claim_too_much, &source, count_destroy,
                                                   NULL, &report, ERR));
    CHECK_INT(1, source.calls);
    CHECK_INT(1, source.destroyed);
    CHECK(report == NULL);
    kato_store_close(store);
}

static void rows_are_told_as_they_are_made(void) {
    kato_store *store = open_store();
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    tally told = {0};
    options.row = count_row;
    options.progress = NULL;
    options.user_data = &told;
    options.destroy = count_destroy;
    CHECK_OK(kato_import_path(store, check_source_path(KILN), KATO_NTS, &options, &report, ERR));
    CHECK_INT(2, told.calls);
    CHECK_INT(1, told.destroyed);
    CHECK_HAS(told.data, kato_import_report_row(report, 0, NULL));
    CHECK_HAS(told.data, kato_import_report_row(report, 1, NULL));
    kato_import_report_free(report);
    kato_store_close(store);
    tally_end(&told);
}

static void an_explanation_needs_no_store_and_adds_up(void) {
    kato_import_report *report = NULL;
    const char *row;
    size_t len;
    CHECK_OK(kato_import_explain_path(check_source_path(KILN), KATO_NTS, NULL, &report, ERR));
    CHECK_INT(1, count(report, KATO_COUNT_SOURCES));
    CHECK(count(report, KATO_COUNT_EVENTS) >= KILN_TEXTS);
    CHECK_INT(4654, count(report, KATO_COUNT_SIZE_BYTES));
    every_byte_is_accounted_for(report);
    row = kato_import_report_row(report, 0, &len);
    CHECK_HAS(row, "\"status\":\"explained\"");
    CHECK_HAS(row, "\"format\":\"claude-code\"");
    CHECK_HAS(row, "\"why\":\"");
    CHECK_HAS(row, "\"user.message\":");
    kato_import_report_free(report);
    report = NULL;
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_import_explain_path("/nonexistent", KATO_NTS, NULL, &report, ERR));
    kato_import_report_free(report);
    report = NULL;
    CHECK_STATUS(KATO_E_MISUSE, kato_import_explain_stream(NULL, NULL, NULL, NULL, &report, ERR));
    CHECK(report == NULL);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(a_file_is_imported_with_counts_that_add_up),
        CASE(the_report_has_a_row_for_the_source_and_one_total),
        CASE(the_same_file_again_changes_nothing),
        CASE(a_file_that_has_grown_adds_just_what_is_new),
        CASE(a_torn_last_line_is_pending_and_opaque),
        CASE(a_folder_is_imported_in_the_order_of_its_names),
        CASE(a_folder_with_one_bad_file_is_partial_and_the_rest_is_there),
        CASE(what_is_not_there_is_not_found_and_reported),
        CASE(a_format_that_does_not_exist_is_invalid),
        CASE(a_format_can_be_named),
        CASE(a_stream_in_small_pieces_gives_the_same_chat_as_the_file),
        CASE(an_empty_stream_is_a_source_without_chats),
        CASE(a_reader_that_claims_more_than_it_was_asked_for_is_misuse),
        CASE(rows_are_told_as_they_are_made),
        CASE(an_explanation_needs_no_store_and_adds_up),
        CASES_END};
    return check_main(argc, argv, cases);
}
