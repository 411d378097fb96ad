/* Every status that a caller can meet, how its error object looks, and that success has none. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void an_error_says_the_same_in_words_and_in_json(void) {
    kato_store *store = NULL;
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_store_open(check_path("none"), KATO_NTS, NULL, &store, ERR));
    CHECK_HAS(check_message(), "none");
    CHECK(strchr(check_message(), '\n') == NULL);
    CHECK_HAS(check_detail(), "{\"status\":-5,\"name\":\"KATO_E_NOT_FOUND\",\"message\":\"");
    CHECK_HAS(check_detail(), "\"path\":");
    CHECK_HAS(check_detail(), "\"line\":null");
    CHECK_HAS(check_detail(), "\"offset\":");
    CHECK_HAS(check_detail(), "\"errno\":");
    CHECK_HAS(check_detail(), "\"sqlite\":");
    CHECK_HAS(check_detail(), "\"hint\":");
}

static void lengths_of_message_and_detail_are_theirs(void) {
    kato_store *store = NULL;
    kato_error *error = NULL;
    size_t len = 0;
    (void)kato_store_open("", 0, NULL, &store, &error); /* fails: what is tested is the object */
    CHECK(error != NULL);
    CHECK_INT(KATO_E_INVALID, kato_error_status(error));
    CHECK_INT(strlen(kato_error_message(error, NULL)), (kato_error_message(error, &len), len));
    CHECK_INT(strlen(kato_error_detail(error, NULL)), (kato_error_detail(error, &len), len));
    kato_error_free(error);
}

static void a_call_works_without_a_place_for_the_error(void) {
    kato_store *store = NULL;
    CHECK_INT(KATO_E_NOT_FOUND, kato_store_open(check_path("none"), KATO_NTS, NULL, &store, NULL));
    CHECK_INT(KATO_E_INVALID, kato_store_open("", 0, NULL, &store, NULL));
    store = open_store();
    CHECK_INT(KATO_E_MISUSE, kato_chat_get(store, NULL, 0, NULL, NULL));
    kato_store_close(store);
}

static void a_message_stays_one_line_of_utf8_whatever_the_path(void) {
    kato_store *store = NULL;
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_store_open(check_path("a\nb\x1b[31m\xFF"), KATO_NTS, NULL, &store, ERR));
    CHECK(strchr(check_message(), '\n') == NULL);
    CHECK(strchr(check_message(), '\x1b') == NULL);
    CHECK(strchr(check_message(), '\xFF') == NULL);
    CHECK(strchr(check_detail(), '\xFF') == NULL);
}

static void misuse_names_the_function(void) {
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_rename(NULL, "a", 1, "b", 1, ERR));
    CHECK_HAS(check_message(), "kato_chat_rename: ");
}

static void text_that_is_not_utf8_is_invalid_and_the_place_is_told(void) {
    kato_store *store = open_store();
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    kato_chat *chat = NULL;
    options.title = "ab\xC3(";
    options.title_len = KATO_NTS;
    CHECK_STATUS(KATO_E_INVALID, kato_chat_create(store, &options, &chat, ERR));
    CHECK_HAS(check_detail(), "\"offset\":2");
    CHECK(chat == NULL);
    CHECK_INT(0, count_chats(store, NULL));
    kato_store_close(store);
}

static void references_are_not_found_or_ambiguous(void) {
    kato_store *store = open_store();
    kato_chat *chat = NULL;
    const char *first = new_chat(store, "Kitchen tiles");
    new_chat(store, "Kitchen taps");
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_chat_get(store, "Garden", KATO_NTS, &chat, ERR));
    CHECK_STATUS(KATO_E_AMBIGUOUS, kato_chat_get(store, "Kitchen", KATO_NTS, &chat, ERR));
    CHECK(chat == NULL);
    CHECK_OK(kato_chat_get(store, "tiles", KATO_NTS, &chat, ERR));
    CHECK_TEXT(first, kato_chat_id(chat, NULL));
    kato_chat_free(chat);
    kato_store_close(store);
}

