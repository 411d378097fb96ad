/* Chats: made, read, listed with filters and in pages, renamed, tagged; the head. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

static kato_chat *get(const kato_store *store, const char *reference) {
    kato_chat *chat = NULL;
    CHECK_OK(kato_chat_get(store, reference, KATO_NTS, &chat, ERR));
    CHECK(chat != NULL);
    return chat;
}

static const char *title_of(const kato_store *store, const char *reference) {
    kato_chat *chat = get(store, reference);
    const char *title = check_keep(kato_chat_title(chat, NULL));
    kato_chat_free(chat);
    return title;
}

static const char *head_of(const kato_store *store, const char *reference) {
    kato_chat *chat = get(store, reference);
    const char *head = check_keep(kato_chat_head(chat, NULL));
    kato_chat_free(chat);
    return head;
}

static void a_new_chat_is_what_it_was_made_as(void) {
    kato_store *store = open_store();
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    kato_chat *chat = NULL;
    size_t len = 0;
    options.title = "Bread, not cake";
    options.title_len = 5u;
    options.project = "/home/ines/oven";
    options.project_len = KATO_NTS;
    CHECK_OK(kato_chat_create(store, &options, &chat, ERR));
    CHECK_TEXT("Bread", kato_chat_title(chat, &len));
    CHECK_INT(5, len);
    CHECK_TEXT("/home/ines/oven", kato_chat_project(chat, NULL));
    CHECK_TEXT("kato", kato_chat_provider(chat, NULL));
    CHECK_TEXT("", kato_chat_provider_id(chat, NULL));
    CHECK_TEXT("", kato_chat_model(chat, NULL));
    CHECK_TEXT("", kato_chat_parent(chat, NULL));
    CHECK_TEXT("", kato_chat_parent_event(chat, NULL));
    CHECK_TEXT("", kato_chat_head(chat, NULL));
    CHECK_INT(36, strlen(kato_chat_id(chat, NULL)));
    CHECK(kato_chat_id(chat, NULL)[14] == '7');
    CHECK_INT(0, kato_chat_event_count(chat));
    CHECK_INT(0, kato_chat_deleted(chat));
    CHECK_INT(0, kato_chat_tag_count(chat));
    CHECK(kato_chat_created_us(chat) > 0);
    kato_chat_free(chat);
    kato_store_close(store);
}

static void a_chat_is_found_by_id_prefix_and_title(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "Rye bread at altitude");
    kato_chat *chat = NULL;
    CHECK_TEXT("Rye bread at altitude", title_of(store, id));
    CHECK_OK(kato_chat_get(store, id, 20, &chat, ERR));
    CHECK_TEXT(id, kato_chat_id(chat, NULL));
    kato_chat_free(chat);
    CHECK_TEXT("Rye bread at altitude", title_of(store, "at altitude"));
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_chat_get(store, "wheat", KATO_NTS, &chat, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_chat_get(store, "00000000-0000-4000-8000-000000000000",
                                                 KATO_NTS, &chat, ERR));
    CHECK(chat == NULL);
    kato_store_close(store);
}

static void the_list_is_newest_first_and_pages(void) {
    kato_store *store = open_store();
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    const char *first = new_chat(store, "one");
    new_chat(store, "two");
    new_chat(store, "three");
    CHECK_TEXT("three;two;one;", list_titles(store, NULL));
    append(store, first, "user", "changed last");
    CHECK_TEXT("one;three;two;", list_titles(store, NULL));
    filter.flags = KATO_CHATS_BY_CREATED;
    CHECK_TEXT("three;two;one;", list_titles(store, &filter));
    filter.limit = 2u;
    CHECK_TEXT("three;two;", list_titles(store, &filter));
    filter.offset = 2u;
    CHECK_TEXT("one;", list_titles(store, &filter));
    filter.offset = 3u;
    CHECK_TEXT("", list_titles(store, &filter));
    filter.limit = 0u;
    filter.offset = 1u;
    CHECK_TEXT("two;one;", list_titles(store, &filter));
    kato_store_close(store);
}

static void the_list_filters_by_provider_project_tag_and_title(void) {
    kato_store *store = open_store();
    kato_chat_filter by_provider = KATO_CHAT_FILTER_INIT;
    kato_chat_filter by_project = KATO_CHAT_FILTER_INIT;
    kato_chat_filter by_tag = KATO_CHAT_FILTER_INIT;
    kato_chat_filter by_title = KATO_CHAT_FILTER_INIT;
    const char *mine = new_chat(store, "Mine, 100% certain");
    import_sample(store, KILN);
    import_sample(store, GLAZE);

    by_provider.provider = "claude-code";
    by_provider.provider_len = KATO_NTS;
    CHECK_INT(2, count_chats(store, &by_provider));
    by_provider.provider = "claude";
    CHECK_INT(0, count_chats(store, &by_provider));
    by_provider.provider = "kato";
    CHECK_TEXT("Mine, 100% certain;", list_titles(store, &by_provider));

    by_project.project = "ines/kil";
    by_project.project_len = KATO_NTS;
    CHECK_INT(1, count_chats(store, &by_project));
    by_project.project = "/home/ines";
    CHECK_INT(2, count_chats(store, &by_project));
    by_project.project = "_home_ines"; /* no wildcard of any SQL */
    CHECK_INT(0, count_chats(store, &by_project));

    CHECK_OK(kato_chat_tag(store, mine, KATO_NTS, "own", KATO_NTS, 0, ERR));
    by_tag.tag = "own";
    by_tag.tag_len = KATO_NTS;
    CHECK_INT(1, count_chats(store, &by_tag));
    by_tag.tag = "ow";
    CHECK_INT(0, count_chats(store, &by_tag));

    by_title.title = "mINE";
    by_title.title_len = KATO_NTS;
    CHECK_INT(1, count_chats(store, &by_title));
    by_title.title = "100%";
    CHECK_INT(1, count_chats(store, &by_title));
    by_title.title = "100_";
    CHECK_INT(0, count_chats(store, &by_title));
    kato_store_close(store);
}

