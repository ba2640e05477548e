/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_DRIVE_H
#define BENCH_DRIVE_H

/* One driver with its application's memory, ring and NIC, and calls through it. The driver is libweft's own: what runs
 * in weft_driver_submit() and weft_driver_step() is what is measured. The NIC completes at once and costs nothing here. */

#include "paths.h"

enum { DRIVE_PAYLOAD_BYTES = 1316, DRIVE_DOORBELL_PACKETS = 64, DRIVE_RING_SLOTS = 512 };

/* Rows of the axes that a drive uses; those of its path unless a measurement puts its own in between. */
struct drive_rows {
    const struct weft_translation *translation;
    const struct weft_order *order;
    const struct weft_header *header;
    bool sizes_only; /* the ring carries sizes: no header and no gather list is made */
};

static inline struct drive_rows drive_rows_of(const struct path *path)
{
    return (struct drive_rows){path->translation, path->order, path->header, false};
}

struct drive;
/* The caller frees with drive_free(). */
struct drive *drive_new(const struct path *path, const struct drive_rows *rows);
void drive_free(struct drive *drive);

/* A clock for what runs in the driver: its reading is taken before and after. NULL: no clock. */
typedef uint64_t drive_clock(void);
/* One write call from submit to done; returns what the clock counted in the driver, `*steps`: in how many steps beside the
 * submission. All packets of the call went through the ring (asserted). */
uint64_t drive_call(struct drive *drive, drive_clock *clock, uint64_t *steps);

#endif
