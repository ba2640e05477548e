/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a table: it is taken for whole if and only if an automaton says so, letter by letter. */

#include "csv_check.h"
#include "input.h"

#include <string.h>

enum state { BEGIN, PLAIN, QUOTED, QUOTE, BAD };

/* The state behind a letter. */
static enum state next(enum state state, char letter)
{
    gboolean ends = letter == ',' || letter == '\n';
    switch (state) {
    case BEGIN:
        return letter == '"' ? QUOTED : ends ? BEGIN : PLAIN;
    case PLAIN:
        return ends ? BEGIN : PLAIN;
    case QUOTED:
        return letter == '"' ? QUOTE : QUOTED;
    case QUOTE: /* its end, or the first of two */
        return letter == '"' ? QUOTED : ends ? BEGIN : PLAIN;
    case BAD:
        break;
    }
    return BAD;
}

/* Whether cells of the header are named and differ, and no row has more or fewer. */
static gboolean is_whole(const char *text, gsize length)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    enum state state = BEGIN;
    guint cells = 0, rows = 0;
    for (gsize i = 0, from = 0; i < length; i++) {
        gboolean inside = state == QUOTED;
        state = text[i] == '\0' ? BAD : next(state, text[i]);
        if (state == BAD)
            return FALSE;
        if (inside || (text[i] != ',' && text[i] != '\n'))
            continue;
        cells++;
        if (rows == 0) {
            char *name = g_strndup(text + from, i - from);
            gboolean known = g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL);
            g_ptr_array_add(names, name);
            if (known || i == from)
                return FALSE;
        }
        from = i + 1;
        if (text[i] == '\n' && cells != names->len)
            return FALSE;
        rows += text[i] == '\n';
        cells = text[i] == '\n' ? 0 : cells;
    }
    return length > 0 && state == BEGIN && cells == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    gboolean whole = csv_check_text("t.csv", (const char *)data, size, &error);
    g_assert_true(whole == (error == NULL));
    g_assert_true(whole == is_whole((const char *)data, size));
    return 0;
}
