/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_DELIVERY_H
#define BENCH_LINUX_DELIVERY_H

/* A delivery: a sender in one namespace, a receiver in another, a veth between them. */

#include "delivery_plan.h"

#include <glib.h>

/* What goes wrong on purpose, so that it can be seen that it is found. */
enum delivery_flaw { FLAW_NONE, FLAW_ORDER, FLAW_BYTE, FLAW_LOSS, FLAWS };
extern const char *const delivery_flaws[FLAWS];

struct delivery {
    struct delivery_plan plan;
    enum delivery_flaw flaw;
    uint64_t packets, bytes; /* out: that arrived and were right */
};
/* A worker's job: `job` is a struct delivery in shared memory. */
gboolean delivery_run(void *job, GError **error);

#endif
