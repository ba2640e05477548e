/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A platform file: found, scanned, read. */

#include "platform.h"

#include "failure.h"
#include "media_map.h"

enum { FILE_MAX_BYTES = 16 << 20 };

static void host_free(void *data)
{
    struct platform_host *host = data;
    g_array_unref(host->properties);
    g_free(host);
}

struct platform *platform_new(const char *path, char *text)
{
    struct platform *platform = g_new0(struct platform, 1);
    platform->path = g_strdup(path);
    platform->text = text;
    platform->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    platform->hosts = g_ptr_array_new_with_free_func(host_free);
    platform->ways = g_array_new(FALSE, FALSE, sizeof(struct platform_way));
    platform->texts = g_string_chunk_new(4096);
    return platform;
}

void platform_free(struct platform *platform)
{
    if (!platform)
        return;
    g_hash_table_unref(platform->lines);
    g_ptr_array_unref(platform->hosts);
    g_array_unref(platform->ways);
    g_string_chunk_free(platform->texts);
    g_free(platform->refused);
    g_free(platform->text);
    g_free(platform->path);
    g_free(platform);
}

/* The text, which has an end. */
static char *read_text(const char *path, GError **error)
{
    GMappedFile *file = media_map(path, error);
    if (!file)
        return NULL;
    gsize length = g_mapped_file_get_length(file);
    char *text = NULL;
    if (length > FILE_MAX_BYTES)
        failure(error, STATUS_INPUT, "is larger than %d bytes", FILE_MAX_BYTES);
    else if (!g_utf8_validate(g_mapped_file_get_contents(file), (gssize)length, NULL))
        failure(error, STATUS_INPUT, "is no text in UTF-8");
    else
        text = g_strndup(g_mapped_file_get_contents(file), length);
    g_mapped_file_unref(file);
    return text;
}

struct platform *platform_read(const char *path, const char *where, GError **error)
{
    g_autoptr(GError) refused = NULL;
    char *text = read_text(path, &refused);
    if (!text) {
        failure(error, STATUS_INPUT, "%s: scenario.platform: %s %s; allowed: a SimGrid platform file", where,
                path, refused->message);
        return NULL;
    }
    struct platform *platform = platform_new(path, text);
    if (platform_scan(platform, error) && platform_ask(platform, error))
        return platform;
    platform_free(platform);
    return NULL;
}

static int line_of(const struct platform *platform, const char *kind, const char *name, const char *property)
{
    g_autofree char *key = g_strjoin(" ", kind, name, property, NULL);
    return GPOINTER_TO_INT(g_hash_table_lookup(platform->lines, key));
}

const char *platform_place(const struct platform *platform, const char *kind, const char *name,
                           const char *property)
{
    g_autoptr(GString) place = g_string_new(platform->path);
    int line = property ? line_of(platform, kind, name, property) : 0;
    if (line == 0)
        line = line_of(platform, kind, name, NULL);
    if (line > 0)
        g_string_append_printf(place, ":%d", line);
    g_string_append_printf(place, ": %s %s", kind, name);
    if (property)
        g_string_append_printf(place, ": %s", property);
    return g_string_chunk_insert(platform->texts, place->str);
}
