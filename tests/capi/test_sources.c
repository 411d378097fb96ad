/* The sources that the store keeps, and their bytes. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rows of a list, each followed by a line end; valid until the case ends. */
static const char *list(const kato_store *store, const char *const *chats, size_t chat_count) {
    kato_source_cursor *cursor = NULL;
    const char *json = NULL;
    size_t len = 0;
    tally rows = {0};
    const char *text;
    CHECK_OK(kato_source_list(store, chats, chat_count, &cursor, ERR));
    while (kato_source_cursor_next(cursor, &json, &len, ERR) == KATO_OK) {
        CHECK_INT(strlen(json), len);
        CHECK_OK(count_row(&rows, json, len));
    }
    CHECK_STATUS(KATO_DONE, kato_source_cursor_next(cursor, &json, &len, ERR));
    CHECK(json == NULL);
    CHECK_INT(0, len);
    kato_source_cursor_free(cursor);
    text = check_keep(rows.data != NULL ? rows.data : "");
    tally_end(&rows);
    return text;
}

/* The id in the first row. */
static const char *first_id(const char *rows) {
    const char *found = strstr(rows, "\"id\":\"");
    char id[37];
    CHECK(found != NULL);
    memcpy(id, found + 6, 36);
    id[36] = '\0';
    return check_keep(id);
}

static void a_source_says_what_it_is(void) {
    kato_store *store = open_store();
    const char *rows;
    CHECK_TEXT("", list(store, NULL, 0));
    import_sample(store, KILN);
    rows = list(store, NULL, 0);
    CHECK_HAS(rows, "{\"id\":\"");
    CHECK_HAS(rows, "kiln.jsonl\"");
    CHECK_HAS(rows, "\"format\":\"claude-code\"");
    CHECK_HAS(rows, "\"size\":4654");
    CHECK_HAS(rows, "\"sha256\":\"");
    CHECK_HAS(rows, "\"retained\":true");
    CHECK(strchr(rows, '\n') == rows + strlen(rows) - 1);
    kato_store_close(store);
}

static void sources_of_chosen_chats_only(void) {
    kato_store *store = open_store();
    const char *chats[1];
    chats[0] = import_sample(store, KILN);
    import_sample(store, GLAZE);
    CHECK_HAS(list(store, NULL, 0), "glaze.jsonl");
    CHECK_HAS(list(store, chats, 1), "kiln.jsonl");
    CHECK_HAS_NOT(list(store, chats, 1), "glaze.jsonl");
    chats[0] = new_chat(store, "from nowhere");
    CHECK_TEXT("", list(store, chats, 1));
    kato_store_close(store);
}

static void a_file_that_nothing_recognised_is_a_source_without_format(void) {
    kato_store *store = open_store();
    kato_import_report *report = NULL;
    tally out = {0};
    write_file(check_path("junk"), "\x01\x02\x03\x04", 4);
    CHECK_STATUS(KATO_PARTIAL,
                 kato_import_path(store, check_path("junk"), KATO_NTS, NULL, &report, ERR));
    kato_import_report_free(report);
    CHECK_HAS(list(store, NULL, 0), "\"format\":null");
    CHECK_OK(kato_source_read(store, first_id(list(store, NULL, 0)), KATO_NTS, take_bytes, &out,
                              count_destroy, ERR));
    CHECK_TEXT("\x01\x02\x03\x04", out.data);
    kato_store_close(store);
    tally_end(&out);
}

static void a_source_gives_its_bytes_back(void) {
    kato_store *store = open_store();
    tally out = {0};
    size_t size = 0;
    char *file = read_file(check_source_path(KILN), &size);
    import_sample(store, KILN);
    CHECK_OK(kato_source_read(store, first_id(list(store, NULL, 0)), KATO_NTS, take_bytes, &out,
                              count_destroy, ERR));
    CHECK_INT(size, out.size);
    CHECK(memcmp(file, out.data, size) == 0);
    CHECK_INT(1, out.destroyed);
    free(file);
    kato_store_close(store);
    tally_end(&out);
}

static void a_source_of_several_chunks_gives_its_bytes_back(void) {
    kato_store *store = open_store();
    tally source = {0};
    tally out = {0};
    kato_import_report *report = NULL;
    unsigned long state = 12345u;
    size_t i;
    source.size = 3u << 20;
    source.data = (char *)malloc(source.size);
    CHECK(source.data != NULL);
    for (i = 0; i < source.size; ++i) {
        state = (state * 1103515245u + 12345u) & 0x7fffffffu;
        source.data[i] = (char)(state >> 16);
    }
    CHECK_STATUS(KATO_PARTIAL,
                 kato_import_stream(store, give_bytes, &source, NULL, NULL, &report, ERR));
    kato_import_report_free(report);
    CHECK_OK(kato_source_read(store, first_id(list(store, NULL, 0)), KATO_NTS, take_bytes, &out,
                              NULL, ERR));
    CHECK_INT(source.size, out.size);
    CHECK(memcmp(source.data, out.data, source.size) == 0);
    kato_store_close(store);
    tally_end(&source);
    tally_end(&out);
}

static void a_source_is_asked_for_by_its_full_id(void) {
    kato_store *store = open_store();
    tally out = {0};
    import_sample(store, KILN);
    CHECK_STATUS(KATO_E_INVALID,
                 kato_source_read(store, "kiln", KATO_NTS, take_bytes, &out, count_destroy, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_source_read(store, "00000000-0000-4000-8000-000000000000", KATO_NTS,
                                  take_bytes, &out, count_destroy, ERR));
    CHECK_INT(0, out.calls);
    CHECK_INT(2, out.destroyed);
    kato_store_close(store);
}

static void a_source_known_without_its_bytes_is_not_found(void) {
    kato_store *store = open_store();
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_store *other = NULL;
    kato_import_report *report = NULL;
    tally canonical = {0};
    tally out = {0};
    const char *chat = import_sample(store, KILN);
    CHECK_OK(kato_export(store, NULL, take_bytes, &canonical, NULL, ERR));
    kato_store_close(store);
    options.flags = KATO_STORE_CREATE;
    CHECK_OK(kato_store_open(check_path("other"), KATO_NTS, &options, &other, ERR));
    CHECK_OK(kato_import_stream(other, give_bytes, &canonical, NULL, NULL, &report, ERR));
    kato_import_report_free(report);
    CHECK_HAS(list(other, &chat, 1), "\"retained\":false");
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_source_read(other, first_id(list(other, &chat, 1)), KATO_NTS, take_bytes,
                                  &out, count_destroy, ERR));
    kato_store_close(other);
    tally_end(&canonical);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(a_source_says_what_it_is),
        CASE(sources_of_chosen_chats_only),
        CASE(a_file_that_nothing_recognised_is_a_source_without_format),
        CASE(a_source_gives_its_bytes_back),
        CASE(a_source_of_several_chunks_gives_its_bytes_back),
        CASE(a_source_is_asked_for_by_its_full_id),
        CASE(a_source_known_without_its_bytes_is_not_found),
        CASES_END};
    return check_main(argc, argv, cases);
}
