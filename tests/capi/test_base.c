/* kato/base.h: version, build information, names of statuses, buffers, cancel tokens, formats. */
#include "fixture.h"

#include <string.h>

static void the_library_and_its_header_have_the_same_version(void) {
    CHECK_TEXT(KATO_VERSION_STRING, kato_version());
    CHECK_INT(KATO_VERSION_NUMBER, kato_version_number());
}

static void build_info_is_a_json_object_with_the_version_and_the_libraries(void) {
    const char *info = kato_build_info();
    CHECK(info[0] == '{' && info[strlen(info) - 1] == '}');
    CHECK_HAS(info, "\"version\":\"" KATO_VERSION_STRING "\"");
    CHECK_HAS(info, "\"compiler\":\"");
    CHECK_HAS(info, "\"sqlite\":\"");
    CHECK_HAS(info, "\"simdjson\":\"");
    CHECK_HAS(info, "\"zstd\":\"");
    CHECK_HAS(info, "\"sodium\":\"");
    CHECK_HAS(info, "\"features\":[");
}

static void build_info_is_the_same_text_each_time(void) {
    CHECK(kato_build_info() == kato_build_info());
}

static void every_status_has_its_name(void) {
    CHECK_TEXT("KATO_OK", kato_status_name(KATO_OK));
    CHECK_TEXT("KATO_DONE", kato_status_name(KATO_DONE));
    CHECK_TEXT("KATO_PARTIAL", kato_status_name(KATO_PARTIAL));
    CHECK_TEXT("KATO_E_FAILED", kato_status_name(KATO_E_FAILED));
    CHECK_TEXT("KATO_E_NOMEM", kato_status_name(KATO_E_NOMEM));
    CHECK_TEXT("KATO_E_MISUSE", kato_status_name(KATO_E_MISUSE));
    CHECK_TEXT("KATO_E_INVALID", kato_status_name(KATO_E_INVALID));
    CHECK_TEXT("KATO_E_NOT_FOUND", kato_status_name(KATO_E_NOT_FOUND));
    CHECK_TEXT("KATO_E_EXISTS", kato_status_name(KATO_E_EXISTS));
    CHECK_TEXT("KATO_E_AMBIGUOUS", kato_status_name(KATO_E_AMBIGUOUS));
    CHECK_TEXT("KATO_E_BUSY", kato_status_name(KATO_E_BUSY));
    CHECK_TEXT("KATO_E_IO", kato_status_name(KATO_E_IO));
    CHECK_TEXT("KATO_E_DENIED", kato_status_name(KATO_E_DENIED));
    CHECK_TEXT("KATO_E_CORRUPT", kato_status_name(KATO_E_CORRUPT));
    CHECK_TEXT("KATO_E_VERSION", kato_status_name(KATO_E_VERSION));
    CHECK_TEXT("KATO_E_LIMIT", kato_status_name(KATO_E_LIMIT));
    CHECK_TEXT("KATO_E_CANCELLED", kato_status_name(KATO_E_CANCELLED));
    CHECK_TEXT("KATO_E_UNSUPPORTED", kato_status_name(KATO_E_UNSUPPORTED));
    CHECK_TEXT("KATO_E_ABI", kato_status_name(KATO_E_ABI));
    CHECK_TEXT("KATO_E_USER", kato_status_name(KATO_E_USER));
}

static void an_unknown_status_has_a_name_too(void) {
    CHECK_TEXT("KATO_E_?", kato_status_name(-17));
    CHECK_TEXT("KATO_E_?", kato_status_name(3));
    CHECK_TEXT("KATO_E_?", kato_status_name(INT32_MIN));
}

static void a_cancel_token_remembers_the_request(void) {
    kato_cancel *cancel = NULL;
    CHECK_OK(kato_cancel_new(&cancel, ERR));
    CHECK_INT(0, kato_cancel_requested(cancel));
    kato_cancel_request(cancel);
    kato_cancel_request(cancel);
    CHECK_INT(1, kato_cancel_requested(cancel));
    kato_cancel_free(cancel);
}

static void formats_lists_what_the_build_can_read_and_write(void) {
    kato_buffer *buffer = NULL;
    const char *json;
    size_t len = 0;
    CHECK_OK(kato_formats(&buffer, ERR));
    json = (const char *)kato_buffer_data(buffer, &len);
    CHECK_INT(strlen(json), len);
    CHECK_HAS(json, "{\"formats\":[");
    CHECK_HAS(json, "\"id\":\"kato\"");
    CHECK_HAS(json, "\"id\":\"claude-code\"");
    CHECK_HAS(json, "\"id\":\"codex\"");
    CHECK_HAS(json, "\"id\":\"markdown\"");
    CHECK_HAS(json, "\"id\":\"original\"");
    kato_buffer_free(buffer);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {
        CASE(the_library_and_its_header_have_the_same_version),
        CASE(build_info_is_a_json_object_with_the_version_and_the_libraries),
        CASE(build_info_is_the_same_text_each_time),
        CASE(every_status_has_its_name),
        CASE(an_unknown_status_has_a_name_too),
        CASE(a_cancel_token_remembers_the_request),
        CASE(formats_lists_what_the_build_can_read_and_write),
        CASES_END};
    return check_main(argc, argv, cases);
}
