/* kato/store.h: opening a workspace, its figures, verification, the search index. */
#include "fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static kato_status open_with(const char *path, uint32_t flags, kato_store **out) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    options.flags = flags;
    return kato_store_open(path, KATO_NTS, &options, out, ERR);
}

static const char *stats(const kato_store *store, uint32_t flags) {
    kato_buffer *buffer = NULL;
    const char *json;
    CHECK_OK(kato_store_stats(store, flags, NULL, &buffer, ERR));
    json = check_keep((const char *)kato_buffer_data(buffer, NULL));
    kato_buffer_free(buffer);
    return json;
}

static void a_workspace_is_made_only_when_asked_for(void) {
    kato_store *store = NULL;
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_store_open(check_path("ws"), KATO_NTS, NULL, &store, ERR));
    CHECK(store == NULL);
    CHECK(access(check_path("ws"), F_OK) != 0);
    CHECK_STATUS(KATO_E_NOT_FOUND, open_with(check_path("ws"), KATO_STORE_READONLY, &store));
    CHECK(access(check_path("ws"), F_OK) != 0);
    CHECK_OK(open_with(check_path("ws"), KATO_STORE_CREATE, &store));
    kato_store_close(store);
    CHECK_OK(kato_store_open(check_path("ws"), KATO_NTS, NULL, &store, ERR));
    kato_store_close(store);
}

static void a_workspace_is_private_whatever_the_umask(void) {
    struct stat info;
    const mode_t before = umask(0);
    kato_store *store = open_store();
    new_chat(store, "kept to myself");
    umask(before);
    CHECK_INT(0, stat(check_path("ws"), &info));
    CHECK_INT(0700, info.st_mode & 0777);
    CHECK_INT(0, stat(check_path("ws/kato.db"), &info));
    CHECK_INT(0600, info.st_mode & 0777);
    CHECK_INT(0, stat(check_path("ws/index.db"), &info));
    CHECK_INT(0600, info.st_mode & 0777);
    CHECK_INT(0, stat(check_path("ws/kato.db-wal"), &info));
    CHECK_INT(0600, info.st_mode & 0777);
    kato_store_close(store);
}

static void what_was_written_is_there_after_opening_again(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "Lasting");
    append(store, chat, "user", "still here?");
    kato_store_close(store);
    store = open_store();
    CHECK_TEXT("Lasting;", list_titles(store, NULL));
    CHECK_TEXT("still here?;", walk_texts(store, chat, 0));
    kato_store_close(store);
}

static void the_path_is_given_back_as_it_was_given(void) {
    kato_store *store = open_store();
    size_t len = 0;
    CHECK_TEXT(check_path("ws"), kato_store_path(store, &len));
    CHECK_INT(strlen(check_path("ws")), len);
    kato_store_close(store);
}

static void a_path_may_be_given_with_its_length(void) {
    const char *longer = check_path("ws-and-more");
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_store *store = NULL;
    options.flags = KATO_STORE_CREATE;
    CHECK_OK(kato_store_open(longer, strlen(longer) - 9, &options, &store, ERR));
    CHECK_TEXT(check_path("ws"), kato_store_path(store, NULL));
    CHECK(access(check_path("ws/kato.db"), F_OK) == 0);
    kato_store_close(store);
}

static void a_path_need_not_be_utf8(void) {
    kato_store *store = NULL;
    CHECK_OK(open_with(check_path("w\xFFs"), KATO_STORE_CREATE, &store));
    CHECK_TEXT(check_path("w\xFFs"), kato_store_path(store, NULL));
    kato_store_close(store);
}

static void an_empty_path_and_one_with_nul_are_invalid(void) {
    kato_store *store = NULL;
    CHECK_STATUS(KATO_E_INVALID, kato_store_open("", 0, NULL, &store, ERR));
    CHECK_STATUS(KATO_E_INVALID, kato_store_open("a\0b", 3, NULL, &store, ERR));
    CHECK_HAS(check_detail(), "\"offset\":1");
    CHECK(store == NULL);
}

