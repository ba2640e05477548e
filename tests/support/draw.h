/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_DRAW_H
#define WEFT_TESTS_DRAW_H

/* What random scenarios draw. */

#include "weft/fabric.h"

#include <glib.h>

uint64_t draw_value(GRand *rand, const uint64_t *value, gint32 n);
/* One of these numbers. */
#define ONE_OF(rand, ...)                                                                                    \
    draw_value(rand, (const uint64_t[]){__VA_ARGS__},                                                        \
               (gint32)(sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t)))

const void *draw_row(GRand *rand, const void *const *table);
/* A row of a table of pointers that ends with NULL. */
#define DRAW(rand, table) draw_row(rand, (const void *const *)(table))

/* A buffer small enough to be felt (at least `least_bytes` where it counts bytes), a shared pool or none, and what counts as held. */
void draw_port_memory(GRand *rand, struct weft_port_rules *rules, gint32 least_bytes);

#endif