static void a_limit_that_is_documented_is_held(void) {
    kato_store *store = open_store();
    kato_search_options options = KATO_SEARCH_OPTIONS_INIT;
    kato_search_cursor *hits = NULL;
    options.limit = 10001u;
    CHECK_STATUS(KATO_E_LIMIT, kato_search(store, "word", KATO_NTS, &options, &hits, ERR));
    CHECK(hits == NULL);
    options.limit = 10000u;
    CHECK_OK(kato_search(store, "word", KATO_NTS, &options, &hits, ERR));
    kato_search_free(hits);
    kato_store_close(store);
}

static void reading_that_the_system_refuses_is_an_io_error_with_errno(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    /* Opens like a file, and its first byte cannot be read: nothing is mapped there. */
    if (access("/proc/self/mem", R_OK) != 0) {
        kato_store_close(store);
        check_skip("no /proc");
    }
    CHECK_STATUS(KATO_E_IO,
                 kato_import_path(store, "/proc/self/mem", KATO_NTS, NULL, &report, ERR));
    CHECK_HAS(check_detail(), "\"errno\":5");
    CHECK(report != NULL);
    kato_import_report_free(report);
    kato_store_close(store);
}

static void a_file_without_read_permission_is_denied(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    const char *path = check_path("locked.jsonl");
    write_file(path, "{}\n", 3);
    CHECK_INT(0, chmod(path, 0));
    if (access(path, R_OK) == 0) {
        kato_store_close(store);
        check_skip("root reads everything");
    }
    CHECK_STATUS(KATO_E_DENIED, kato_import_path(store, path, KATO_NTS, NULL, &report, ERR));
    kato_import_report_free(report);
    kato_store_close(store);
}

static void patch(const char *path, long offset, const void *bytes, size_t size) {
    FILE *file = fopen(path, "r+b");
    CHECK(file != NULL);
    CHECK(fseek(file, offset, SEEK_SET) == 0);
    CHECK(fwrite(bytes, 1, size, file) == size);
    CHECK(fclose(file) == 0);
}

/* SQLite's file format: the application id is at byte 68, the user version at byte 60. */
static void a_database_that_is_not_one_is_corrupt(void) {
    kato_store *store = NULL;
    kato_store_close(open_store());
    patch(check_path("ws/kato.db"), 0, "Not an SQLite file, is it?", 26);
    CHECK_STATUS(KATO_E_CORRUPT, kato_store_open(check_path("ws"), KATO_NTS, NULL, &store, ERR));
    CHECK(store == NULL);
    CHECK_HAS(check_detail(), "kato.db");
}

static void another_programs_database_is_corrupt_and_stays_as_it_is(void) {
    kato_store *store = NULL;
    char *before;
    char *after;
    size_t size = 0;
    size_t size_after = 0;
    kato_store_close(open_store());
    patch(check_path("ws/kato.db"), 68, "Else", 4);
    before = read_file(check_path("ws/kato.db"), &size);
    CHECK_STATUS(KATO_E_CORRUPT, kato_store_open(check_path("ws"), KATO_NTS, NULL, &store, ERR));
    after = read_file(check_path("ws/kato.db"), &size_after);
    CHECK(size == size_after && memcmp(before, after, size) == 0);
    free(before);
    free(after);
}

static void a_newer_store_is_refused_and_not_changed(void) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_store *store = NULL;
    char *before;
    char *after;
    size_t size = 0;
    size_t size_after = 0;
    kato_store_close(open_store());
    patch(check_path("ws/kato.db"), 60, "\0\0\0\x63", 4);
    before = read_file(check_path("ws/kato.db"), &size);
    CHECK_STATUS(KATO_E_VERSION, kato_store_open(check_path("ws"), KATO_NTS, NULL, &store, ERR));
    options.flags = KATO_STORE_CREATE;
    CHECK_STATUS(KATO_E_VERSION,
                 kato_store_open(check_path("ws"), KATO_NTS, &options, &store, ERR));
    options.flags = KATO_STORE_READONLY;
    CHECK_STATUS(KATO_E_VERSION,
                 kato_store_open(check_path("ws"), KATO_NTS, &options, &store, ERR));
    CHECK(store == NULL);
    after = read_file(check_path("ws/kato.db"), &size_after);
    CHECK(size == size_after && memcmp(before, after, size) == 0);
    free(before);
    free(after);
}

