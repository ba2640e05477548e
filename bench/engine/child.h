/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

/* Work in a process of its own: a simulator runs once a process, peak memory is a process's, and no case finds
 * the heap of another. */

#include <glib.h>
#include <stdint.h>

/* Fills `result` from `what`; FALSE and an error. */
typedef gboolean bench_work(gconstpointer what, gpointer result, GError **error);

/* Do the work in a child and wait for its result, a block of `bytes` (at most 2048) without pointers. FALSE and an
 * error if the work failed or the child did. */
gboolean bench_in_child(bench_work *work, gconstpointer what, gpointer result, gsize bytes, GError **error);

/* Of this process: heap, stack and other memory without a file, exact to a page. 0: not known. */
uint64_t bench_anonymous_bytes(void);
/* Resident memory now, and the most since the last call of bench_rss_reset(): exact to what the kernel batches (some
 * hundred KB). 0: not known. */
uint64_t bench_rss_bytes(void);
uint64_t bench_peak_rss_bytes(void);
void bench_rss_reset(void);

#endif
