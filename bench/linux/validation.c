/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Choosing points, and judging what came out. */

#include "validation.h"

#include "calibration.h"

#include <math.h>

/* Hot and copied where nothing else is said; `of` are flags. */
enum { COLD = 1, ZERO_COPY = 2, LINK_CUTS = 4 };
static const struct held_out {
    const char *method;
    uint32_t payload_bytes, batch, group, destinations;
    unsigned flags;
} held_out[] = {
    /* a packet a message */
    {"connected", 1316, 1, 1, 64, 0},
    {"connected", 1000, 1, 1, 64, COLD},
    {"connected", 1472, 1, 1, 200, 0},
    {"sendmmsg", 1316, 4, 1, 64, 0},
    {"sendmmsg", 1000, 256, 1, 64, COLD},
    {"sendmmsg", 1472, 32, 1, 200, 0},
    {"sendmmsg", 1316, 32, 1, 8, 0},
    {"sendto", 1316, 1, 1, 64, ZERO_COPY},
    {"sendmmsg", 1000, 16, 1, 64, ZERO_COPY},
    {"io-uring", 1316, 16, 1, 64, 0},
    {"io-uring", 1000, 128, 1, 64, COLD},
    {"io-uring", 1316, 16, 1, 64, ZERO_COPY},
    {"io-uring-registered", 1316, 16, 1, 64, ZERO_COPY},
    {"io-uring-registered", 1000, 128, 1, 64, ZERO_COPY | COLD},
    /* cut by the kernel */
    {"sendto", 1316, 1, 7, 64, 0},
    {"sendto", 1000, 1, 20, 64, COLD},
    {"connected", 1316, 1, 5, 64, 0},
    {"sendmmsg", 1316, 64, 3, 64, 0},
    {"sendmmsg", 1472, 64, 7, 200, 0},
    {"sendmmsg", 1316, 16, 20, 64, COLD},
    {"sendmmsg", 1000, 8, 6, 8, 0},
    {"sendmmsg", 1472, 256, 30, 64, 0},
    {"sendmmsg", 1316, 32, 15, 64, ZERO_COPY},
    {"sendmmsg", 1316, 64, 3, 64, ZERO_COPY | COLD},
    {"io-uring", 1316, 32, 7, 64, 0},
    {"io-uring-registered", 1316, 32, 7, 64, ZERO_COPY},
    /* cut by the link */
    {"sendto", 1316, 1, 7, 64, LINK_CUTS},
    {"sendmmsg", 1316, 64, 3, 64, LINK_CUTS},
    {"sendmmsg", 1472, 16, 7, 200, LINK_CUTS},
    {"sendmmsg", 1316, 32, 20, 64, LINK_CUTS | COLD},
    {"sendmmsg", 1000, 128, 30, 64, LINK_CUTS},
    {"sendmmsg", 1316, 64, 7, 64, LINK_CUTS | ZERO_COPY},
    {"sendmmsg", 1472, 16, 20, 64, LINK_CUTS | ZERO_COPY | COLD},
    {"io-uring", 1316, 16, 20, 64, LINK_CUTS},
    {"io-uring-registered", 1316, 32, 7, 64, ZERO_COPY | LINK_CUTS},
    {"io-uring-registered", 1316, 32, 20, 64, ZERO_COPY | LINK_CUTS},
    /* frames */
    {"tx-ring", 1316, 32, 7, 64, 0},
    {"tx-ring", 1000, 64, 20, 200, COLD},
    {"xdp", 1316, 32, 7, 64, 0},
    {"xdp", 1000, 64, 20, 200, COLD},
};

guint validation_points(const struct probe *probe, struct point *point)
{
    guint points = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(held_out); i++) {
        const struct held_out *row = &held_out[i];
        const struct point made = {.method = method_find(row->method),
                                   .payload_bytes = row->payload_bytes,
                                   .batch = row->batch,
                                   .group = row->group,
                                   .destinations = row->destinations,
                                   .cold = (row->flags & COLD) != 0,
                                   .zero_copy = (row->flags & ZERO_COPY) != 0,
                                   .link_cuts = (row->flags & LINK_CUTS) != 0};
        g_autofree char *wrong = point_check(&made);
        if (wrong)
            g_error("row %" G_GSIZE_FORMAT ": %s", i, wrong);
        if (probe_permits(probe, &made))
            point[points++] = made;
    }
    return points;
}

void validation_free(struct validation *validation)
{
    if (!validation)
        return;
    machine_clear(&validation->machine);
    g_free(validation->profile);
    g_free(validation);
}

double validation_error(const struct validation *validation, guint i)
{
    return validation->ratio[i] / validation->result[i].ratio.median - 1;
}

gboolean validation_judges(const struct point *point)
{
    return !point->method->frames;
}

/* Points that are judged where they can be measured, of those that a machine permits. */
static guint count_judged(const struct probe *probe)
{
    struct point point[POINT_SET_MOST];
    guint points = validation_points(probe, point), judged = 0;
    for (guint i = 0; i < points; i++)
        judged += validation_judges(&point[i]) ? 1 : 0;
    return judged;
}

struct validation_verdict validation_judge(const struct validation *validation)
{
    static const struct probe all = {.user_namespace = FALSE};
    const guint skipped = count_judged(&all) - count_judged(&validation->probe);
    g_autoptr(GArray) sizes = series_new();
    for (guint i = 0; i < validation->points; i++)
        if (validation_judges(&validation->point[i]))
            series_add(sizes, fabs(validation_error(validation, i)));
    if (sizes->len == 0)
        return (struct validation_verdict){.skipped = skipped, .holds = FALSE};
    struct spread spread = series_spread(sizes);
    return (struct validation_verdict){.judged = sizes->len,
                                       .skipped = skipped,
                                       .median = spread.median,
                                       .worst = spread.most,
                                       .holds = spread.median <= VALIDATION_MEDIAN_MOST &&
                                                spread.most <= VALIDATION_WORST_MOST};
}

char *validation_broken(gboolean points_hold, gboolean ports_hold)
{
    if (points_hold && ports_hold)
        return NULL;
    return g_strconcat(points_hold ? "" : "points are not within their limits",
                       points_hold || ports_hold ? "" : ", ",
                       ports_hold ? "" : "ports of the switch do not hold what weft foretells", NULL);
}
