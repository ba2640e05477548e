/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From axes to points: combinations counted in mixed radix, without those that filters leave out. */

#include "failure.h"
#include "sweep.h"

static guint methods(const struct sweep *sweep)
{
    return MAX(sweep->methods->len, 1U);
}

/* How many combinations there are; 0: more than allowed. */
static uint64_t combinations(const struct sweep *sweep)
{
    uint64_t all = (uint64_t)methods(sweep) * sweep->backends->len;
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        if (all > SWEEP_COMBINATIONS_MAX / axis->values)
            return 0;
        all *= axis->values;
    }
    return all;
}

void sweep_point_at(const struct sweep *sweep, uint64_t combination, struct sweep_point *point)
{
    point->method = (guint)(combination % methods(sweep));
    combination /= methods(sweep);
    point->backend = (guint)(combination % sweep->backends->len);
    combination /= sweep->backends->len;
    for (guint i = sweep->axes->len; i-- > 0;) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        point->value[i] = (guint)(combination % axis->values);
        combination /= axis->values;
    }
}

const char *sweep_point_method(const struct sweep *sweep, const struct sweep_point *point)
{
    if (sweep->methods->len == 0)
        return NULL;
    const struct weft_method *method = g_ptr_array_index(sweep->methods, point->method);
    return method->name;
}

const struct backend_row *sweep_point_backend(const struct sweep *sweep, const struct sweep_point *point)
{
    return g_ptr_array_index(sweep->backends, point->backend);
}

GArray *sweep_expand(const struct sweep *sweep, GError **error)
{
    uint64_t all = combinations(sweep);
    g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    g_autofree guint *value = g_new0(guint, sweep->axes->len + 1);
    struct sweep_point point = {.value = value};
    for (uint64_t i = 0; i < all && points->len <= SWEEP_POINTS_MAX; i++) {
        sweep_point_at(sweep, i, &point);
        if (!sweep_filter_drops(sweep, &point))
            g_array_append_val(points, i);
    }
    if (all == 0 || points->len > SWEEP_POINTS_MAX) {
        failure(error, STATUS_INPUT, "%s:1: sweep: has too many points; allowed: %d, of %d combinations",
                sweep->path, SWEEP_POINTS_MAX, SWEEP_COMBINATIONS_MAX);
        return NULL;
    }
    if (points->len == 0) {
        failure(error, STATUS_INPUT,
                "%s:1: sweep: has no point, its filters leave out all; allowed: at least one", sweep->path);
        return NULL;
    }
    return g_steal_pointer(&points);
}
