/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_PARTS_H
#define BENCH_PARTS_H

/* What the driver's code is divided into, by the file that a line of it stands in: a piece of work is a file there, also
 * where the compiler puts it into another one's function. */

#include <glib.h>

enum part {
    PART_CALL,       /* entries checked, the call's state, steps */
    PART_TRANSLATE,  /* pages looked up and pinned */
    PART_ORDER,      /* which entry gives the next packet */
    PART_CUT,        /* entries become packets; their slots in the ring */
    PART_HEADER,     /* header bytes */
    PART_DESCRIPTOR, /* gather lists */
    PART_CLOCK,      /* when packets are due: RTP timestamps, deadlines */
    PART_PRICE,      /* the model's own: events counted and priced */
    PARTS
};
struct part_row {
    const char *name, *help;
};
extern const struct part_row parts[PARTS];

/* Which part a source file is; PARTS: none, so it should not run in the driver. `path` may be any way to it. */
enum part part_of(const char *path);

#endif
