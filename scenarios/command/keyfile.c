/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Key files with line numbers: GKeyFile judges the syntax and gives the values, a scan of the same text finds
 * where each group and key stands. */

#include "keyfile.h"

#include "claims.h"
#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 1 << 20 };

/* Some editors begin UTF-8 with it; GKeyFile does not know it. */
static const char byte_order_mark[] = "\xef\xbb\xbf";

static void entry_free(void *data)
{
    struct keyfile_entry *entry = data;
    g_free(entry->key);
    g_free(entry->value);
    g_free(entry);
}

static void group_free(void *data)
{
    struct keyfile_group *group = data;
    g_free(group->name);
    g_ptr_array_unref(group->entries);
    g_free(group);
}

/* The whole file, or NULL: what never ends or is far too large is refused unread. */
static GString *read_text(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        failure(error, STATUS_INPUT, "%s: cannot be opened: %s", path, g_strerror(errno));
        return NULL;
    }
    if (!claims_input(fd)) {
        failure(error, STATUS_INPUT,
                "%s: is to be overwritten by a result; allowed: a result in another file", path);
        close(fd);
        return NULL;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    char block[4096];
    ssize_t got;
    do {
        got = read(fd, block, sizeof block);
        if (got > 0)
            g_string_append_len(text, block, got);
    } while ((got > 0 && text->len <= FILE_MAX_BYTES) || (got < 0 && errno == EINTR));
    int reason = errno;
    close(fd);
    if (got < 0) {
        failure(error, STATUS_INPUT, "%s: cannot be read: %s", path, g_strerror(reason));
        return NULL;
    }
    if (text->len > FILE_MAX_BYTES) {
        failure(error, STATUS_INPUT, "%s: is too large for a key file; at most %d bytes", path,
                FILE_MAX_BYTES);
        return NULL;
    }
    if (g_str_has_prefix(text->str, byte_order_mark))
        g_string_erase(text, 0, (gssize)strlen(byte_order_mark));
    return g_steal_pointer(&text);
}

static int line_of(const char *text, const char *at)
{
    int line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

static gboolean parses(const char *text, size_t length)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    return g_key_file_load_from_data(file, text, length, G_KEY_FILE_KEEP_TRANSLATIONS, NULL);
}

/* The first line that GKeyFile refuses. A text is refused if and only if one of its lines is, so halving
 * works. */
static int bad_line(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint good = 0, bad = g_strv_length(lines);
    g_autofree size_t *end = g_new0(size_t, bad + 1);
    for (guint i = 0; i < bad; i++)
        end[i + 1] = end[i] + strlen(lines[i]) + (text[end[i] + strlen(lines[i])] == '\n');
    while (bad - good > 1) {
        guint middle = good + (bad - good) / 2;
        if (parses(text, end[middle]))
            good = middle;
        else
            bad = middle;
    }
    return (int)bad;
}

static GKeyFile *parse(const char *path, const GString *text, GError **error)
{
    const char *end;
    if (!g_utf8_validate(text->str, (gssize)text->len, &end)) {
        failure(error, STATUS_INPUT, "%s:%d: is not a text; UTF-8 is allowed", path, line_of(text->str, end));
        return NULL;
    }
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) refused = NULL;
    if (!g_key_file_load_from_data(file, text->str, text->len, G_KEY_FILE_KEEP_TRANSLATIONS, &refused)) {
        failure(error, STATUS_INPUT,
                "%s:%d: cannot be understood; [GROUP], KEY = VALUE and # comment are allowed", path,
                bad_line(text->str));
        return NULL;
    }
    return g_steal_pointer(&file);
}

static struct keyfile_group *find_group(GPtrArray *found, const char *name)
{
    for (guint i = 0; i < found->len; i++) {
        struct keyfile_group *group = g_ptr_array_index(found, i);
        if (strcmp(group->name, name) == 0)
            return group;
    }
    return NULL;
}

static gboolean take_group(GPtrArray *found, const char *path, const char *line, int number, GError **error)
{
    const char *end = strchr(line, ']');
    g_autofree char *name = g_strndup(line + 1, (gsize)(end - line - 1));
    const struct keyfile_group *before = find_group(found, name);
    if (before)
        return failure(error, STATUS_INPUT,
                       "%s:%d: %s: stands in line %d already; each group once is allowed", path, number, name,
                       before->line);
    struct keyfile_group *group = g_new0(struct keyfile_group, 1);
    group->name = g_steal_pointer(&name);
    group->line = number;
    group->entries = g_ptr_array_new_with_free_func(entry_free);
    g_ptr_array_add(found, group);
    return TRUE;
}

static gboolean take_key(struct keyfile_group *group, GKeyFile *file, const char *path, const char *line,
                         int number, GError **error)
{
    g_autofree char *key = g_strchomp(g_strndup(line, (gsize)(strchr(line, '=') - line)));
    for (guint i = 0; i < group->entries->len; i++) {
        const struct keyfile_entry *before = g_ptr_array_index(group->entries, i);
        if (strcmp(before->key, key) == 0)
            return failure(error, STATUS_INPUT,
                           "%s:%d: %s.%s: stands in line %d already; each key once is allowed", path, number,
                           group->name, key, before->line);
    }
    g_autoptr(GError) refused = NULL;
    g_autofree char *value = g_key_file_get_string(file, group->name, key, &refused);
    if (refused)
        return failure(
            error, STATUS_INPUT,
            "%s:%d: %s.%s: has a backslash that is no escape; \\s, \\n, \\t, \\r and \\\\ are allowed", path,
            number, group->name, key);
    struct keyfile_entry *entry = g_new0(struct keyfile_entry, 1);
    entry->key = g_steal_pointer(&key);
    entry->value = g_steal_pointer(&value);
    entry->line = number;
    g_ptr_array_add(group->entries, entry);
    return TRUE;
}

GPtrArray *keyfile_read(const char *path, GError **error)
{
    g_autoptr(GString) text = read_text(path, error);
    g_autoptr(GKeyFile) file = text ? parse(path, text, error) : NULL;
    if (!file)
        return NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(group_free);
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
    for (int i = 0; lines[i]; i++) {
        const char *line = g_strstrip(lines[i]);
        if (*line == '\0' || *line == '#')
            continue;
        if (*line == '['
                ? !take_group(found, path, line, i + 1, error)
                : !take_key(g_ptr_array_index(found, found->len - 1), file, path, line, i + 1, error))
            return NULL;
    }
    return g_steal_pointer(&found);
}
