/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The types of keys: quantity, choice of a policy, text, source, buffer, profile, fault. */

#include "keys.h"

#include "argument.h"
#include "policies.h"
#include "suggest.h"

#include <glib.h>
#include <string.h>

static char *member(const struct key_row *key, void *values)
{
    return (char *)values + key->offset;
}

static uint64_t number_at(const struct key_row *key, const void *values)
{
    uint64_t number;
    memcpy(&number, (const char *)values + key->offset, sizeof number);
    return number;
}

/* Pointers to policy rows and texts are copied as representations: the members have different pointer types.
 */
static const void *pointer_at(const struct key_row *key, const void *values)
{
    const void *pointer;
    memcpy(&pointer, (const char *)values + key->offset, sizeof pointer);
    return pointer;
}

static bool is_one_of(const uint64_t *only, uint64_t value)
{
    for (; *only; only++)
        if (*only == value)
            return true;
    return false;
}

static char *quantity_read(const struct key_row *key, const char *text, void *values)
{
    uint64_t number = 0;
    if (key->most_word && strcmp(key->most_word, text) == 0) {
        number = UINT64_MAX;
    } else if (!key->word || strcmp(key->word, text) != 0) {
        const char *why = quantity_parse(key->quantity, text, &number);
        if (why)
            return g_strdup_printf("\"%s\" %s", text, why);
        if (key->only ? !is_one_of(key->only, number) : number < key->min || number > key->max)
            return g_strdup_printf("%s is out of range", text);
    }
    memcpy(member(key, values), &number, sizeof number);
    return NULL;
}

static char *quantity_write(const struct key_row *key, const void *values)
{
    uint64_t number = number_at(key, values);
    if (number == 0 && key->word)
        return g_strdup(key->word);
    if (number == UINT64_MAX && key->most_word)
        return g_strdup(key->most_word);
    if (number == 0 && !key->default_text)
        return NULL;
    return quantity_format(key->quantity, number);
}

static char *quantity_allowed(const struct key_row *key)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (key->word)
        g_string_append_printf(text, "%s, or ", key->word);
    if (key->most_word)
        g_string_append_printf(text, "%s, or ", key->most_word);
    for (const uint64_t *only = key->only; only && *only; only++) {
        g_autofree char *value = quantity_format(key->quantity, *only);
        g_string_append_printf(text, "%s%s", only == key->only ? "" : " or ", value);
    }
    if (!key->only) {
        g_autofree char *least = quantity_format(key->quantity, key->min);
        g_autofree char *most = quantity_format(key->quantity, key->max);
        g_string_append_printf(text, "%s from %s to %s", key->quantity->name, least, most);
    }
    g_autofree char *units = quantity_units(key->quantity);
    if (units)
        g_string_append_printf(text, " (%s)", units);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

const struct key_type key_quantity = {"quantity", quantity_read, quantity_write, quantity_allowed, NULL};

/* Why `text` is no row of the key's table, or NULL with the row. */
static char *find_row(const struct key_row *key, const char *text, const void **row)
{
    *row = policy_find(key->policies, text);
    if (!*row && strchr(text, ':')) {
        g_autofree char *name = g_strndup(text, (gsize)(strchr(text, ':') - text));
        if (policy_find(key->policies, name))
            return g_strdup_printf("%s \"%s\" takes no argument", key->policies->name, name);
    }
    if (*row)
        return NULL;
    g_autofree char *names = policy_names(key->policies), *hint = suggest(text, names);
    return g_strdup_printf("unknown %s \"%s\"%s", key->policies->name, text, hint);
}

/* A row, and its argument where the key has a place for it. */
static char *choice_read(const struct key_row *key, const char *text, void *values)
{
    const char *colon = strchr(text, ':');
    g_autofree char *name = g_strndup(text, colon ? (gsize)(colon - text) : strlen(text));
    const void *row;
    uint64_t argument;
    char *why = find_row(key, name, &row);
    if (!why) {
        g_autofree char *what = g_strdup_printf("%s \"%s\"", key->policies->name, name);
        why = argument_parse(policy_argument(key->policies, row), what, colon ? colon + 1 : NULL, &argument);
    }
    if (why)
        return why;
    memcpy(member(key, values), &row, sizeof row);
    if (key->argument_offset)
        memcpy((char *)values + key->argument_offset, &argument, sizeof argument);
    return NULL;
}

static char *choice_write(const struct key_row *key, const void *values)
{
    const void *row = pointer_at(key, values);
    uint64_t argument = 0;
    if (!row)
        return NULL;
    if (key->argument_offset)
        memcpy(&argument, (const char *)values + key->argument_offset, sizeof argument);
    return argument_format(policy_argument(key->policies, row), policy_name(row), argument);
}

