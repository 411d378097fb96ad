/* Export to a write callback: canonical form and back, chosen chats, Markdown, the original bytes. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

static kato_store *other_store(void) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_store *store = NULL;
    options.flags = KATO_STORE_CREATE;
    CHECK_OK(kato_store_open(check_path("other"), KATO_NTS, &options, &store, ERR));
    return store;
}

static kato_export_options as(const char *format) {
    kato_export_options options = KATO_EXPORT_OPTIONS_INIT;
    options.format = format;
    options.format_len = KATO_NTS;
    return options;
}

static void an_empty_store_exports_a_header(void) {
    kato_store *store = open_store();
    char *text = export_all(store);
    CHECK(strncmp(text, "{\"kato\":1", 9) == 0);
    CHECK(strchr(text, '\n') == text + strlen(text) - 1);
    free(text);
    kato_store_close(store);
}

static void what_is_exported_imports_and_exports_to_the_same_bytes(void) {
    kato_store *store = open_store();
    kato_store *other;
    kato_import_report *report = NULL;
    tally source = {0};
    tally again = {0};
    const char *chat = import_sample(store, KILN);
    import_sample(store, GLAZE);
    append(store, new_chat(store, "of my own"), "user", "own \"words\" \\ and \t tabs");
    append(store, chat, "user", "a note");
    CHECK_OK(kato_chat_rename(store, chat, KATO_NTS, "Own title", KATO_NTS, ERR));
    CHECK_OK(kato_chat_tag(store, chat, KATO_NTS, "tagged", KATO_NTS, 0, ERR));
    CHECK_OK(kato_export(store, NULL, take_bytes, &source, NULL, ERR));
    kato_store_close(store);
    other = other_store();
    CHECK_OK(kato_import_stream(other, give_bytes, &source, NULL, NULL, &report, ERR));
    CHECK_INT(3, kato_import_report_count(report, KATO_COUNT_CHATS));
    kato_import_report_free(report);
    CHECK_OK(kato_export(other, NULL, take_bytes, &again, NULL, ERR));
    CHECK_INT(source.size, again.size);
    CHECK(memcmp(source.data, again.data, source.size) == 0);
    kato_store_close(other);
    tally_end(&source);
    tally_end(&again);
}

static void exporting_twice_gives_the_same_bytes(void) {
    kato_store *store = open_store();
    char *first;
    char *second;
    import_sample(store, KILN);
    first = export_all(store);
    second = export_all(store);
    CHECK_TEXT(first, second);
    free(first);
    free(second);
    kato_store_close(store);
}

static void only_the_chats_that_were_named_are_exported(void) {
    kato_store *store = open_store();
    const char *chats[1];
    kato_export_options options = as("kato");
    tally out = {0};
    chats[0] = import_sample(store, GLAZE);
    import_sample(store, KILN);
    options.chats = chats;
    options.chat_count = 1;
    CHECK_OK(kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_HAS(out.data, "cobalt");
    CHECK_HAS_NOT(out.data, "thermocouple");
    kato_store_close(store);
    tally_end(&out);
}

static void an_empty_list_of_chats_is_not_all_of_them(void) {
    kato_store *store = open_store();
    const char *chats[1] = {NULL};
    kato_export_options options = as("kato");
    tally out = {0};
    import_sample(store, KILN);
    options.chats = chats;
    CHECK_OK(kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_HAS_NOT(out.data, "thermocouple");
    kato_store_close(store);
    tally_end(&out);
}

static void a_chat_that_is_not_there_is_not_found_and_nothing_is_written(void) {
    kato_store *store = open_store();
    const char *chats[2];
    kato_export_options options = as("kato");
    tally out = {0};
    chats[0] = import_sample(store, KILN);
    chats[1] = "no such chat";
    options.chats = chats;
    options.chat_count = 2;
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_export(store, &options, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(0, out.calls);
    CHECK_INT(1, out.destroyed);
    kato_store_close(store);
}

static void a_format_without_a_writer_is_invalid(void) {
    kato_store *store = open_store();
    kato_export_options options = as("telegraph");
    tally out = {0};
    CHECK_STATUS(KATO_E_INVALID,
                 kato_export(store, &options, take_bytes, &out, count_destroy, ERR));
    options = as("codex");
    CHECK_STATUS(KATO_E_INVALID,
                 kato_export(store, &options, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(2, out.destroyed);
    kato_store_close(store);
}

static void the_original_is_the_file_byte_for_byte(void) {
    kato_store *store = open_store();
    kato_export_options options = as("original");
    tally out = {0};
    size_t size = 0;
    char *file = read_file(check_source_path(KILN), &size);
    import_sample(store, KILN);
    CHECK_OK(kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_INT(size, out.size);
    CHECK(memcmp(file, out.data, size) == 0);
    free(file);
    kato_store_close(store);
    tally_end(&out);
}

static void the_original_of_several_sources_is_invalid(void) {
    kato_store *store = open_store();
    kato_export_options options = as("original");
    tally out = {0};
    import_sample(store, KILN);
    import_sample(store, GLAZE);
    CHECK_STATUS(KATO_E_INVALID, kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_INT(0, out.calls);
    kato_store_close(store);
}

static void markdown_is_for_reading(void) {
    kato_store *store = open_store();
    kato_export_options options = as("markdown");
    tally tree = {0};
    tally path = {0};
    import_sample(store, KILN);
    CHECK_OK(kato_export(store, &options, take_bytes, &tree, NULL, ERR));
    CHECK_HAS(tree.data, "thermocouple");
    CHECK_HAS(tree.data, "Half an emoji");
    options.flags = KATO_EXPORT_HEAD_PATH;
    CHECK_OK(kato_export(store, &options, take_bytes, &path, NULL, ERR));
    CHECK_HAS(path.data, "thermocouple");
    CHECK_HAS_NOT(path.data, "Half an emoji");
    kato_store_close(store);
    tally_end(&tree);
    tally_end(&path);
}

static void blobs_can_be_left_out(void) {
    kato_store *store = open_store();
    kato_export_options options = as("kato");
    tally with = {0};
    tally without = {0};
    import_sample(store, KILN);
    CHECK_OK(kato_export(store, &options, take_bytes, &with, NULL, ERR));
    options.flags = KATO_EXPORT_NO_BLOBS;
    CHECK_OK(kato_export(store, &options, take_bytes, &without, NULL, ERR));
    CHECK_HAS(with.data, "iVBORw0KGgo");
    CHECK_HAS_NOT(without.data, "iVBORw0KGgo");
    CHECK_HAS(without.data, KILN_IMAGE);
    kato_store_close(store);
    tally_end(&with);
    tally_end(&without);
}

static kato_status keep_loss(void *user_data, const char *json, size_t len) {
    return take_bytes(user_data, json, len);
}

static void what_a_format_does_not_carry_is_told_once(void) {
    kato_store *store = open_store();
    kato_export_options options = as("kato");
    tally out = {0};
    tally loss = {0};
    import_sample(store, KILN);
    options.loss = keep_loss;
    options.user_data = &loss;
    CHECK_OK(kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_INT(1, loss.calls);
    CHECK_TEXT("{\"type\":\"loss\",\"format\":\"kato\",\"chats\":1,\"dropped\":{},\"left_out\":{}}",
               loss.data);
    tally_end(&loss);
    options.format = "openai-messages";
    CHECK_OK(kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_HAS(loss.data, "\"format\":\"openai-messages\"");
    CHECK_HAS(loss.data, "\"branches\":");
    CHECK_HAS(loss.data, "\"times\":");
    tally_end(&loss);
    options.format = "telegraph";
    CHECK_STATUS(KATO_E_INVALID, kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_INT(2, loss.calls);
    kato_store_close(store);
    tally_end(&out);
}

static void kinds_can_be_chosen(void) {
    kato_store *store = open_store();
    kato_export_options options = as("json");
    const char *kinds[2] = {"user.message", "assistant.message"};
    tally all = {0};
    tally some = {0};
    tally none = {0};
    import_sample(store, KILN);
    CHECK_OK(kato_export(store, &options, take_bytes, &all, NULL, ERR));
    CHECK_HAS(all.data, "assistant.tool.call");
    options.kinds = kinds;
    options.kind_count = 2;
    CHECK_OK(kato_export(store, &options, take_bytes, &some, NULL, ERR));
    CHECK_HAS(some.data, "user.message");
    CHECK_HAS_NOT(some.data, "assistant.tool.call");
    options.kind_count = 0;
    CHECK_OK(kato_export(store, &options, take_bytes, &none, NULL, ERR));
    CHECK_HAS_NOT(none.data, "user.message");
    kinds[0] = "user.shout";
    options.kind_count = 1;
    CHECK_STATUS(KATO_E_INVALID, kato_export(store, &options, take_bytes, &some, NULL, ERR));
    options.kinds = NULL;
    CHECK_STATUS(KATO_E_MISUSE, kato_export(store, &options, take_bytes, &some, NULL, ERR));
    options.kind_count = 0;
    options.flags = KATO_EXPORT_NO_TOOLS | KATO_EXPORT_NO_THINKING;
    tally_end(&some);
    CHECK_OK(kato_export(store, &options, take_bytes, &some, NULL, ERR));
    CHECK_HAS_NOT(some.data, "assistant.tool.call");
    options.format = "kato";
    CHECK_STATUS(KATO_E_INVALID, kato_export(store, &options, take_bytes, &some, NULL, ERR));
    kato_store_close(store);
    tally_end(&all);
    tally_end(&some);
    tally_end(&none);
}

static void chats_can_be_chosen_by_provider_project_and_time(void) {
    kato_store *store = open_store();
    kato_export_options options = as("kato");
    tally out = {0};
    import_sample(store, KILN);
    import_sample(store, GLAZE);
    options.project = "glaze";
    options.project_len = KATO_NTS;
    CHECK_OK(kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_HAS(out.data, "cobalt");
    CHECK_HAS_NOT(out.data, "thermocouple");
    tally_end(&out);
    options.project = NULL;
    options.project_len = 0;
    options.provider = "nobody";
    options.provider_len = KATO_NTS;
    CHECK_OK(kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_HAS_NOT(out.data, "cobalt");
    tally_end(&out);
    options.provider = NULL;
    options.provider_len = 0;
    options.before_us = 1;
    CHECK_OK(kato_export(store, &options, take_bytes, &out, NULL, ERR));
    CHECK_HAS_NOT(out.data, "cobalt");
    kato_store_close(store);
    tally_end(&out);
}

typedef struct files {
    tally bytes;
    int told;
    int with_chat;
    int index;
    kato_status answer;
} files;

static kato_status next_file(void *user_data, const char *name, const char *chat) {
    files *all = user_data;
    all->told += 1;
    all->with_chat += strlen(chat) == 36u;
    all->index += strcmp(name, "index.html") == 0;
    all->bytes.wrong += strchr(name, '/') != NULL;
    return all->answer;
}

static kato_status file_bytes(void *user_data, const void *data, size_t size_bytes) {
    return take_bytes(&((files *)user_data)->bytes, data, size_bytes);
}

static void destroy_files(void *user_data) { ((files *)user_data)->bytes.destroyed += 1; }

static void each_chat_can_be_a_file_with_an_index(void) {
    kato_store *store = open_store();
    kato_export_options options = as("html");
    files all = {0};
    files skipped = {0};
    files stopped = {0};
    import_sample(store, KILN);
    import_sample(store, GLAZE);
    CHECK_OK(kato_export_files(store, &options, next_file, file_bytes, &all, destroy_files, ERR));
    CHECK_INT(3, all.told);
    CHECK_INT(2, all.with_chat);
    CHECK_INT(1, all.index);
    CHECK_INT(1, all.bytes.destroyed);
    CHECK_HAS(all.bytes.data, "thermocouple");
    CHECK_HAS(all.bytes.data, "cobalt");
    skipped.answer = KATO_DONE;
    CHECK_OK(kato_export_files(store, &options, next_file, file_bytes, &skipped, NULL, ERR));
    CHECK_INT(3, skipped.told);
    CHECK_INT(0, skipped.bytes.calls);
    stopped.answer = KATO_E_USER - 1;
    CHECK_STATUS(KATO_E_USER - 1, kato_export_files(store, &options, next_file, file_bytes,
                                                    &stopped, destroy_files, ERR));
    CHECK_INT(1, stopped.told);
    CHECK_INT(1, stopped.bytes.destroyed);
    CHECK_STATUS(KATO_E_MISUSE, kato_export_files(store, &options, NULL, file_bytes, &stopped,
                                                  destroy_files, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_export_files(NULL, &options, next_file, file_bytes, &stopped,
                                                  destroy_files, ERR));
    options.format = "original";
    CHECK_STATUS(KATO_E_INVALID, kato_export_files(store, &options, next_file, file_bytes, &stopped,
                                                   destroy_files, ERR));
    CHECK_INT(4, stopped.bytes.destroyed);
    kato_store_close(store);
    tally_end(&all.bytes);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(an_empty_store_exports_a_header),
        CASE(what_is_exported_imports_and_exports_to_the_same_bytes),
        CASE(exporting_twice_gives_the_same_bytes),
        CASE(only_the_chats_that_were_named_are_exported),
        CASE(an_empty_list_of_chats_is_not_all_of_them),
        CASE(a_chat_that_is_not_there_is_not_found_and_nothing_is_written),
        CASE(a_format_without_a_writer_is_invalid),
        CASE(the_original_is_the_file_byte_for_byte),
        CASE(the_original_of_several_sources_is_invalid),
        CASE(markdown_is_for_reading),
        CASE(blobs_can_be_left_out),
        CASE(what_a_format_does_not_carry_is_told_once),
        CASE(kinds_can_be_chosen),
        CASE(chats_can_be_chosen_by_provider_project_and_time),
        CASE(each_chat_can_be_a_file_with_an_index),
        CASES_END};
    return check_main(argc, argv, cases);
}
