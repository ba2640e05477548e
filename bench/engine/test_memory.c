/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory does not grow with simulated time: 1 s and 100 s of the same streams have the same peak. An observer that
 * keeps 8 bytes a packet shows that the measurement would see it. */

#include "child.h"
#include "measure.h"

#include <stdlib.h>

enum { MOST_DIFFERENCE_BYTES = 1000 * 1000, ATTEMPTS = 3 };

static const struct bench_scale scale = {.name = "64",
                                         .streams = 64,
                                         .servers = 1,
                                         .applications = 1,
                                         .link_bps = 10000000000,
                                         .stream_bps = 4000000,
                                         .port_bps = 100000000};
static const struct bench_observers metrics = {.name = "metrics", .metrics = true};
static const struct bench_observers metrics_and_trace = {
    .name = "trace", .metrics = true, .timing = true, .trace = true};

struct memory_case {
    struct bench_case what;
    weft_ps duration_ps;
    bool leaks;
};

static void leak(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    GArray *kept = ctx;
    (void)node;
    if (point == WEFT_AT_DEVICE)
        g_array_append_vals(kept, train->packet, train->n);
}

static gboolean work(gconstpointer what, gpointer result, GError **error)
{
    const struct memory_case *c = what;
    g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    const struct weft_watch watch = {.ctx = kept, .packets = leak};
    return bench_measure_run(&c->what, c->duration_ps, c->leaks ? &watch : NULL, result, error);
}

static uint64_t peak_bytes(const struct memory_case *c)
{
    struct bench_sample sample;
    GError *error = NULL;
    bench_in_child(work, c, &sample, sizeof sample, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(sample.peak_bytes, >, 0);
    g_test_message("%s, %s%s: %" G_GUINT64_FORMAT " s, %" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT
                   " B",
                   c->what.backend->name, c->what.observers->name, c->leaks ? ", leaking" : "",
                   c->duration_ps / WEFT_PS_PER_S, sample.packets, sample.peak_bytes);
    return sample.peak_bytes;
}

/* What 99 s more of simulated time cost. */
static gint64 growth_bytes(const char *backend, const struct bench_observers *observers, bool leaks)
{
    struct memory_case c = {
        .what = {.backend = backends_find(backend),
                 .method = "interleaved",
                 .scale = &scale,
                 .observers = observers},
        .duration_ps = WEFT_PS_PER_S,
        .leaks = leaks,
    };
    gint64 second = (gint64)peak_bytes(&c);
    c.duration_ps = 100 * WEFT_PS_PER_S;
    return (gint64)peak_bytes(&c) - second;
}

/* The least of a few attempts: pages that a busy machine takes away from a run for a while are missing in its peak. */
static gint64 least_growth_bytes(const char *backend, const struct bench_observers *observers)
{
    gint64 least = G_MAXINT64;
    for (int attempt = 0; attempt < ATTEMPTS && least >= MOST_DIFFERENCE_BYTES; attempt++) {
        gint64 bytes = ABS(growth_bytes(backend, observers, false));
        least = MIN(least, bytes);
    }
    return least;
}

static void stays(gconstpointer backend)
{
    if (!backend_check(backends_find(backend), NULL)) {
        g_test_skip("not built");
        return;
    }
    const struct bench_observers *const observers[] = {&metrics, &metrics_and_trace};
    for (gsize i = 0; i < G_N_ELEMENTS(observers); i++)
        g_assert_cmpint(least_growth_bytes(backend, observers[i]), <, MOST_DIFFERENCE_BYTES);
}

static void leak_is_seen(void)
{
    g_assert_cmpint(growth_bytes("reference", &metrics, true), >=, MOST_DIFFERENCE_BYTES);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/bench/memory/reference", "reference", stays);
    g_test_add_data_func("/bench/memory/simgrid", "simgrid", stays);
    g_test_add_func("/bench/memory/leak-is-seen", leak_is_seen);
    return g_test_run();
}