static void the_list_filters_by_time(void) {
    kato_store *store = open_store();
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    kato_chat *chat = get(store, import_sample(store, KILN));
    /* 2026-02-03T08:00:00Z to 08:02:09Z */
    const int64_t begun = (int64_t)1770105600 * 1000000;
    const int64_t ended = begun + (int64_t)129 * 1000000;
    CHECK(kato_chat_created_us(chat) == begun);
    CHECK(kato_chat_updated_us(chat) == ended);
    kato_chat_free(chat);
    filter.after_us = ended;
    CHECK_INT(1, count_chats(store, &filter));
    filter.after_us = ended + 1;
    CHECK_INT(0, count_chats(store, &filter));
    filter.after_us = 0;
    filter.before_us = begun;
    CHECK_INT(0, count_chats(store, &filter));
    filter.before_us = begun + 1;
    CHECK_INT(1, count_chats(store, &filter));
    kato_store_close(store);
}

static void a_list_shows_the_store_as_it_was_when_it_was_made(void) {
    kato_store *store = open_store();
    kato_chat_cursor *cursor = NULL;
    kato_chat *chat = NULL;
    new_chat(store, "before");
    CHECK_OK(kato_chat_list(store, NULL, &cursor, ERR));
    new_chat(store, "after");
    CHECK_OK(kato_chat_cursor_next(cursor, &chat, ERR));
    CHECK_TEXT("before", kato_chat_title(chat, NULL));
    kato_chat_free(chat);
    CHECK_STATUS(KATO_DONE, kato_chat_cursor_next(cursor, &chat, ERR));
    CHECK_STATUS(KATO_DONE, kato_chat_cursor_next(cursor, &chat, ERR));
    CHECK(chat == NULL);
    kato_chat_cursor_free(cursor);
    kato_store_close(store);
}

