/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CHILD_LIMITS_H
#define COMMAND_CHILD_LIMITS_H

/* What a child may use: memory, processor time and time. The kernel holds it to them, and its parent looks on. */

#include "child.h"

#include <stdint.h>

struct child_limits {
    uint64_t
        memory_bytes; /* of its own, besides what it has from its parent; also the largest file it writes */
    uint64_t mapped_bytes;  /* of files that it reads in memory, which are not its own */
    uint32_t cpu_s, wall_s; /* >= 1; time in which both are stopped does not count */
};

/* Which of them ended a child. */
enum child_excess { CHILD_WITHIN, CHILD_OVER_MEMORY, CHILD_OVER_CPU, CHILD_OVER_WALL };

/* Hold this process, a child, to the limits; it leaves no core. A child that takes more memory is killed by its parent; if
 * it is faster than that, it gets none beyond twice as much. */
void child_limits_set(const struct child_limits *limits);

/* Wait for the child's end, in the parent, and bring it about where it takes too much; `*ended` as of child_reap(). A child
 * that took too much memory did so even if it ended well: what it says then depends on how fast the parent was. */
enum child_excess child_limits_watch(struct child *child, const struct child_limits *limits, int *ended);

#endif