static char *choice_allowed(const struct key_row *key)
{
    return policy_forms(key->policies);
}

const struct key_type key_choice = {"choice", choice_read, choice_write, choice_allowed, NULL};

enum { TEXT_MAX = 255 };

static char *text_read(const struct key_row *key, const char *text, void *values)
{
    if (*text == '\0')
        return g_strdup("is empty");
    if (strlen(text) > TEXT_MAX)
        return g_strdup("is too long");
    for (const char *at = text; *at; at++)
        if (g_ascii_iscntrl(*at))
            return g_strdup("has a control character");
    memcpy(member(key, values), &text, sizeof text);
    return NULL;
}

static char *text_write(const struct key_row *key, const void *values)
{
    return g_strdup(pointer_at(key, values));
}

static char *text_allowed(const struct key_row *key)
{
    (void)key;
    return g_strdup_printf("text of 1 to %d characters", TEXT_MAX);
}

const struct key_type key_text = {"text", text_read, text_write, text_allowed, NULL};

/* What is said for readers only: no setting in force, so in no result and no hash. */
static char *remark_write(const struct key_row *key, const void *values)
{
    (void)key, (void)values;
    return NULL;
}

const struct key_type key_remark = {"text", text_read, remark_write, text_allowed, NULL};

const struct source source_cbr = {"cbr", "constant bit rate without end; the bytes are a pattern", false,
                                  true};
const struct source source_media = {"media", "a media file, by its own clock", true, false};
const struct source source_file = {"file", "any file at a constant bit rate", true, true};
const struct source *const sources[] = {&source_cbr, &source_media, &source_file, NULL};

static char *source_read(const struct key_row *key, const char *text, void *values)
{
    const char *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    for (size_t i = 0; sources[i]; i++) {
        if (strlen(sources[i]->name) != length || strncmp(sources[i]->name, text, length) != 0)
            continue;
        if (sources[i]->file && (!colon || colon[1] == '\0'))
            return g_strdup_printf("source \"%s\" needs a file", sources[i]->name);
        if (!sources[i]->file && colon)
            return g_strdup_printf("source \"%s\" takes no argument", sources[i]->name);
        struct source_choice choice = {sources[i], colon ? colon + 1 : NULL};
        memcpy(member(key, values), &choice, sizeof choice);
        return NULL;
    }
    return g_strdup_printf("unknown source \"%s\"", text);
}

static char *source_write(const struct key_row *key, const void *values)
{
    struct source_choice choice;
    memcpy(&choice, (const char *)values + key->offset, sizeof choice);
    return choice.file ? g_strdup_printf("%s:%s", choice.row->name, choice.file) : g_strdup(choice.row->name);
}

static char *source_allowed(const struct key_row *key)
{
    (void)key;
    GString *text = g_string_new(NULL);
    for (size_t i = 0; sources[i]; i++)
        g_string_append_printf(text, "%s%s%s", i ? ", " : "", sources[i]->name,
                               sources[i]->file ? ":FILE" : "");
    return g_string_free(text, FALSE);
}

static const char *source_written(const void *row)
{
    return row == &source_media ? "media:FILE" : policy_name(row);
}

const struct key_type key_source = {"source", source_read, source_write, source_allowed, source_written};

/* "packets" of "COUNT packets"; NULL: a size has units of its own. */
static const char *buffer_unit(const struct weft_buffer *row)
{
    return row->written ? strchr(row->written, ' ') + 1 : NULL;
}

/* The row whose unit stands behind the number, the one that counts bytes where a unit of size does, or one by its name. */
static const struct weft_buffer *buffer_row(const char *text)
{
    const struct weft_buffer *bytes = NULL;
    for (size_t i = 0; weft_buffers[i]; i++) {
        const char *unit = buffer_unit(weft_buffers[i]);
        if (unit && g_str_has_suffix(text, unit))
            return weft_buffers[i];
        if (!weft_buffers[i]->accepts && strcmp(text, weft_buffers[i]->name) == 0)
            return weft_buffers[i];
        if (!unit && weft_buffers[i]->accepts)
            bytes = weft_buffers[i];
    }
    g_assert(bytes);
    return bytes;
}

/* A size limits bytes, a count of something limits that, "unlimited" nothing. */
static char *buffer_read(const struct key_row *key, const char *text, void *values)
{
    struct buffer_choice choice = {buffer_row(text), 0};
    const char *wrong = NULL;
    g_assert(choice.row); /* the table has a row that counts bytes */
    const char *unit = buffer_unit(choice.row);
    if (unit) {
        g_autofree char *count = g_strndup(text, strlen(text) - strlen(unit));
        wrong = quantity_parse(&quantity_count, count, &choice.limit);
    } else if (choice.row->accepts) {
        wrong = quantity_parse(&quantity_size, text, &choice.limit);
    }
    if (wrong)
        return g_strdup_printf("\"%s\" %s", text, wrong);
    if (choice.row->accepts && (choice.limit < key->min || choice.limit > key->max))
        return g_strdup_printf("%s is out of range", text);
    memcpy(member(key, values), &choice, sizeof choice);
    return NULL;
}

