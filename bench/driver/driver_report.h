/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_DRIVER_REPORT_H
#define BENCH_DRIVER_REPORT_H

/* What the driver's code costs, as a table for people and as JSON for programs. */

#include "callgrind.h"
#include "cycles.h"
#include "machine.h"

/* One path, measured. */
struct measured {
    const struct path *path;
    struct instructions instructions;
    struct cycles cycles;
};
struct report {
    struct machine machine;
    gboolean instructions, cycles; /* which of the two were measured */
    gint rounds;                   /* of cycles */
    GArray *measured;
};

/* Instructions a packet, of a part or of all. */
double report_per_packet(const struct measured *measured, uint64_t instructions);

/* The caller frees with g_free. */
char *driver_report_table(const struct report *report);
char *driver_report_json(const struct report *report, gsize *length);

#endif
