/* Chats that are deleted, brought back, and removed for good. */
#include "fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int search_hits(const kato_store *store, const char *query) {
    kato_search_cursor *hits = NULL;
    int count = 0;
    CHECK_OK(kato_search(store, query, KATO_NTS, NULL, &hits, ERR));
    while (kato_search_next(hits, ERR) == KATO_OK) ++count;
    kato_search_free(hits);
    return count;
}

static void import_again(kato_store *store, const char *sample, kato_status wanted) {
    kato_import_report *report = NULL;
    CHECK_STATUS(wanted,
                 kato_import_path(store, check_source_path(sample), KATO_NTS, NULL, &report, ERR));
    kato_import_report_free(report);
}

static void a_deleted_chat_is_nowhere_but_in_the_list_of_deleted_ones(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "Old plans");
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    kato_chat_cursor *cursor = NULL;
    kato_event_cursor *walk = NULL;
    kato_chat *chat = NULL;
    char *exported;
    append(store, id, "user", "porcelain");
    CHECK_INT(1, search_hits(store, "porcelain"));
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, 0, ERR));
    CHECK_INT(0, count_chats(store, NULL));
    CHECK_INT(0, search_hits(store, "porcelain"));
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_chat_get(store, id, KATO_NTS, &chat, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_chat_get(store, "Old plans", KATO_NTS, &chat, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_chat_events(store, id, KATO_NTS, 0, &walk, ERR));
    exported = export_all(store);
    CHECK_HAS_NOT(exported, "porcelain");
    free(exported);
    filter.flags = KATO_CHATS_DELETED;
    CHECK_OK(kato_chat_list(store, &filter, &cursor, ERR));
    CHECK_OK(kato_chat_cursor_next(cursor, &chat, ERR));
    CHECK_TEXT(id, kato_chat_id(chat, NULL));
    CHECK_INT(1, kato_chat_deleted(chat));
    kato_chat_free(chat);
    kato_chat_cursor_free(cursor);
    kato_store_close(store);
}

static void importing_its_source_again_does_not_bring_a_deleted_chat_back(void) {
    kato_store *store = open_store();
    const char *id = import_sample(store, KILN);
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, 0, ERR));
    import_again(store, KILN, KATO_OK);
    CHECK_INT(0, count_chats(store, NULL));
    CHECK_INT(0, search_hits(store, "thermocouple"));
    kato_store_close(store);
}

static void a_restored_chat_is_as_it_was(void) {
    kato_store *store = open_store();
    const char *id = import_sample(store, KILN);
    char *before;
    char *after;
    CHECK_OK(kato_chat_tag(store, id, KATO_NTS, "kept", KATO_NTS, 0, ERR));
    before = export_all(store);
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, 0, ERR));
    CHECK_OK(kato_chat_restore(store, id, KATO_NTS, ERR));
    after = export_all(store);
    CHECK_TEXT(before, after);
    CHECK_INT(1, search_hits(store, "thermocouple"));
    free(before);
    free(after);
    kato_store_close(store);
}

static void restoring_takes_a_full_id_of_a_deleted_chat(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "here");
    CHECK_STATUS(KATO_E_INVALID, kato_chat_restore(store, "here", KATO_NTS, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_chat_restore(store, "00000000-0000-4000-8000-000000000000", KATO_NTS, ERR));
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, 0, ERR));
    CHECK_STATUS(KATO_E_INVALID, kato_chat_restore(store, id, 8, ERR));
    CHECK_OK(kato_chat_restore(store, id, KATO_NTS, ERR));
    CHECK_INT(1, count_chats(store, NULL));
    kato_store_close(store);
}

static void deleting_what_is_deleted_is_not_found(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "once");
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, 0, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_chat_delete(store, id, KATO_NTS, 0, ERR));
    kato_store_close(store);
}

/* 1 when any file of the workspace holds the text. */
static int workspace_holds(const char *text) {
    DIR *dir = opendir(check_path("ws"));
    struct dirent *entry;
    int found = 0;
    CHECK(dir != NULL);
    while ((entry = readdir(dir)) != NULL) {
        char name[300];
        char *data;
        size_t size = 0;
        size_t i;
        if (entry->d_name[0] == '.') continue;
        sprintf(name, "ws/%.250s", entry->d_name);
        data = read_file(check_path(name), &size);
        for (i = 0; i + strlen(text) <= size; ++i)
            if (memcmp(data + i, text, strlen(text)) == 0) found = 1;
        free(data);
    }
    closedir(dir);
    return found;
}

