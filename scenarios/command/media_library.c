/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The media files of a run: loads the reader on first use, opens each file once. */

#include "media.h"

#include "failure.h"
#include "modules.h"

#include <string.h>

struct media_library {
    const struct media_reader *reader; /* NULL: not loaded */
    GHashTable *files;                 /* path -> struct weft_media, owned */
};

struct media_library *media_library_new(void)
{
    struct media_library *library = g_new0(struct media_library, 1);
    library->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return library;
}

void media_library_free(struct media_library *library)
{
    if (!library)
        return;
    GHashTableIter iter;
    void *media;
    g_hash_table_iter_init(&iter, library->files);
    while (g_hash_table_iter_next(&iter, NULL, &media))
        library->reader->close(media);
    g_hash_table_unref(library->files);
    g_free(library);
}

static const struct media_reader *load(GError **error)
{
    void *address = module_symbol("weft-media.so", MEDIA_READER_SYMBOL, "libavformat-dev", error);
    if (!address) {
        g_prefix_error(error, "cannot be read, media reader ");
        return NULL;
    }
    media_reader_entry *entry;
    memcpy(&entry, &address, sizeof entry); /* ISO C has no cast from object to function pointers */
    const struct media_reader *reader = entry();
    if (reader->version != MEDIA_READER_VERSION) {
        failure(error, STATUS_FAILED, "cannot be read, media reader is of another version");
        return NULL;
    }
    return reader;
}

const struct weft_media *media_library_open(struct media_library *library, const char *path, GError **error)
{
    struct weft_media *media = g_hash_table_lookup(library->files, path);
    if (media)
        return media;
    if (!library->reader)
        library->reader = load(error);
    media = library->reader ? library->reader->open(path, error) : NULL;
    if (media)
        g_hash_table_insert(library->files, g_strdup(path), media);
    return media;
}
