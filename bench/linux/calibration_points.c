/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The points out of which prices are fitted: each event in different amounts with the others unchanged, hot and cold. */

#include "calibration.h"

enum { COLD = 1, ZERO_COPY = 2, LINK_CUTS = 4, FLAGS = 8, DESTINATIONS = 64 };

/* A bit 1 << f for each sum f of flags with which a point is measured. */
enum {
    HOT = 1 << 0,
    HOT_AND_COLD = HOT | 1 << COLD,
    ZERO_COPIES = 1 << ZERO_COPY | 1 << (ZERO_COPY | COLD),
    CUT_BY_LINK = 1 << LINK_CUTS | 1 << (LINK_CUTS | COLD),
    CUT_BY_LINK_ZERO_COPIES = 1 << (LINK_CUTS | ZERO_COPY) | 1 << (LINK_CUTS | ZERO_COPY | COLD),
    ALL = HOT_AND_COLD | ZERO_COPIES | CUT_BY_LINK | CUT_BY_LINK_ZERO_COPIES,
};

static const struct family {
    const char *method;
    uint32_t payload_bytes, batch, group;
    unsigned flags;
} families[] = {
    /* a packet a message */
    {"sendto", 1472, 1, 1, HOT_AND_COLD | ZERO_COPIES},
    {"sendto", 700, 1, 1, HOT_AND_COLD},
    {"sendto", 200, 1, 1, HOT_AND_COLD},
    {"connected", 1472, 1, 1, HOT_AND_COLD},
    {"connected", 200, 1, 1, HOT},
    {"sendmmsg", 1472, 8, 1, HOT_AND_COLD},
    {"sendmmsg", 1472, 64, 1, HOT_AND_COLD | ZERO_COPIES},
    {"sendmmsg", 1472, 512, 1, HOT},
    {"io-uring", 1472, 8, 1, HOT_AND_COLD},
    {"io-uring", 1472, 64, 1, HOT_AND_COLD | ZERO_COPIES},
    {"io-uring-registered", 1472, 64, 1, ZERO_COPIES},
    /* many packets a message */
    {"sendto", 1472, 1, 10, HOT | 1 << LINK_CUTS},
    {"sendmmsg", 1472, 64, 2, ALL},
    {"sendmmsg", 1472, 64, 4, ALL},
    {"sendmmsg", 1472, 64, 10, ALL},
    {"sendmmsg", 1472, 64, 40, ALL},
    {"sendmmsg", 500, 64, 10, HOT_AND_COLD | 1 << LINK_CUTS},
    {"sendmmsg", 700, 64, 40, HOT_AND_COLD | CUT_BY_LINK},
    {"io-uring", 1472, 64, 10, HOT | 1 << LINK_CUTS | 1 << (LINK_CUTS | ZERO_COPY)},
    {"io-uring-registered", 1472, 64, 40, CUT_BY_LINK_ZERO_COPIES},
    /* frames */
    {"tx-ring", 1472, 64, 36, HOT_AND_COLD},
    {"tx-ring", 1472, 8, 36, HOT},
    {"tx-ring", 300, 64, 36, HOT_AND_COLD},
    {"xdp", 1472, 64, 36, HOT_AND_COLD},
    {"xdp", 300, 64, 36, HOT},
};

guint calibration_points(const struct probe *probe, struct point *point)
{
    guint points = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++)
        for (unsigned flags = 0; flags < FLAGS; flags++) {
            const struct family *family = &families[i];
            const struct point made = {.method = method_find(family->method),
                                       .payload_bytes = family->payload_bytes,
                                       .batch = family->batch,
                                       .group = family->group,
                                       .destinations = DESTINATIONS,
                                       .cold = (flags & COLD) != 0,
                                       .zero_copy = (flags & ZERO_COPY) != 0,
                                       .link_cuts = (flags & LINK_CUTS) != 0};
            if (!(family->flags & 1U << flags))
                continue;
            g_autofree char *wrong = point_check(&made);
            if (wrong)
                g_error("row %" G_GSIZE_FORMAT ": %s", i, wrong);
            if (probe_permits(probe, &made))
                point[points++] = made;
        }
    return points;
}
