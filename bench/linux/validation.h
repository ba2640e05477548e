/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_VALIDATION_H
#define BENCH_LINUX_VALIDATION_H

/* Points that no fit has seen: what a profile predicts of them, what is measured, and how far these are apart. */

#include "machine.h"
#include "point.h"
#include "probe.h"
#include "weft/cost.h"

#include <json-glib/json-glib.h>

struct validation {
    struct machine machine;
    char *profile;       /* where the prices are from, in words */
    double ticks_per_ns; /* 0: there is no counter of cycles */
    struct probe probe;  /* what the machine permits */
    guint points;
    struct point point[POINT_SET_MOST];
    struct point_result result[POINT_SET_MOST]; /* measured */
    double cycles[POINT_SET_MOST];              /* predicted, a packet */
    double ratio
        [POINT_SET_MOST]; /* predicted: of that of sendto with the same payload, destinations and coldness */
};

/* Points of other payloads, batches, groups and numbers of destinations than those of a calibration, as far as the machine permits
 * them. Into `point`, which has POINT_SET_MOST places; returns how many. */
guint validation_points(const struct probe *probe, struct point *point);

/* Choose, predict and measure; `in_words` says what profile it is. NULL and an error. The caller frees with validation_free(). */
struct validation *validation_run(const struct weft_profile *profile, const char *in_words,
                                  const struct probe *probe, const struct point_rounds *how, GError **error);
void validation_free(struct validation *validation);

/* Predicted over measured ratio, less 1. */
double validation_error(const struct validation *validation, guint i);
/* Whether a limit holds for the point: those of sockets. Frames repeat only within 20 % or so, and are reported with their spread. */
gboolean validation_judges(const struct point *point);

/* Sizes of errors of the points that are judged, and whether both are within their limits. */
#define VALIDATION_MEDIAN_MOST 0.10
#define VALIDATION_WORST_MOST  0.20
struct validation_verdict {
    guint judged, skipped; /* points; skipped: would be judged, but the machine does not permit them */
    double median, worst;
    gboolean holds;
};
struct validation_verdict validation_judge(const struct validation *validation);

/* What does not hold, in words; NULL: all does. The caller frees. */
char *validation_broken(gboolean points_hold, gboolean ports_hold);

/* A table for people with the verdict below, and what the machine did not permit; a line a point; member "points" of the object that is being built. The caller frees
 * texts with g_free. */
char *validation_text(const struct validation *validation);
char *validation_csv(const struct validation *validation);
void validation_json(JsonBuilder *builder, const struct validation *validation);

#endif