static void unknown_flags_are_misuse(void) {
    kato_store *store = NULL;
    CHECK_STATUS(KATO_E_MISUSE, open_with(check_path("ws"), 4u, &store));
    CHECK_STATUS(KATO_E_MISUSE,
                 open_with(check_path("ws"), KATO_STORE_CREATE | KATO_STORE_READONLY, &store));
    CHECK(access(check_path("ws"), F_OK) != 0);
    store = open_store();
    CHECK_STATUS(KATO_E_MISUSE, kato_store_stats(store, 2u, NULL, NULL, ERR));
    kato_store_close(store);
}

static void a_workspace_that_others_could_change_is_refused_with_a_hint(void) {
    kato_store *store = NULL;
    kato_store_close(open_store());
    CHECK_INT(0, chmod(check_path("ws"), 0770));
    CHECK_STATUS(KATO_E_DENIED, kato_store_open(check_path("ws"), KATO_NTS, NULL, &store, ERR));
    CHECK_HAS_NOT(check_detail(), "\"hint\":null");
    CHECK_INT(0, chmod(check_path("ws"), 0707));
    CHECK_STATUS(KATO_E_DENIED, kato_store_open(check_path("ws"), KATO_NTS, NULL, &store, ERR));
    CHECK_INT(0, chmod(check_path("ws"), 0700));
    CHECK_OK(kato_store_open(check_path("ws"), KATO_NTS, NULL, &store, ERR));
    kato_store_close(store);
}

static void a_workspace_that_is_a_symbolic_link_is_refused(void) {
    kato_store *store = NULL;
    kato_store_close(open_store());
    CHECK_INT(0, symlink(check_path("ws"), check_path("link")));
    CHECK_STATUS(KATO_E_DENIED, kato_store_open(check_path("link"), KATO_NTS, NULL, &store, ERR));
    CHECK_STATUS(KATO_E_DENIED, open_with(check_path("link"), KATO_STORE_CREATE, &store));
}

static void a_read_only_store_reads_and_refuses_to_write(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "Look, don't touch");
    kato_event_options options = KATO_EVENT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    kato_chat *made = NULL;
    append(store, chat, "user", "seen");
    kato_store_close(store);
    CHECK_OK(open_with(check_path("ws"), KATO_STORE_READONLY, &store));
    CHECK_TEXT("Look, don't touch;", list_titles(store, NULL));
    CHECK_TEXT("seen;", walk_texts(store, chat, 0));
    options.role = "user";
    options.role_len = KATO_NTS;
    CHECK_STATUS(KATO_E_DENIED, kato_event_append(store, chat, KATO_NTS, &options, NULL, ERR));
    CHECK_STATUS(KATO_E_DENIED, kato_chat_create(store, NULL, &made, ERR));
    CHECK_STATUS(KATO_E_DENIED, kato_chat_rename(store, chat, KATO_NTS, "x", KATO_NTS, ERR));
    CHECK_STATUS(KATO_E_DENIED, kato_chat_tag(store, chat, KATO_NTS, "x", KATO_NTS, 0, ERR));
    CHECK_STATUS(KATO_E_DENIED, kato_chat_delete(store, chat, KATO_NTS, 0, ERR));
    CHECK_STATUS(KATO_E_DENIED,
                 kato_import_path(store, check_source_path(KILN), KATO_NTS, NULL, &report, ERR));
    kato_import_report_free(report);
    CHECK_STATUS(KATO_E_DENIED, kato_store_reindex(store, NULL, NULL, NULL, NULL, ERR));
    CHECK_TEXT("seen;", walk_texts(store, chat, 0));
    kato_store_close(store);
}

static void stats_count_what_is_there(void) {
    kato_store *store = open_store();
    const char *json = stats(store, 0);
    CHECK_HAS(json, "\"schema\":4");
    CHECK_HAS(json, "\"chats\":0");
    CHECK_HAS(json, "\"events\":0");
    CHECK_HAS_NOT(json, "content_hash");
    import_sample(store, KILN);
    append(store, new_chat(store, "mine"), "user", "one more");
    json = stats(store, 0);
    CHECK_HAS(json, "\"chats\":2");
    CHECK_HAS(json, "\"sources\":1");
    CHECK_HAS(json, "\"source_bytes\":4654");
    CHECK_HAS(json, "\"blobs\":1");
    CHECK_HAS(json, "\"events_by_kind\":{");
    CHECK_HAS(json, "\"assistant.tool.call\":1");
    kato_store_close(store);
}