static void a_title_of_the_users_own_survives_importing_again(void) {
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    const char *providers = title_of(store, chat);
    CHECK_OK(kato_chat_rename(store, chat, KATO_NTS, "Overshoot", KATO_NTS, ERR));
    CHECK_TEXT("Overshoot", title_of(store, chat));
    CHECK_TEXT(chat, import_sample(store, KILN));
    CHECK_TEXT("Overshoot", title_of(store, chat));
    CHECK_OK(kato_chat_rename(store, chat, KATO_NTS, "", KATO_NTS, ERR));
    CHECK_TEXT(providers, title_of(store, chat));
    kato_store_close(store);
}

static void renaming_a_chat_made_here_keeps_its_first_title_beneath(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "Draft");
    CHECK_OK(kato_chat_rename(store, chat, KATO_NTS, "Final", KATO_NTS, ERR));
    CHECK_TEXT("Final", title_of(store, chat));
    CHECK_TEXT("Final", title_of(store, "Final"));
    kato_store_close(store);
}

static void tags_are_a_sorted_set(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "tagged");
    kato_chat *chat;
    CHECK_OK(kato_chat_tag(store, id, KATO_NTS, "work", KATO_NTS, 0, ERR));
    CHECK_OK(kato_chat_tag(store, id, KATO_NTS, "clay", KATO_NTS, 0, ERR));
    CHECK_OK(kato_chat_tag(store, id, KATO_NTS, "work", KATO_NTS, 0, ERR));
    chat = get(store, id);
    CHECK_INT(2, kato_chat_tag_count(chat));
    CHECK_TEXT("clay", kato_chat_tag_at(chat, 0, NULL));
    CHECK_TEXT("work", kato_chat_tag_at(chat, 1, NULL));
    CHECK_TEXT("", kato_chat_tag_at(chat, 2, NULL));
    kato_chat_free(chat);
    CHECK_OK(kato_chat_tag(store, id, KATO_NTS, "work", KATO_NTS, 1, ERR));
    CHECK_OK(kato_chat_tag(store, id, KATO_NTS, "never there", 5, 1, ERR));
    chat = get(store, id);
    CHECK_INT(1, kato_chat_tag_count(chat));
    kato_chat_free(chat);
    kato_store_close(store);
}

static void tags_that_could_not_be_typed_are_invalid(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "untagged");
    char text[202];
    kato_chat *chat;
    memset(text, 'a', sizeof text);
    CHECK_STATUS(KATO_E_INVALID, kato_chat_tag(store, id, KATO_NTS, "", KATO_NTS, 0, ERR));
    CHECK_STATUS(KATO_E_INVALID, kato_chat_tag(store, id, KATO_NTS, "two words", KATO_NTS, 0, ERR));
    CHECK_STATUS(KATO_E_INVALID, kato_chat_tag(store, id, KATO_NTS, "a\tb", KATO_NTS, 0, ERR));
    CHECK_STATUS(KATO_E_INVALID, kato_chat_tag(store, id, KATO_NTS, "a\x1b", KATO_NTS, 0, ERR));
    CHECK_STATUS(KATO_E_INVALID, kato_chat_tag(store, id, KATO_NTS, text, 201, 0, ERR));
    CHECK_OK(kato_chat_tag(store, id, KATO_NTS, text, 200, 0, ERR));
    chat = get(store, id);
    CHECK_INT(1, kato_chat_tag_count(chat));
    kato_chat_free(chat);
    kato_store_close(store);
}

