/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

/* Work in a process of its own, because a network namespace belongs to processes: it goes when they go. A worker is killed by the
 * kernel when its parent ends, also when that is killed. */

#include <glib.h>
#include <sys/types.h>

/* FALSE and an error, the code of which is a status. */
typedef gboolean worker_job(void *job, GError **error);

struct worker {
    pid_t pid;
    int errors; /* where its error comes from */
};
/* Begin. FALSE and an error where there is no process. */
gboolean worker_start(struct worker *worker, worker_job *work, void *job, GError **error);
/* Wait for its end. FALSE and its error. */
gboolean worker_wait(struct worker *worker, GError **error);
/* End it, whatever it does. */
void worker_kill(struct worker *worker);

/* Memory that a process and its later workers share, zeroed. It ends with worker_unshare(), of the same size, or the process. */
void *worker_shared(gsize bytes);
void worker_unshare(void *memory, gsize bytes);

#endif
