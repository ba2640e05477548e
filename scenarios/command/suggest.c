/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The nearest name by edit distance (Levenshtein 1966). */

#include "suggest.h"

#include <glib.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 64, NEAR = 2 };

static guint edit_distance(const char *a, const char *b)
{
    guint row[NAME_MAX_LENGTH + 1];
    size_t rows = strlen(a), columns = strlen(b);
    for (size_t j = 0; j <= columns; j++)
        row[j] = (guint)j;
    for (size_t i = 1; i <= rows; i++) {
        guint diagonal = row[0];
        row[0] = (guint)i;
        for (size_t j = 1; j <= columns; j++) {
            guint replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[columns];
}

char *suggest(const char *typed, const char *names)
{
    g_auto(GStrv) list = g_strsplit(names, ", ", -1);
    const char *nearest = NULL;
    guint best = NEAR + 1;
    for (guint i = 0; list[i]; i++) {
        if (strlen(typed) > NAME_MAX_LENGTH || strlen(list[i]) > NAME_MAX_LENGTH)
            continue;
        guint distance = edit_distance(typed, list[i]);
        if (distance < best) {
            best = distance;
            nearest = list[i];
        }
    }
    return nearest ? g_strdup_printf(" (did you mean %s?)", nearest) : g_strdup("");
}
