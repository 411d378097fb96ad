/* What the getters say of an imported chat: calls, branches, times, broken text, pictures, blobs. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

/* The event of the chat whose text begins with `start`; free it. */
static kato_event *find(const kato_store *store, const char *chat, const char *start) {
    kato_event_cursor *cursor = NULL;
    const kato_event *row = NULL;
    kato_event *event = NULL;
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, KATO_EVENTS_TREE, &cursor, ERR));
    while (event == NULL && kato_event_cursor_next(cursor, &row, ERR) == KATO_OK)
        if (strncmp(kato_event_text(row, NULL), start, strlen(start)) == 0)
            CHECK_OK(kato_event_get(store, kato_event_id(row, NULL), KATO_NTS, &event, ERR));
    CHECK(event != NULL);
    kato_event_cursor_free(cursor);
    return event;
}

static void an_answer_has_model_time_and_response(void) {
    kato_store *store = open_store();
    kato_event *event = find(store, import_sample(store, KILN), "The integral winds up");
    CHECK_TEXT("assistant.message", kato_event_kind(event, NULL));
    CHECK_TEXT("assistant", kato_event_role(event, NULL));
    CHECK_TEXT("claude-opus-4-6", kato_event_model(event, NULL));
    CHECK_HAS(kato_event_response(event, NULL), "msg_01KilnB");
    CHECK(kato_event_time_us(event) == ((int64_t)1770105600 + 6) * 1000000);
    CHECK_HAS(kato_event_text(event, NULL), "\xE7\xA9\x8D\xE5\x88\x86\xE9\xA0\x85");
    kato_event_free(event);
    kato_store_close(store);
}

static void thinking_is_an_event_of_its_own(void) {
    kato_store *store = open_store();
    kato_event *event = find(store, import_sample(store, KILN), "An overshoot points");
    CHECK_TEXT("assistant.thinking", kato_event_kind(event, NULL));
    kato_event_free(event);
    kato_store_close(store);
}

static void a_tool_result_names_its_call(void) {
    kato_store *store = open_store();
    kato_event *result = find(store, import_sample(store, KILN), "integral += error");
    kato_event *call = NULL;
    CHECK_TEXT("assistant.tool.result", kato_event_kind(result, NULL));
    CHECK_TEXT("toolu_01Kiln", kato_event_call_id(result, NULL));
    CHECK_OK(kato_event_get(store, kato_event_refers(result, NULL), KATO_NTS, &call, ERR));
    CHECK_TEXT("assistant.tool.call", kato_event_kind(call, NULL));
    CHECK_TEXT("Read", kato_event_name(call, NULL));
    CHECK_TEXT("{\"file_path\":\"/home/ines/kiln/pid.c\"}", kato_event_data(call, NULL));
    CHECK_TEXT(kato_event_id(call, NULL), kato_event_parent(result, NULL));
    kato_event_free(call);
    kato_event_free(result);
    kato_store_close(store);
}

static void both_branches_are_in_the_tree_and_one_on_the_path(void) {
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    const char *tree = walk_texts(store, chat, KATO_EVENTS_TREE);
    const char *path = walk_texts(store, chat, 0);
    CHECK_HAS(tree, "Half an emoji");
    CHECK_HAS(tree, "Clamp it to the heater's range");
    CHECK_HAS_NOT(path, "Half an emoji");
    CHECK_HAS(path, "Clamp it to the heater's range");
    CHECK_HAS(path, "Done: the integral is clamped");
    kato_store_close(store);
}

static void text_that_is_not_unicode_is_repaired_and_kept_raw(void) {
    kato_store *store = open_store();
    kato_event *event = find(store, import_sample(store, KILN), "Half an emoji");
    size_t len = 0;
    size_t raw_len = 0;
    const char *text = kato_event_text(event, &len);
    const char *raw = kato_event_text_raw(event, &raw_len);
    static const char wanted[] = "Half an emoji \xEF\xBF\xBD and a NUL \0 came out of the logger.";
    static const char stored[] = "Half an emoji \xED\xA0\xBD and a NUL \0 came out of the logger.";
    CHECK_INT(sizeof wanted - 1, len);
    CHECK(memcmp(wanted, text, sizeof wanted) == 0);
    CHECK_INT(sizeof stored - 1, raw_len);
    CHECK(memcmp(stored, raw, sizeof stored) == 0);
    kato_event_free(event);
    kato_store_close(store);
}

