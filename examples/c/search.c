/* Imports conversations, lists the chats and searches them: search WORKSPACE PATH QUERY */
#include <kato/kato.h>
#include <stdio.h>

/* A match stands between U+0002 and U+0003; a terminal gets no other control character either. */
static void print(const char *before, const char *text) {
    fputs(before, stdout);
    for (; *text != '\0'; ++text) {
        const unsigned char c = (unsigned char)*text;
        putchar(c == 2 ? '[' : c == 3 ? ']' : c < 32 || c == 127 ? ' ' : c);
    }
}

static int failed(kato_error *error) {
    fprintf(stderr, "%s\n", kato_error_message(error, NULL));
    kato_error_free(error);
    return 1;
}

int main(int argc, char **argv) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_error *error = NULL;
    kato_store *store = NULL;
    kato_import_report *report = NULL;
    kato_chat_cursor *chats = NULL;
    kato_chat *chat = NULL;
    kato_search_cursor *hits = NULL;

    if (argc != 4) return 2;
    options.flags = KATO_STORE_CREATE;
    if (kato_store_open(argv[1], KATO_NTS, &options, &store, &error) < 0) return failed(error);

    if (kato_import_path(store, argv[2], KATO_NTS, NULL, &report, &error) < 0) return failed(error);
    printf("%lu new events\n",
           (unsigned long)kato_import_report_count(report, KATO_COUNT_EVENTS_NEW));

    if (kato_chat_list(store, NULL, &chats, &error) < 0) return failed(error);
    while (kato_chat_cursor_next(chats, &chat, &error) == KATO_OK) {
        print("chat: ", kato_chat_title(chat, NULL));
        print(" from ", kato_chat_provider(chat, NULL));
        print("\n", "");
        kato_chat_free(chat);
    }

    if (kato_search(store, argv[3], KATO_NTS, NULL, &hits, &error) < 0) return failed(error);
    while (kato_search_next(hits, &error) == KATO_OK) {
        print("hit: ", kato_search_snippet(hits, NULL));
        print("\n", "");
    }

    kato_search_free(hits);
    kato_chat_cursor_free(chats);
    kato_import_report_free(report);
    kato_store_close(store);
    return error ? failed(error) : 0;
}
