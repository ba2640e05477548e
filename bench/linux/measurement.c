/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rounds over all methods. The first method of a round moves on, so that none always comes after the same other one. */

#include "measurement.h"

#include "failure.h"
#include "namespace.h"

#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

static double clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double ticks(void)
{
#if defined(__x86_64__)
    return (double)__rdtsc();
#else
    return 0;
#endif
}

struct bench {
    struct measurement *measurement;
    struct outlet *outlet[MEASUREMENT_METHODS_MOST];
    int link_index, cut_index;
    uint8_t *data;
    uint32_t calls; /* of a method in a round */
    uint32_t set;   /* of data, for the next call */
};

/* Calls of a method, counted by the link too: what was not sent would cost nothing. */
static gboolean send_calls(struct bench *bench, guint m, struct measurement_sample *sample, GError **error)
{
    const struct call_size *size = &bench->measurement->size;
    const struct method *method = &methods[m];
    const struct sender_times before = *outlet_times(bench->outlet[m]),
                              *after = outlet_times(bench->outlet[m]);
    double packets = (double)bench->calls * size->streams * size->packets;
    uint64_t counted_before, counted;
    gboolean good = namespace_packets(method->link, &counted_before, error);
    double wall_ns = clock_ns(CLOCK_MONOTONIC), cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (uint32_t call = 0; good && call < bench->calls; call++) {
        good = method->send(method, bench->outlet[m], bench->set, error);
        bench->set = bench->set + 1 < size->sets ? bench->set + 1 : 0;
    }
    cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns;
    wall_ns = clock_ns(CLOCK_MONOTONIC) - wall_ns;
    if (!good || !namespace_packets(method->link, &counted, error))
        return FALSE;
    uint64_t expected = bench->calls * method_link_packets(method, size);
    if (counted - counted_before != expected)
        return failure(error, STATUS_FAILED,
                       "weft-bench-linux: %s: the link was given %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                       " packets",
                       method->name, counted - counted_before, expected);
    *sample =
        (struct measurement_sample){.cpu_ns = cpu_ns / packets,
                                    .wall_ns = wall_ns / packets,
                                    .driver_ns = (double)(after->driver_ns - before.driver_ns) / packets,
                                    .gather_ns = (double)(after->gather_ns - before.gather_ns) / packets};
    return TRUE;
}

static gboolean make_links(struct bench *bench, GError **error)
{
    return namespace_enter(error) && namespace_add_sink(METHOD_LINK, error) &&
           namespace_up(METHOD_LINK, "10.0.0.1/8", &bench->link_index, error) &&
           namespace_add_sink(METHOD_LINK_CUT, error) && namespace_cut_in_software(METHOD_LINK_CUT, error) &&
           namespace_up(METHOD_LINK_CUT, "11.0.0.1/8", &bench->cut_index, error);
}

static gboolean make_outlets(struct bench *bench, GError **error)
{
    for (guint m = 0; m < methods_count(); m++)
        if (!(bench->outlet[m] =
                  outlet_new(&methods[m], &bench->measurement->size, bench->data, bench->link_index, error)))
            return FALSE;
    return TRUE;
}

static gboolean measure(struct bench *bench, GError **error)
{
    struct measurement *measurement = bench->measurement;
    const guint n = methods_count();
    struct measurement_sample warm_up;
    for (guint m = 0; m < n; m++)
        if (!send_calls(bench, m, &warm_up, error))
            return FALSE;
    double from_ns = clock_ns(CLOCK_MONOTONIC_RAW), from_ticks = ticks();
    for (uint32_t round = 0; round < measurement->rounds; round++)
        for (guint i = 0; i < n; i++) {
            guint m = (round + i) % n;
            if (!send_calls(bench, m, &measurement->sample[m][round], error))
                return FALSE;
        }
    measurement->ticks_per_ns = (ticks() - from_ticks) / (clock_ns(CLOCK_MONOTONIC_RAW) - from_ns);
    return TRUE;
}

gboolean measurement_run(void *job, GError **error)
{
    struct bench bench = {.measurement = job};
    const struct call_size *size = &bench.measurement->size;
    uint32_t call_packets = size->streams * size->packets;
    bench.calls = (bench.measurement->packets + call_packets - 1) / call_packets;
    bench.data = g_malloc(call_data_bytes(size));
    memset(bench.data, 0x5a, call_data_bytes(size)); /* pages that were never written are all one page */
    gboolean good = make_links(&bench, error) && make_outlets(&bench, error) && measure(&bench, error);
    for (guint m = 0; m < methods_count(); m++)
        outlet_free(bench.outlet[m]);
    g_free(bench.data);
    return good;
}