static void the_head_is_the_newest_event_unless_it_was_set(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "branches");
    const char *question = append(store, chat, "user", "question");
    const char *first = append_to(store, chat, question, "assistant", "first answer");
    const char *second = append_to(store, chat, question, "assistant", "second answer");
    CHECK_TEXT(second, head_of(store, chat));
    CHECK_TEXT("question;second answer;", walk_texts(store, chat, 0));
    CHECK_OK(kato_chat_set_head(store, chat, KATO_NTS, first, KATO_NTS, ERR));
    CHECK_TEXT(first, head_of(store, chat));
    CHECK_TEXT("question;first answer;", walk_texts(store, chat, 0));
    CHECK_TEXT("question;first answer;second answer;", walk_texts(store, chat, KATO_EVENTS_TREE));
    CHECK_OK(kato_chat_set_head(store, chat, KATO_NTS, "", KATO_NTS, ERR));
    CHECK_TEXT(second, head_of(store, chat));
    kato_store_close(store);
}

static void appending_goes_on_from_the_head_that_was_set(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "branches");
    const char *question = append(store, chat, "user", "question");
    const char *first = append_to(store, chat, question, "assistant", "first answer");
    append_to(store, chat, question, "assistant", "second answer");
    CHECK_OK(kato_chat_set_head(store, chat, KATO_NTS, first, KATO_NTS, ERR));
    append(store, chat, "user", "go on");
    CHECK_TEXT("question;first answer;go on;", walk_texts(store, chat, 0));
    kato_store_close(store);
}

static void the_head_must_be_an_event_of_the_chat(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "here");
    const char *elsewhere = append(store, new_chat(store, "there"), "user", "text");
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_chat_set_head(store, chat, KATO_NTS, elsewhere, KATO_NTS, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_chat_set_head(store, chat, KATO_NTS, "00000000-0000-4000-8000-000000000000",
                                    KATO_NTS, ERR));
    kato_store_close(store);
}

static void an_imported_chat_says_where_it_comes_from(void) {
    kato_store *store = open_store();
    kato_chat *chat = get(store, import_sample(store, KILN));
    CHECK_TEXT("claude-code", kato_chat_provider(chat, NULL));
    CHECK_TEXT("51a1b0c4-0d63-4a8e-9b1f-2c7e5d90aa01", kato_chat_provider_id(chat, NULL));
    CHECK_TEXT("/home/ines/kiln", kato_chat_project(chat, NULL));
    CHECK_TEXT("claude-opus-4-6", kato_chat_model(chat, NULL));
    CHECK(kato_chat_id(chat, NULL)[14] == '8');
    CHECK(kato_chat_event_count(chat) >= KILN_TEXTS);
    CHECK(kato_chat_title(chat, NULL)[0] != '\0');
    kato_chat_free(chat);
    kato_store_close(store);
}

static void a_chat_says_what_was_known_when_it_was_read(void) {
    kato_store *store = open_store();
    const char *id = new_chat(store, "then");
    kato_chat *chat = get(store, id);
    CHECK_OK(kato_chat_rename(store, id, KATO_NTS, "now", KATO_NTS, ERR));
    append(store, id, "user", "later");
    CHECK_TEXT("then", kato_chat_title(chat, NULL));
    CHECK_INT(0, kato_chat_event_count(chat));
    kato_chat_free(chat);
    CHECK_TEXT("now", title_of(store, id));
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(a_new_chat_is_what_it_was_made_as),
        CASE(a_chat_is_found_by_id_prefix_and_title),
        CASE(the_list_is_newest_first_and_pages),
        CASE(the_list_filters_by_provider_project_tag_and_title),
        CASE(the_list_filters_by_time),
        CASE(a_list_shows_the_store_as_it_was_when_it_was_made),
        CASE(a_title_of_the_users_own_survives_importing_again),
        CASE(renaming_a_chat_made_here_keeps_its_first_title_beneath),
        CASE(tags_are_a_sorted_set),
        CASE(tags_that_could_not_be_typed_are_invalid),
        CASE(the_head_is_the_newest_event_unless_it_was_set),
        CASE(appending_goes_on_from_the_head_that_was_set),
        CASE(the_head_must_be_an_event_of_the_chat),
        CASE(an_imported_chat_says_where_it_comes_from),
        CASE(a_chat_says_what_was_known_when_it_was_read),
        CASES_END};
    return check_main(argc, argv, cases);
}
