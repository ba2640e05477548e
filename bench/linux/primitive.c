/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table, and rounds over it in a worker. */

#include "primitive.h"

#include "failure.h"
#include "primitive_memory.h"
#include "worker.h"

const struct primitive primitives[] = {
    {"system-call", "into the kernel and back (getppid)", "call", 0, measure_system_call},
    {"copy-hot-64", "memcpy, source and destination in a cache", "B", 64, measure_copy_hot},
    {"copy-hot-1472", "the same", "B", 1472, measure_copy_hot},
    {"copy-hot-65536", "the same", "B", 65536, measure_copy_hot},
    {"copy-cold-64", "memcpy, source in no cache", "B", 64, measure_copy_cold},
    {"copy-cold-1472", "the same", "B", 1472, measure_copy_cold},
    {"copy-cold-65536", "the same", "B", 65536, measure_copy_cold},
    {"checksum-hot-1472", "Internet checksum in C, data in a cache", "B", 1472, measure_checksum_hot},
    {"checksum-cold-1472", "the same, data in no cache", "B", 1472, measure_checksum_cold},
    {"fill-hot-1472", "memset, destination in a cache", "B", 1472, measure_fill_hot},
    {"fill-cold-1472", "the same, destination in no cache", "B", 1472, measure_fill_cold},
    {"page-walk", "a load more where no TLB has its page", "page", 0, measure_page_walk},
    {"page-fault", "first touch of a page of 4 KiB", "page", 0, measure_page_fault},
    {"page-pin", "a page of 4 KiB registered with io_uring", "page", 0, measure_page_pin},
    {"page-pin-cold", "the same, pages that the kernel has not seen lately", "page", 0,
     measure_page_pin_cold},
    {"page-unpin", "the opposite", "page", 0, measure_page_unpin},
    {"context-switch", "thread to thread on one core, by futex", "switch", 0, measure_context_switch},
    {"timer-wake-up", "processor time of a sleep", "wake-up", 0, measure_timer_wake_up},
    {"timer-lateness", "how much later a sleeper runs", "wake-up", 0, measure_timer_lateness},
    {0},
};
enum { PRIMITIVES = G_N_ELEMENTS(primitives) - 1 };

guint primitives_count(void)
{
    return PRIMITIVES;
}

/* Shared with the worker. */
struct rounds {
    guint rounds;
    void (*progress)(void *context, guint done, guint of);
    void *context;
    gboolean refused[PRIMITIVES]; /* out */
    double ns[];                  /* out: row by row, round by round */
};

static gboolean measure_row(struct rounds *job, guint row, guint round, struct primitive_memory *memory,
                            GError **error)
{
    GError *why = NULL;
    if (job->refused[row] ||
        primitives[row].measure(&primitives[row], memory, &job->ns[row * job->rounds + round], &why))
        return TRUE;
    job->refused[row] = why->code == STATUS_INPUT;
    if (!job->refused[row]) {
        g_propagate_prefixed_error(error, why, "%s: ", primitives[row].name);
        return FALSE;
    }
    g_clear_error(&why);
    return TRUE;
}

static gboolean measure_rounds(struct rounds *job, struct primitive_memory *memory, GError **error)
{
    for (guint round = 0; round < job->rounds; round++)
        for (guint i = 0; i < PRIMITIVES; i++) {
            if (!measure_row(job, (round + i) % PRIMITIVES, round, memory, error))
                return FALSE;
            if (job->progress)
                job->progress(job->context, round * PRIMITIVES + i + 1, job->rounds * PRIMITIVES);
        }
    return TRUE;
}

static gboolean work(void *which, GError **error)
{
    struct rounds *job = which;
    struct primitive_memory memory;
    gboolean good = primitive_memory_init(&memory, error) && measure_rounds(job, &memory, error);
    primitive_memory_clear(&memory);
    return good;
}

static struct spread spread_of(const struct rounds *job, guint row)
{
    g_autoptr(GArray) series = series_new();
    if (job->refused[row])
        return (struct spread){.median = PRIMITIVE_REFUSED};
    for (guint round = 0; round < job->rounds; round++)
        series_add(series, job->ns[row * job->rounds + round]);
    return series_spread(series);
}

gboolean primitives_measure(guint rounds, void (*progress)(void *context, guint done, guint of),
                            void *context, struct spread *results, GError **error)
{
    const gsize bytes = sizeof(struct rounds) + sizeof(double) * PRIMITIVES * rounds;
    struct rounds *job = worker_shared(bytes);
    struct worker worker;
    g_assert(rounds >= 1);
    job->rounds = rounds;
    job->progress = progress;
    job->context = context;
    gboolean good = worker_start(&worker, work, job, error) && worker_wait(&worker, error);
    for (guint row = 0; good && row < PRIMITIVES; row++)
        results[row] = spread_of(job, row);
    worker_unshare(job, bytes);
    return good;
}
