/* Options structs across versions: an older program's shorter one, a newer one's longer one, garbage. */
#include "fixture.h"

#include <string.h>

/* A struct as a later version may have it: today's, and what was added. */
typedef struct later_options {
    kato_chat_options known;
    uint64_t added;
    uint64_t added_too;
} later_options;

static later_options later(void) {
    const kato_chat_options init = KATO_CHAT_OPTIONS_INIT;
    later_options options;
    memset(&options, 0, sizeof options);
    options.known = init;
    options.known.struct_size = sizeof options;
    options.known.title = "Written by a newer program";
    options.known.title_len = KATO_NTS;
    return options;
}

static void a_longer_struct_is_fine_while_the_unknown_part_is_zero(void) {
    kato_store *store = open_store();
    later_options options = later();
    kato_chat *chat = NULL;
    CHECK_OK(kato_chat_create(store, &options.known, &chat, ERR));
    CHECK_TEXT("Written by a newer program", kato_chat_title(chat, NULL));
    kato_chat_free(chat);
    kato_store_close(store);
}

static void an_unknown_option_that_is_set_is_an_abi_error(void) {
    kato_store *store = open_store();
    later_options options = later();
    kato_chat *chat = NULL;
    unsigned char *last = (unsigned char *)&options + sizeof options - 1;
    options.added = 1u;
    CHECK_STATUS(KATO_E_ABI, kato_chat_create(store, &options.known, &chat, ERR));
    CHECK(chat == NULL);
    options.added = 0u;
    *last = 1u;
    CHECK_STATUS(KATO_E_ABI, kato_chat_create(store, &options.known, &chat, ERR));
    CHECK_HAS_NOT(check_detail(), "\"hint\":null");
    CHECK_INT(0, count_chats(store, NULL));
    kato_store_close(store);
}

static void a_shorter_struct_gets_defaults_for_what_it_lacks(void) {
    kato_store *store = open_store();
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    kato_chat *chat = NULL;
    options.struct_size = offsetof(kato_chat_options, project);
    options.title = "Written by an older program";
    options.title_len = KATO_NTS;
    options.project = (const char *)1; /* beyond the struct's end: must not be read */
    options.project_len = 77u;
    CHECK_OK(kato_chat_create(store, &options, &chat, ERR));
    CHECK_TEXT("Written by an older program", kato_chat_title(chat, NULL));
    CHECK_TEXT("", kato_chat_project(chat, NULL));
    kato_chat_free(chat);
    kato_store_close(store);
}

static void a_size_that_cannot_be_meant_is_an_abi_error(void) {
    static const size_t sizes[] = {
        0u, 1u, 7u, 9u, sizeof(kato_chat_options) - 1u, 1025u, 1u << 20, (size_t)-1, (size_t)-8};
    kato_store *store = open_store();
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    size_t i;
    for (i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
        kato_chat *chat = NULL;
        options.struct_size = sizes[i];
        CHECK_STATUS(KATO_E_ABI, kato_chat_create(store, &options, &chat, ERR));
        CHECK(chat == NULL);
    }
    CHECK_INT(0, count_chats(store, NULL));
    kato_store_close(store);
}

static void null_options_are_all_defaults(void) {
    kato_store *store = open_store();
    kato_chat *chat = NULL;
    kato_search_cursor *hits = NULL;
    CHECK_OK(kato_chat_create(store, NULL, &chat, ERR));
    CHECK_TEXT("", kato_chat_title(chat, NULL));
    kato_chat_free(chat);
    CHECK_INT(1, count_chats(store, NULL));
    CHECK_OK(kato_search(store, "word", KATO_NTS, NULL, &hits, ERR));
    kato_search_free(hits);
    kato_store_close(store);
}

