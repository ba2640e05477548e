/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

/* Where and when a bench ran. */

#include <glib.h>

struct machine {
    char *cpu, *kernel, *date;
    const char *compiler, *flags;
    guint cores;
    double load; /* of the last minute, before the bench */
};

void machine_init(struct machine *machine);
void machine_clear(struct machine *machine);

#endif
