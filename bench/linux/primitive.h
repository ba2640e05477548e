/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_PRIMITIVE_H
#define BENCH_LINUX_PRIMITIVE_H

/* What a kernel's and a processor's single steps cost, each measured by itself, a row each. */

#include "series.h"

#include <glib.h>
#include <stdint.h>

enum { PRIMITIVE_REFUSED = -1 }; /* a median that says that there is none */

struct primitive_memory;
struct primitive {
    const char *name, *help;
    const char *unit; /* of what: "call", "B", "page", "switch", "wake-up"; values are ns for one */
    uint32_t bytes;   /* of a piece, where it handles bytes; else 0 */
    /* One measurement, in ns a unit. FALSE and an error. */
    gboolean (*measure)(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                        GError **error);
};
/* Ends with a NULL name. Names:
 *   system-call                    getppid(): into the kernel and back
 *   copy-hot-64, -1472, -65536     memcpy() of pieces of so many bytes, source and destination in a cache; a byte
 *   copy-cold-64, -1472, -65536    the same from a source that is in no cache: pieces in scattered order out of 256 MiB, on pages
 *                                  of 2 MiB if there are any, so that no page walks are in it
 *   checksum-hot-1472, -cold-1472  the Internet checksum in plain C, likewise; a byte
 *   fill-hot-1472, -cold-1472      memset(), likewise: cold is the destination; a byte
 *   page-walk                      what a load costs more where no TLB has its page: 4 KiB pages against 2 MiB pages, in the same
 *                                  random order of cache lines over the same 256 MiB
 *   page-fault                     first touch of a page of 4 KiB (with zeroing it)
 *   page-pin, page-unpin           registering parts of 4 MiB of memory on pages of 4 KiB with io_uring, and the opposite; a page
 *   page-pin-cold                  the same with another part each time, so that what the kernel knows of a page is in no cache
 *   context-switch                 from one thread to another on one core, by futex: a switch with the system calls that make it
 *   timer-wake-up                  processor time of one sleep until an absolute time and the wake-up from it
 *   timer-lateness                 how much later than asked a sleeper runs: no processor time */
extern const struct primitive primitives[];
guint primitives_count(void);

/* Measure all rows in turn, round by round, in a process of its own; `results` has one place a row, in nanoseconds a unit. A row that
 * the machine refuses has the median PRIMITIVE_REFUSED (and the probe says why). FALSE and an error. `progress` as in point.h. */
gboolean primitives_measure(guint rounds, void (*progress)(void *context, guint done, guint of),
                            void *context, struct spread *results, GError **error);

#endif
