/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a sweep, and as the record of a point. */

#include "sweep.h"
#include "input.h"
#include "sweep_record.h"

#include <string.h>

enum { MOST_COMBINATIONS = 20000 };

static gboolean is_small(const struct sweep *sweep)
{
    guint64 combinations = 1;
    for (guint i = 0; i < sweep->axes->len && combinations <= MOST_COMBINATIONS; i++)
        combinations *= ((const struct sweep_axis *)g_ptr_array_index(sweep->axes, i))->values;
    return combinations <= MOST_COMBINATIONS;
}

/* No two points are the same combination, and what is left is what no filter drops. */
static void expand(const struct sweep *sweep)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) points = sweep_expand(sweep, &error);
    g_assert_true((points != NULL) == (error == NULL));
    g_autofree guint *value = g_new0(guint, sweep->axes->len + 1);
    struct sweep_point point = {.value = value};
    for (guint i = 0; points && i < points->len; i++) {
        guint64 combination = g_array_index(points, uint64_t, i);
        g_assert_true(i == 0 || combination > g_array_index(points, uint64_t, i - 1));
        sweep_point_at(sweep, combination, &point);
        g_assert_false(sweep_filter_drops(sweep, &point));
        for (guint a = 0; a < sweep->axes->len; a++)
            g_assert_cmpuint(value[a], <,
                             ((const struct sweep_axis *)g_ptr_array_index(sweep->axes, a))->values);
    }
}

/* What is taken for whole is what would have been written. */
static void judge(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size), *copy = g_strdup(text);
    struct manifest_point point = {.id = "00001"};
    struct record record = {0};
    memset(point.hash, '0', SWEEP_HASH_CHARS);
    if (record_judge(text, &point, &record) != RECORD_WHOLE || record.error)
        return;
    g_autofree char *again = record_of_result(&point, record.row, record.result);
    g_assert_cmpstr(again, ==, copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    struct sweep *sweep = sweep_read(input_file(INPUT_FD, data, size), &error);
    g_assert_true((sweep != NULL) == (error == NULL));
    if (sweep && is_small(sweep))
        expand(sweep);
    sweep_free(sweep);
    judge(data, size);
    return 0;
}
