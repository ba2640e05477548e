/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The group [measured]: a profile that claims to be measured says where and when. */

#include "provenance.h"

#include "failure.h"
#include "quantity.h"

#include <stdlib.h>
#include <string.h>

/* NULL, or what is wrong with the value. */
typedef const char *provenance_check(const char *value);

static const char *check_text(const char *value)
{
    return *value ? NULL : "is empty";
}

/* YYYY-MM-DD, a day that there is. */
static const char *check_date(const char *value)
{
    static const char pattern[] = "0000-00-00";
    bool good = strlen(value) == strlen(pattern);
    for (size_t i = 0; good && pattern[i]; i++)
        good = pattern[i] == '0' ? g_ascii_isdigit(value[i]) : value[i] == pattern[i];
    good = good &&
           g_date_valid_dmy((GDateDay)strtoul(value + 8, NULL, 10), (GDateMonth)strtoul(value + 5, NULL, 10),
                            (GDateYear)strtoul(value, NULL, 10));
    return good ? NULL : "is no day";
}

static const struct provenance_key {
    const char *name;
    size_t offset;
    provenance_check *check; /* of a text; NULL: a clock */
    const char *allowed;
    bool optional;
} provenance_keys[] = {
    {"machine", offsetof(struct provenance, machine), check_text, "a text", false},
    {"kernel", offsetof(struct provenance, kernel), check_text, "a text", false},
    {"date", offsetof(struct provenance, date), check_date, "YYYY-MM-DD", false},
    {"weft", offsetof(struct provenance, weft), check_text, "the version of weft that measured", false},
    {"clock", offsetof(struct provenance, clock_hz), NULL, "1 MHz to 10 GHz", false},
    {"methods", offsetof(struct provenance, methods), check_text, "a text", true},
    {"skipped", offsetof(struct provenance, skipped), check_text, "a text", true},
};
enum { PROVENANCE_KEYS = G_N_ELEMENTS(provenance_keys) };

/* As server.cpu. */
static const char *read_clock(const char *value, uint64_t *hz)
{
    static const uint64_t least_hz = 1000000, most_hz = UINT64_C(10000000000);
    const char *why = quantity_parse(&quantity_frequency, value, hz);
    return !why && (*hz < least_hz || *hz > most_hz) ? "is out of range" : why;
}

/* One key; its bit into `*given`. */
static gboolean read_key(const char *path, const struct keyfile_entry *entry, GStringChunk *texts,
                         struct provenance *provenance, unsigned *given, GError **error)
{
    for (unsigned i = 0; i < PROVENANCE_KEYS; i++) {
        const struct provenance_key *key = &provenance_keys[i];
        if (strcmp(key->name, entry->key) != 0)
            continue;
        *given |= 1U << i;
        void *member = (char *)provenance + key->offset;
        const char *why = key->check ? key->check(entry->value) : read_clock(entry->value, member);
        if (why)
            return failure(error, STATUS_INPUT, "%s:%d: measured.%s: \"%s\" %s; allowed: %s", path,
                           entry->line, key->name, entry->value, why, key->allowed);
        if (key->check)
            *(const char **)member = g_string_chunk_insert(texts, entry->value);
        return TRUE;
    }
    return failure(error, STATUS_INPUT,
                   "%s:%d: measured.%s: unknown key; allowed: machine, kernel, date, weft, clock, methods, "
                   "skipped",
                   path, entry->line, entry->key);
}

gboolean provenance_read(const char *path, const struct keyfile_group *group, GStringChunk *texts,
                         struct provenance *provenance, GError **error)
{
    unsigned given = 0;
    *provenance = (struct provenance){0};
    for (guint i = 0; i < group->entries->len; i++)
        if (!read_key(path, g_ptr_array_index(group->entries, i), texts, provenance, &given, error))
            return FALSE;
    for (unsigned i = 0; i < PROVENANCE_KEYS; i++)
        if (!(given & 1U << i) && !provenance_keys[i].optional)
            return failure(error, STATUS_INPUT,
                           "%s:%d: measured.%s: is missing; needed: machine, kernel, date, weft and clock",
                           path, group->line, provenance_keys[i].name);
    return TRUE;
}

char *provenance_text(const struct provenance *provenance)
{
    g_autofree char *clock = quantity_format(&quantity_frequency, provenance->clock_hz);
    return g_strdup_printf("%s, %s, %s, weft %s, cycles of %s", provenance->machine, provenance->kernel,
                           provenance->date, provenance->weft, clock);
}
