/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Probe, primitives, points, one after the other. */

#include "calibration.h"

struct telling {
    void (*progress)(void *context, const char *what, guint done, guint of);
    void *context;
    const char *what;
};

static void tell(void *which, guint done, guint of)
{
    const struct telling *telling = which;
    if (telling->progress)
        telling->progress(telling->context, telling->what, done, of);
}

static gboolean measure(struct calibration *calibration, guint primitive_rounds, guint point_rounds,
                        const struct telling *how_to_tell, GError **error)
{
    enum { ROUND_PACKETS = 2048 };
    struct telling primitives_told = *how_to_tell, points_told = *how_to_tell;
    const struct point_rounds how = {
        .rounds = point_rounds,
        .packets = ROUND_PACKETS,
        .times = true, /* of the driver's own code; two clocks a doorbell are little */
        .progress = tell,
        .context = &points_told};
    primitives_told.what = "single steps";
    points_told.what = "ways to send";
    g_assert(primitives_count() <= CALIBRATION_PRIMITIVES_MOST);
    if (!probe_run(&calibration->probe, error) ||
        !primitives_measure(primitive_rounds, tell, &primitives_told, calibration->primitive, error))
        return FALSE;
    calibration->rounds = point_rounds;
    calibration->points = calibration_points(&calibration->probe, calibration->point);
    return point_set_measure(calibration->point, calibration->points, &how, calibration->result,
                             &calibration->ticks_per_ns, error);
}

struct calibration *calibration_measure(guint primitive_rounds, guint point_rounds,
                                        void (*progress)(void *context, const char *what, guint done,
                                                         guint of),
                                        void *context, GError **error)
{
    const struct telling how_to_tell = {.progress = progress, .context = context};
    struct calibration *calibration = g_new0(struct calibration, 1);
    machine_init(&calibration->machine);
    if (measure(calibration, primitive_rounds, point_rounds, &how_to_tell, error))
        return calibration;
    calibration_free(calibration);
    return NULL;
}

void calibration_free(struct calibration *calibration)
{
    if (!calibration)
        return;
    machine_clear(&calibration->machine);
    g_free(calibration);
}