/* The only event of the chat with an attachment; free it. */
static kato_event *find_attachment(const kato_store *store, const char *chat) {
    kato_event_cursor *cursor = NULL;
    const kato_event *row = NULL;
    kato_event *event = NULL;
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, KATO_EVENTS_TREE, &cursor, ERR));
    while (kato_event_cursor_next(cursor, &row, ERR) == KATO_OK) {
        if (kato_event_attachment_count(row) == 0) continue;
        CHECK(event == NULL);
        CHECK_OK(kato_event_get(store, kato_event_id(row, NULL), KATO_NTS, &event, ERR));
    }
    CHECK(event != NULL);
    kato_event_cursor_free(cursor);
    return event;
}

static void an_image_is_an_attachment_and_its_bytes_a_blob(void) {
    kato_store *store = open_store();
    kato_event *event = find_attachment(store, import_sample(store, KILN));
    tally out = {0};
    size_t len = 0;
    const char *json;
    CHECK_INT(1, kato_event_attachment_count(event));
    json = kato_event_attachment(event, 0, &len);
    CHECK_INT(strlen(json), len);
    CHECK_HAS(json, "\"media_type\":\"image/png\"");
    CHECK_HAS(json, "\"size\":70");
    CHECK_HAS(json, "\"sha256\":\"" KILN_IMAGE "\"");
    CHECK_HAS(json, "\"name\":null");
    CHECK_TEXT("", kato_event_attachment(event, 1, &len));
    CHECK_INT(0, len);
    CHECK_OK(kato_blob_read(store, KILN_IMAGE, KATO_NTS, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(70, out.size);
    CHECK(memcmp(out.data, "\x89PNG\r\n\x1a\n", 8) == 0);
    CHECK_INT(1, out.destroyed);
    kato_event_free(event);
    kato_store_close(store);
    tally_end(&out);
}

static void a_blob_is_asked_for_by_64_digits(void) {
    kato_store *store = open_store();
    tally out = {0};
    import_sample(store, KILN);
    CHECK_STATUS(KATO_E_INVALID,
                 kato_blob_read(store, "6b7f", KATO_NTS, take_bytes, &out, count_destroy, ERR));
    CHECK_STATUS(KATO_E_INVALID, kato_blob_read(store, KILN_IMAGE "00", KATO_NTS, take_bytes, &out,
                                                count_destroy, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_blob_read(store,
                                "0000000000000000000000000000000000000000000000000000000000000000",
                                KATO_NTS, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(0, out.calls);
    CHECK_INT(3, out.destroyed);
    kato_store_close(store);
}

static void appending_to_an_imported_chat_goes_on_from_its_head(void) {
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    append(store, chat, "user", "a note of mine");
    CHECK_HAS(walk_texts(store, chat, 0),
              "Done: the integral is clamped between 0 and 100 percent.;"
              "a note of mine;");
    import_sample(store, KILN);
    CHECK_HAS(walk_texts(store, chat, 0), "a note of mine;");
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(an_answer_has_model_time_and_response),
                                       CASE(thinking_is_an_event_of_its_own),
                                       CASE(a_tool_result_names_its_call),
                                       CASE(both_branches_are_in_the_tree_and_one_on_the_path),
                                       CASE(text_that_is_not_unicode_is_repaired_and_kept_raw),
                                       CASE(an_image_is_an_attachment_and_its_bytes_a_blob),
                                       CASE(a_blob_is_asked_for_by_64_digits),
                                       CASE(appending_to_an_imported_chat_goes_on_from_its_head),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