static void the_content_hash_follows_the_content(void) {
    kato_store *store = open_store();
    const char *chat;
    const char *before;
    const char *hash;
    import_sample(store, GLAZE);
    before = stats(store, KATO_STATS_CONTENT_HASH);
    hash = strstr(before, "\"content_hash\":\"");
    CHECK(hash != NULL);
    CHECK_TEXT(before, stats(store, KATO_STATS_CONTENT_HASH));
    chat = new_chat(store, "different");
    CHECK_HAS_NOT(stats(store, KATO_STATS_CONTENT_HASH), hash);
    (void)chat;
    kato_store_close(store);
}

static void verification_of_a_sound_store_passes_every_check(void) {
    kato_store *store = open_store();
    kato_buffer *report = NULL;
    tally told = {0};
    import_sample(store, KILN);
    CHECK_OK(kato_store_verify(store, NULL, count_progress, &told, count_destroy, &report, ERR));
    CHECK_HAS((const char *)kato_buffer_data(report, NULL), "\"ok\":true");
    CHECK_HAS((const char *)kato_buffer_data(report, NULL), "\"checks\":[");
    CHECK_HAS_NOT((const char *)kato_buffer_data(report, NULL), "\"ok\":false");
    CHECK_INT(1, told.destroyed);
    kato_buffer_free(report);
    kato_store_close(store);
    tally_end(&told);
}

static void the_index_can_be_deleted_and_built_anew(void) {
    kato_store *store = open_store();
    kato_search_cursor *hits = NULL;
    tally told = {0};
    import_sample(store, KILN);
    kato_store_close(store);
    CHECK_INT(0, unlink(check_path("ws/index.db")));
    (void)unlink(check_path("ws/index.db-wal")); /* may not be there */
    (void)unlink(check_path("ws/index.db-shm"));
    store = open_store();
    CHECK_OK(kato_store_reindex(store, NULL, count_progress, &told, count_destroy, ERR));
    CHECK_INT(1, told.destroyed);
    CHECK_OK(kato_search(store, "thermocouple", KATO_NTS, NULL, &hits, ERR));
    CHECK_OK(kato_search_next(hits, ERR));
    kato_search_free(hits);
    kato_store_close(store);
    tally_end(&told);
}

static void two_handles_of_one_workspace_see_each_others_changes(void) {
    kato_store *first = open_store();
    kato_store *second = open_store();
    const char *chat = new_chat(first, "from the first");
    append(second, chat, "user", "from the second");
    CHECK_TEXT("from the first;", list_titles(second, NULL));
    CHECK_TEXT("from the second;", walk_texts(first, chat, 0));
    kato_store_close(first);
    kato_store_close(second);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(a_workspace_is_made_only_when_asked_for),
        CASE(a_workspace_is_private_whatever_the_umask),
        CASE(what_was_written_is_there_after_opening_again),
        CASE(the_path_is_given_back_as_it_was_given),
        CASE(a_path_may_be_given_with_its_length),
        CASE(a_path_need_not_be_utf8),
        CASE(an_empty_path_and_one_with_nul_are_invalid),
        CASE(unknown_flags_are_misuse),
        CASE(a_workspace_that_others_could_change_is_refused_with_a_hint),
        CASE(a_workspace_that_is_a_symbolic_link_is_refused),
        CASE(a_read_only_store_reads_and_refuses_to_write),
        CASE(stats_count_what_is_there),
        CASE(the_content_hash_follows_the_content),
        CASE(verification_of_a_sound_store_passes_every_check),
        CASE(the_index_can_be_deleted_and_built_anew),
        CASE(two_handles_of_one_workspace_see_each_others_changes),
        CASES_END};
    return check_main(argc, argv, cases);
}
