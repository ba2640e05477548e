/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The media files of a run: loads the reader on first use, opens each file once in each form that is sent. */

#include "media.h"

#include "failure.h"
#include "media_map.h"
#include "modules.h"

#include <string.h>

struct media_library {
    const struct media_way *way;
    const struct media_reader *reader; /* NULL: not loaded */
    GHashTable *media;                 /* "form path" -> struct held_media */
    GHashTable *packets;               /* "media payload" -> struct weft_packets */
};

struct held_media {
    struct weft_media *media;
    void (*close)(struct weft_media *media);
};

static void held_free(void *data)
{
    struct held_media *held = data;
    held->close(held->media);
    g_free(held);
}

struct media_library *media_library_new(void)
{
    return media_library_new_by(&media_in_child);
}

struct media_library *media_library_new_by(const struct media_way *way)
{
    struct media_library *library = g_new0(struct media_library, 1);
    library->way = way;
    library->media = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, held_free);
    library->packets =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)weft_packets_free);
    return library;
}

void media_library_free(struct media_library *library)
{
    if (!library)
        return;
    g_hash_table_unref(library->packets);
    g_hash_table_unref(library->media);
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

/* Keep what was opened under `key`, which is taken; NULL if it was not. */
static const struct weft_media *keep(struct media_library *library, char *key, struct weft_media *media,
                                     void (*close)(struct weft_media *media))
{
    if (!media) {
        g_free(key);
        return NULL;
    }
    struct held_media *held = g_new0(struct held_media, 1);
    *held = (struct held_media){media, close};
    g_hash_table_insert(library->media, key, held);
    return media;
}

const struct weft_media *media_library_open(struct media_library *library, const char *path,
                                            const struct weft_format *format, GError **error)
{
    const char *const *codecs = format ? format->codecs : NULL;
    char *key = g_strdup_printf("%s %s", codecs ? codecs[0] : "bytes", path);
    const struct held_media *held = g_hash_table_lookup(library->media, key);
    if (held) {
        g_free(key);
        return held->media;
    }
    if (!library->reader)
        library->reader = load(error);
    struct weft_media *media =
        library->reader ? library->way->open(library->reader, path, codecs, error) : NULL;
    return keep(library, key, media, library->way->close);
}

/* --- any file --- */

struct plain_file {
    struct weft_media media; /* the first member, so that it can be handed out by itself */
    char *name;
    GMappedFile *file;
    uint64_t at_bytes[2];
    weft_ps at_ps[2];
};

static void plain_close(struct weft_media *media)
{
    struct plain_file *plain = (struct plain_file *)media;
    g_mapped_file_unref(plain->file);
    g_free(plain->name);
    g_free(plain);
}

/* The largest file that lasts no longer than weft_setup_check() allows an instant to be. */
static gboolean lasts_too_long(uint64_t bytes, uint64_t rate_bps)
{
    enum { LONGEST_S = 1000000 };
    return (weft_u128)bytes * 8 > (weft_u128)rate_bps * LONGEST_S;
}

static struct weft_media *plain_open(const char *path, uint64_t rate_bps, GError **error)
{
    GMappedFile *file = media_map(path, error);
    if (!file)
        return NULL;
    uint64_t bytes = g_mapped_file_get_length(file);
    if (lasts_too_long(bytes, rate_bps)) {
        g_mapped_file_unref(file);
        failure(error, STATUS_INPUT, "lasts longer than 1000000 s at its rate");
        return NULL;
    }
    struct plain_file *plain = g_new0(struct plain_file, 1);
    plain->name = g_path_get_basename(path);
    plain->file = file;
    plain->at_bytes[1] = bytes;
    plain->at_ps[1] = weft_duration_up(bytes * 8, rate_bps);
    plain->media = (struct weft_media){.name = plain->name,
                                       .points = 2,
                                       .at_bytes = plain->at_bytes,
                                       .at_ps = plain->at_ps,
                                       .data = (const uint8_t *)g_mapped_file_get_contents(file)};
    return &plain->media;
}

const struct weft_media *media_library_file(struct media_library *library, const char *path,
                                            uint64_t rate_bps, GError **error)
{
    char *key = g_strdup_printf("%" G_GUINT64_FORMAT " %s", rate_bps, path);
    const struct held_media *held = g_hash_table_lookup(library->media, key);
    if (!held)
        return keep(library, key, plain_open(path, rate_bps, error), plain_close);
    g_free(key);
    return held->media;
}

const struct weft_packets *media_library_cut(struct media_library *library, const struct weft_media *media,
                                             const struct weft_format *format, uint32_t payload_bytes,
                                             GError **error)
{
    g_autofree char *key = g_strdup_printf("%p %s %u", (const void *)media, format->name, payload_bytes);
    struct weft_packets *packets = g_hash_table_lookup(library->packets, key);
    if (packets)
        return packets;
    struct weft_error refused = {""};
    packets = weft_packets_new(format, media->units, media->data, payload_bytes, &refused);
    if (packets)
        g_hash_table_insert(library->packets, g_steal_pointer(&key), packets);
    else
        failure(error, STATUS_INPUT, "has %s", refused.text);
    return packets;
}
