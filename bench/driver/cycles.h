/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CYCLES_H
#define BENCH_CYCLES_H

/* Cycles of the time-stamp counter that the driver takes a packet. They tick at one rate whatever the clock of the core is. */

#include "paths.h"

#include <glib.h>

/* Medians of the calls of a round, a value a round, in cycles a packet. What is not measured by itself is a difference of the
 * same round, and may be below 0 where the machine is not quiet. */
struct cycles {
    GArray *all;
    GArray *translate, *order;
    GArray *cut;   /* the rest of a driver that carries sizes only */
    GArray *bytes; /* headers and gather lists: what a driver that carries bytes takes more */
};
struct cycles cycles_new(void);
void cycles_clear(struct cycles *cycles);

/* Whether the processor has such a counter. */
bool cycles_known(void);
/* One round of a path: adds one value to each series. */
void cycles_measure(const struct path *path, struct cycles *cycles);

#endif
