/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_CALIBRATION_H
#define BENCH_LINUX_CALIBRATION_H

/* All that is measured of a machine, out of which a profile is fitted. */

#include "machine.h"
#include "point.h"
#include "primitive.h"
#include "probe.h"

enum { CALIBRATION_PRIMITIVES_MOST = 32 };

struct calibration {
    struct machine machine;
    struct probe probe;
    double ticks_per_ns; /* of the time-stamp counter, which is what cycles are; 0: there is none */
    guint rounds;        /* of each point */
    guint points;
    struct point point[POINT_SET_MOST];
    struct point_result result[POINT_SET_MOST];
    /* By row of primitives[], ns a unit; a median of -1: the machine refuses it */
    struct spread primitive[CALIBRATION_PRIMITIVES_MOST];
};

/* The points of a calibration that the machine permits; into `point`, which has POINT_SET_MOST places. Returns how many. */
guint calibration_points(const struct probe *probe, struct point *point);
/* Whether the machine permits a method. */
gboolean probe_permits(const struct probe *probe, const struct point *point);

/* Probe, primitives, points, with so many rounds of each. FALSE and an error; nothing is left behind either way. What machine_init()
 * has made is taken away by calibration_free(), which also frees `calibration`. */
struct calibration *calibration_measure(guint primitive_rounds, guint point_rounds,
                                        void (*progress)(void *context, const char *what, guint done,
                                                         guint of),
                                        void *context, GError **error);
void calibration_free(struct calibration *calibration);

/* As tables for people (points, primitives, what was skipped and why), and as JSON "weft-calibrate/1". The caller frees. */
char *calibration_text(const struct calibration *calibration);
char *calibration_json(const struct calibration *calibration, gsize *length);

#endif