/* Writes to the second store while the first one is in the middle of an import. */
typedef struct other {
    kato_store *store;
    kato_status status;
    int told;
} other;

static void write_meanwhile(void *inside_data) {
    other *o = (other *)inside_data;
    kato_chat *chat = NULL;
    kato_error *error = NULL;
    const kato_status status = kato_chat_create(o->store, NULL, &chat, &error);
    if (status == KATO_E_BUSY) {
        o->status = status;
        o->told = strstr(kato_error_detail(error, NULL), "\"hint\":null") == NULL;
    }
    kato_error_free(error);
    kato_chat_free(chat);
}

static void a_store_that_another_handle_writes_to_is_busy(void) {
    static const char line[] = "{\"type\":\"noise\"}\n";
    size_t i;
    kato_store *store = open_store();
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_import_report *report = NULL;
    tally source = {0};
    other second = {NULL, KATO_OK, 0};
    options.busy_timeout_ms = 1u;
    CHECK_OK(kato_store_open(check_path("ws"), KATO_NTS, &options, &second.store, ERR));
    source.size = 100000u * (sizeof line - 1); /* more than is looked at before the change begins */
    source.data = (char *)malloc(source.size);
    CHECK(source.data != NULL);
    for (i = 0; i < source.size; ++i) source.data[i] = line[i % (sizeof line - 1)];
    source.piece = 100000u;
    source.inside = write_meanwhile;
    source.inside_data = &second;
    CHECK_STATUS(KATO_PARTIAL, /* noise is of no format */
                 kato_import_stream(store, give_bytes, &source, count_destroy, NULL, &report, ERR));
    CHECK_INT(KATO_E_BUSY, second.status);
    CHECK_INT(1, second.told);
    kato_import_report_free(report);
    kato_store_close(store);
    new_chat(second.store, "free again");
    kato_store_close(second.store);
    tally_end(&source);
}

static void a_malformed_query_is_invalid_and_says_where(void) {
    kato_store *store = open_store();
    kato_search_cursor *hits = NULL;
    CHECK_STATUS(KATO_E_INVALID, kato_search(store, "fine \"unclosed", KATO_NTS, NULL, &hits, ERR));
    CHECK_HAS(check_detail(), "\"offset\":5");
    CHECK_HAS_NOT(check_message(), "fts5");
    CHECK_HAS_NOT(check_message(), "SQL");
    CHECK(hits == NULL);
    kato_store_close(store);
}

static void bytes_that_nothing_recognises_make_an_import_partial(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    write_file(check_path("noise.bin"), "\x01\x02\x03 nothing of ours", 20);
    CHECK_STATUS(KATO_PARTIAL,
                 kato_import_path(store, check_path("noise.bin"), KATO_NTS, NULL, &report, ERR));
    CHECK_INT(20, kato_import_report_count(report, KATO_COUNT_QUARANTINED_BYTES));
    kato_import_report_free(report);
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(an_error_says_the_same_in_words_and_in_json),
        CASE(lengths_of_message_and_detail_are_theirs),
        CASE(a_call_works_without_a_place_for_the_error),
        CASE(a_message_stays_one_line_of_utf8_whatever_the_path),
        CASE(misuse_names_the_function),
        CASE(text_that_is_not_utf8_is_invalid_and_the_place_is_told),
        CASE(references_are_not_found_or_ambiguous),
        CASE(a_limit_that_is_documented_is_held),
        CASE(reading_that_the_system_refuses_is_an_io_error_with_errno),
        CASE(a_file_without_read_permission_is_denied),
        CASE(a_database_that_is_not_one_is_corrupt),
        CASE(another_programs_database_is_corrupt_and_stays_as_it_is),
        CASE(a_newer_store_is_refused_and_not_changed),
        CASE(a_store_that_another_handle_writes_to_is_busy),
        CASE(a_malformed_query_is_invalid_and_says_where),
        CASE(bytes_that_nothing_recognises_make_an_import_partial),
        CASES_END};
    return check_main(argc, argv, cases);
}
