/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PEERS_PROGRAMS_H
#define PEERS_PROGRAMS_H

/* What is run: weft's back ends and the peers, each a program with options, and what may be tuned of it. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { PEERS_SCALES = 3, PEERS_AXES = 8, PEERS_VALUES = 6 };

/* Streams, and packets of each an interval: about 4,000 of all, 44 % of the server's link. */
struct peers_scale {
    uint32_t streams, per_interval;
};
extern const struct peers_scale peers_scales[PEERS_SCALES];

/* What may be chosen about a peer that does not change what it simulates; the first value is the stock one. */
struct peers_axis {
    const char
        *key; /* an option of the program; NULL: the allocator, values are libraries to load before it */
    const char *value[PEERS_VALUES]; /* ends with NULL */
};

struct peers_row {
    const char *name, *help;
    const char *program;
    const char *option[5]; /* always; ends with NULL */
    const char *package;   /* to install where the program was not built */
    const char *backend;   /* of weft; NULL: a peer */
    bool counts_only;      /* its instants are not the scenario's: only packets are compared */
    const struct peers_axis *axis[PEERS_AXES]; /* to tune, in this order; ends with NULL */
    uint32_t kilopackets[PEERS_SCALES];        /* of the large run: about a second */
};
extern const struct peers_row peers_rows[]; /* ends with a NULL name; the first is `reference` */

/* "1000/ns-3 events". The caller frees with g_free. */
char *peers_name(const struct peers_row *row, guint scale);
/* The program's file, beside this one. The caller frees with g_free. */
char *peers_program(const struct peers_row *row);
/* Is all there that it needs? */
gboolean peers_built(const struct peers_row *row);
/* What to install else; NULL: nothing helps, this weft does not have it. The caller frees with g_free. */
char *peers_package(const struct peers_row *row);

/* The file of a library that replaces the allocator; NULL: it is not installed. The caller frees with g_free. */
char *peers_preload(const char *library);

#endif
