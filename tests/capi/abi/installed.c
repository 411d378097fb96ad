/* A program as a user of an installed libkato would write it: makes a chat and reads it back. */
#include <kato/kato.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *what, kato_error *error) {
    fprintf(stderr, "%s: %s\n", what, error ? kato_error_message(error, NULL) : "no error object");
    kato_error_free(error);
    return 1;
}

int main(int argc, char **argv) {
    kato_store_options store_options = KATO_STORE_OPTIONS_INIT;
    kato_chat_options chat_options = KATO_CHAT_OPTIONS_INIT;
    kato_error *error = NULL;
    kato_store *store = NULL;
    kato_chat *made = NULL;
    kato_chat *read = NULL;
    int same;

    if (argc != 2) return 2;
    if (strcmp(kato_version(), KATO_VERSION_STRING) != 0 ||
        kato_version_number() != KATO_VERSION_NUMBER)
        return fail("the header and the library are of different versions", NULL);

    store_options.flags = KATO_STORE_CREATE;
    if (kato_store_open(argv[1], KATO_NTS, &store_options, &store, &error) != KATO_OK)
        return fail("open", error);
    chat_options.title = "installed";
    chat_options.title_len = KATO_NTS;
    if (kato_chat_create(store, &chat_options, &made, &error) != KATO_OK)
        return fail("create", error);
    if (kato_chat_get(store, kato_chat_id(made, NULL), KATO_NTS, &read, &error) != KATO_OK)
        return fail("get", error);
    same = strcmp(kato_chat_title(read, NULL), "installed") == 0;
    kato_store_close(store);
    kato_chat_free(read);
    kato_chat_free(made);
    if (!same) return fail("the title is another one", NULL);
    puts("installed-tree test: ok");
    return 0;
}