static void every_options_struct_is_checked(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "checked");
    kato_store_options of_store = KATO_STORE_OPTIONS_INIT;
    kato_chat_filter of_filter = KATO_CHAT_FILTER_INIT;
    kato_event_options of_event = KATO_EVENT_OPTIONS_INIT;
    kato_import_options of_import = KATO_IMPORT_OPTIONS_INIT;
    kato_export_options of_export = KATO_EXPORT_OPTIONS_INIT;
    kato_search_options of_search = KATO_SEARCH_OPTIONS_INIT;
    kato_store *other = NULL;
    kato_chat_cursor *list = NULL;
    kato_import_report *report = NULL;
    kato_search_cursor *hits = NULL;
    tally out = {0};
    of_event.role = "user";
    of_event.role_len = KATO_NTS;
    of_store.struct_size = of_filter.struct_size = of_event.struct_size = 4u;
    of_import.struct_size = of_export.struct_size = of_search.struct_size = 4u;
    CHECK_STATUS(KATO_E_ABI, kato_store_open(check_path("ws"), KATO_NTS, &of_store, &other, ERR));
    CHECK_STATUS(KATO_E_ABI, kato_chat_list(store, &of_filter, &list, ERR));
    CHECK_STATUS(KATO_E_ABI, kato_event_append(store, chat, KATO_NTS, &of_event, NULL, ERR));
    CHECK_STATUS(KATO_E_ABI, kato_import_path(store, check_source_path(KILN), KATO_NTS, &of_import,
                                              &report, ERR));
    CHECK_STATUS(KATO_E_ABI, kato_export(store, &of_export, take_bytes, &out, NULL, ERR));
    CHECK_STATUS(KATO_E_ABI, kato_search(store, "word", KATO_NTS, &of_search, &hits, ERR));
    CHECK(other == NULL && list == NULL && report == NULL && hits == NULL);
    CHECK_INT(0, out.calls);
    kato_store_close(store);
}

static void a_reserved_field_that_is_set_is_an_abi_error(void) {
    kato_store *store = open_store();
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    kato_export_options options = KATO_EXPORT_OPTIONS_INIT;
    kato_chat_cursor *list = NULL;
    tally out = {0};
    filter.reserved = 1u;
    CHECK_STATUS(KATO_E_ABI, kato_chat_list(store, &filter, &list, ERR));
    options.reserved = 1u;
    CHECK_STATUS(KATO_E_ABI, kato_export(store, &options, take_bytes, &out, NULL, ERR));
    kato_store_close(store);
}

static void a_null_text_with_a_length_is_misuse(void) {
    kato_store *store = open_store();
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    kato_chat *chat = NULL;
    options.title_len = 3u;
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_create(store, &options, &chat, ERR));
    options.title = "four";
    options.title_len = (size_t)-2;
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_create(store, &options, &chat, ERR));
    options.title = NULL;
    options.title_len = KATO_NTS;
    CHECK_OK(kato_chat_create(store, &options, &chat, ERR));
    kato_chat_free(chat);
    kato_store_close(store);
}

static void unknown_flags_in_options_are_misuse(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "flags");
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    kato_export_options of_export = KATO_EXPORT_OPTIONS_INIT;
    kato_event_options of_event = KATO_EVENT_OPTIONS_INIT;
    kato_chat_cursor *list = NULL;
    kato_event_cursor *walk = NULL;
    tally out = {0};
    filter.flags = 4u;
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_list(store, &filter, &list, ERR));
    of_export.flags = 0x80000000u;
    CHECK_STATUS(KATO_E_MISUSE, kato_export(store, &of_export, take_bytes, &out, NULL, ERR));
    of_event.role = "user";
    of_event.role_len = KATO_NTS;
    of_event.flags = KATO_EVENT_VANISHED; /* not for a user to say */
    CHECK_STATUS(KATO_E_MISUSE, kato_event_append(store, chat, KATO_NTS, &of_event, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_events(store, chat, KATO_NTS, 4u, &walk, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_chat_delete(store, chat, KATO_NTS, 2u, ERR));
    CHECK_INT(1, count_chats(store, NULL));
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(a_longer_struct_is_fine_while_the_unknown_part_is_zero),
                                       CASE(an_unknown_option_that_is_set_is_an_abi_error),
                                       CASE(a_shorter_struct_gets_defaults_for_what_it_lacks),
                                       CASE(a_size_that_cannot_be_meant_is_an_abi_error),
                                       CASE(null_options_are_all_defaults),
                                       CASE(every_options_struct_is_checked),
                                       CASE(a_reserved_field_that_is_set_is_an_abi_error),
                                       CASE(a_null_text_with_a_length_is_misuse),
                                       CASE(unknown_flags_in_options_are_misuse),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