static void purging_leaves_no_word_of_the_chat_in_any_file(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "Titlemarkxyz");
    append(store, id, "user", "Textmarkxyz of a secret");
    CHECK_OK(kato_chat_tag(store, id, KATO_NTS, "Tagmarkxyz", KATO_NTS, 0, ERR));
    kato_store_close(store); /* all of it is in the files now */
    CHECK(workspace_holds("Textmarkxyz"));
    store = open_store();
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, KATO_DELETE_PURGE, ERR));
    CHECK(!workspace_holds("Textmarkxyz"));
    CHECK(!workspace_holds("textmarkxyz"));
    CHECK(!workspace_holds("Titlemarkxyz"));
    CHECK(!workspace_holds("Tagmarkxyz"));
    kato_store_close(store);
    CHECK(!workspace_holds("Textmarkxyz"));
}

static void a_purged_chat_does_not_come_back_in_any_way(void) {
    kato_store *store = open_store();
    const char *id = import_sample(store, KILN);
    char *exported;
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, KATO_DELETE_PURGE, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_chat_restore(store, id, KATO_NTS, ERR));
    import_again(store, KILN, KATO_OK);
    CHECK_INT(0, count_chats(store, NULL));
    CHECK_INT(0, search_hits(store, "thermocouple"));
    exported = export_all(store);
    CHECK_HAS_NOT(exported, "thermocouple");
    free(exported);
    kato_store_close(store);
}

static void purging_one_chat_leaves_the_others(void) {
    kato_store *store = open_store();
    const char *id = import_sample(store, KILN);
    kato_buffer *report = NULL;
    import_sample(store, GLAZE);
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, KATO_DELETE_PURGE, ERR));
    CHECK_INT(1, count_chats(store, NULL));
    CHECK(search_hits(store, "cobalt") > 0);
    CHECK_OK(kato_store_verify(store, NULL, NULL, NULL, NULL, &report, ERR));
    kato_buffer_free(report);
    kato_store_close(store);
}

static void a_deleted_chat_can_still_be_purged(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "first hidden, then gone");
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, 0, ERR));
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, KATO_DELETE_PURGE, ERR));
    filter.flags = KATO_CHATS_DELETED;
    CHECK_INT(0, count_chats(store, &filter));
    kato_store_close(store);
}

static void the_original_of_a_purged_chat_reads_as_zero_bytes_and_is_partial(void) {
    kato_store *store = open_store();
    const char *id = import_sample(store, KILN);
    kato_export_options options = KATO_EXPORT_OPTIONS_INIT;
    tally out = {0};
    size_t i;
    CHECK_OK(kato_chat_delete(store, id, KATO_NTS, KATO_DELETE_PURGE, ERR));
    options.format = "original";
    options.format_len = KATO_NTS;
    CHECK_STATUS(KATO_PARTIAL, kato_export(store, &options, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(4654, out.size);
    for (i = 0; i < out.size; ++i) CHECK(out.data[i] == '\0' || out.data[i] == '\n');
    CHECK_INT(1, out.destroyed);
    tally_end(&out);
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(a_deleted_chat_is_nowhere_but_in_the_list_of_deleted_ones),
        CASE(importing_its_source_again_does_not_bring_a_deleted_chat_back),
        CASE(a_restored_chat_is_as_it_was),
        CASE(restoring_takes_a_full_id_of_a_deleted_chat),
        CASE(deleting_what_is_deleted_is_not_found),
        CASE(purging_leaves_no_word_of_the_chat_in_any_file),
        CASE(a_purged_chat_does_not_come_back_in_any_way),
        CASE(purging_one_chat_leaves_the_others),
        CASE(a_deleted_chat_can_still_be_purged),
        CASE(the_original_of_a_purged_chat_reads_as_zero_bytes_and_is_partial),
        CASES_END};
    return check_main(argc, argv, cases);
}
