/* Writes each chat as a page into an empty folder, with an index: pages WORKSPACE PATH FOLDER */
#include <kato/kato.h>
#include <stdio.h>
#include <string.h>

typedef struct folder {
    const char *path;
    FILE *file; /* the page that is being written */
} folder;

/* KATO_E_USER stops the export and comes out of it. */
static kato_status end_page(folder *pages) {
    FILE *file = pages->file;
    pages->file = NULL;
    return file != NULL && fclose(file) != 0 ? KATO_E_USER : KATO_OK;
}

/* The name has no folder in it and is good for every file system. */
static kato_status begin_page(void *self, const char *name, const char *chat) {
    folder *pages = self;
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/%s", pages->path, name);
    if (end_page(pages) != KATO_OK || length < 0 || (size_t)length >= sizeof path)
        return KATO_E_USER;
    printf("%s %s\n", *chat == '\0' ? "index" : chat, name);
    pages->file = fopen(path, "wbx"); /* x: never over another file */
    return pages->file != NULL ? KATO_OK : KATO_E_USER;
}

static kato_status write_page(void *self, const void *data, size_t size_bytes) {
    folder *pages = self;
    return fwrite(data, 1, size_bytes, pages->file) == size_bytes ? KATO_OK : KATO_E_USER;
}

static kato_status print_loss(void *self, const char *json, size_t len) {
    (void)self;
    printf("%.*s\n", (int)len, json);
    return KATO_OK;
}

static int failed(kato_error *error) {
    fprintf(stderr, "%s\n", kato_error_message(error, NULL));
    kato_error_free(error);
    return 1;
}

int main(int argc, char **argv) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_export_options wanted = KATO_EXPORT_OPTIONS_INIT;
    kato_error *error = NULL;
    kato_store *store = NULL;
    kato_import_report *report = NULL;
    folder pages = {NULL, NULL};

    if (argc != 4) return 2;
    options.flags = KATO_STORE_CREATE;
    if (kato_store_open(argv[1], KATO_NTS, &options, &store, &error) < 0) return failed(error);
    if (kato_import_path(store, argv[2], KATO_NTS, NULL, &report, &error) < 0) return failed(error);
    kato_import_report_free(report);

    pages.path = argv[3];
    wanted.format = "html";
    wanted.format_len = KATO_NTS;
    wanted.flags = KATO_EXPORT_NO_THINKING;
    wanted.loss = print_loss;
    if (kato_export_files(store, &wanted, begin_page, write_page, &pages, NULL, &error) < 0) {
        (void)end_page(&pages);
        kato_store_close(store);
        return failed(error);
    }
    kato_store_close(store);
    return end_page(&pages) == KATO_OK ? 0 : 1;
}