static char *buffer_write(const struct key_row *key, const void *values)
{
    struct buffer_choice choice;
    memcpy(&choice, (const char *)values + key->offset, sizeof choice);
    if (!choice.row->accepts)
        return g_strdup(choice.row->name);
    if (choice.row->written)
        return g_strdup_printf("%" G_GUINT64_FORMAT " %s", choice.limit, buffer_unit(choice.row));
    return quantity_format(&quantity_size, choice.limit);
}

static char *buffer_allowed(const struct key_row *key)
{
    g_autofree char *units = quantity_units(&quantity_size),
                    *most = quantity_format(&quantity_size, key->max);
    GString *text = g_string_new("unlimited, ");
    for (size_t i = 0; weft_buffers[i]; i++)
        if (weft_buffers[i]->written)
            g_string_append_printf(text, "%s, ", weft_buffers[i]->written);
    g_string_append_printf(text, "or a size up to %s (units %s)", most, units);
    return g_string_free(text, FALSE);
}

static const char *buffer_written(const void *row)
{
    const struct weft_buffer *buffer = row;
    if (!buffer->accepts)
        return buffer->name;
    return buffer->written ? buffer->written : "SIZE";
}

const struct key_type key_buffer = {"buffer", buffer_read, buffer_write, buffer_allowed, buffer_written};

static const char file_prefix[] = "file:", measured_prefix[] = "measured:";

static char *profile_read(const struct key_row *key, const char *text, void *values)
{
    struct profile_choice choice = {.measured = g_str_has_prefix(text, measured_prefix)};
    if (choice.measured || g_str_has_prefix(text, file_prefix)) {
        choice.file = text + strlen(choice.measured ? measured_prefix : file_prefix);
        if (*choice.file == '\0')
            return g_strdup("needs a file");
    } else {
        const void *row;
        char *why = find_row(key, text, &row);
        if (why)
            return why;
        choice.row = row;
    }
    memcpy(member(key, values), &choice, sizeof choice);
    return NULL;
}

static char *profile_write(const struct key_row *key, const void *values)
{
    struct profile_choice choice;
    memcpy(&choice, (const char *)values + key->offset, sizeof choice);
    return choice.row ? g_strdup(choice.row->name)
                      : g_strconcat(choice.measured ? measured_prefix : file_prefix, choice.file, NULL);
}

static char *profile_allowed(const struct key_row *key)
{
    g_autofree char *names = policy_names(key->policies);
    return g_strdup_printf("%s, %sFILE, or %sFILE", names, file_prefix, measured_prefix);
}

const struct key_type key_profile = {"profile", profile_read, profile_write, profile_allowed, NULL};

/* "none", or a fault and its time. */
static char *fault_read(const struct key_row *key, const char *text, void *values)
{
    struct fault_choice choice = {NULL, 0};
    if (strcmp(text, "none") != 0) {
        const char *colon = strchr(text, ':');
        g_autofree char *name = g_strndup(text, colon ? (gsize)(colon - text) : strlen(text));
        const void *row;
        char *why = find_row(key, name, &row);
        if (why)
            return why;
        choice.row = row;
        if (!colon)
            return g_strdup_printf("fault \"%s\" needs a time", name);
        const char *wrong = quantity_parse(&quantity_time, colon + 1, &choice.at_ps);
        if (wrong)
            return g_strdup_printf("\"%s\" %s", colon + 1, wrong);
        if (choice.at_ps < key->min || choice.at_ps > key->max)
            return g_strdup_printf("%s is out of range", colon + 1);
    }
    memcpy(member(key, values), &choice, sizeof choice);
    return NULL;
}

static char *fault_write(const struct key_row *key, const void *values)
{
    struct fault_choice choice;
    memcpy(&choice, (const char *)values + key->offset, sizeof choice);
    if (!choice.row)
        return g_strdup("none");
    g_autofree char *time = quantity_format(&quantity_time, choice.at_ps);
    return g_strdup_printf("%s:%s", choice.row->name, time);
}

static char *fault_allowed(const struct key_row *key)
{
    g_autofree char *names = policy_names(key->policies), *units = quantity_units(&quantity_time),
                    *most = quantity_format(&quantity_time, key->max);
    return g_strdup_printf("none, or KIND:TIME with a time up to %s (%s) and a kind of %s", most, units,
                           names);
}

const struct key_type key_fault = {"fault", fault_read, fault_write, fault_allowed, NULL};
