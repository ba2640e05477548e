/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory is so many bytes a stream, and none a packet or a simulated second: a long run of the same streams has the peak of a short
 * one, whatever the switch, the servers and the observers are; traces and captures go to their files. An observer that keeps 8 bytes a
 * packet shows that the measurement would see it. And twice the streams more take twice the memory more, which more servers take no more
 * of: what a server keeps is of its own streams. */

#include "child.h"
#include "measure.h"

#include <stdlib.h>

enum { MOST_DIFFERENCE_BYTES = 1000 * 1000, ATTEMPTS = 3 };

/* A stream with all that `weft run` has on, and the port and device that it goes to; and what more streams may differ by. */
enum { MOST_STREAM_BYTES = 1800, FEW_STREAMS = 2000, STREAMS_MORE = 8000, MOST_APART_PERCENT = 10 };
/* Servers of the same streams, and what a stream may take more with the many: its route at each of them would be 144 bytes a server,
 * its queue at each 12. */
enum { FEW_SERVERS = 2, MANY_SERVERS = 16, MOST_MORE_BYTES = 70 };

#define GBPS UINT64_C(1000000000)

static const struct bench_scale
    plain = {"64", NULL, 64, 1, 1, 10 * GBPS, 4000000, GBPS / 10, .fewer = 1},
    limits = {"64-limit",   NULL, 64, 1, 1, 10 * GBPS, 4000000, GBPS / 200, .set = {"switch.buffer=40 kB"},
              .drops = true},
    pool = {"64-pool",
            NULL,
            64,
            1,
            1,
            10 * GBPS,
            4000000,
            GBPS / 200,
            .set = {"switch.shared=2500 kB", "switch.alpha=1"},
            .drops = true},
    several = {"64-servers", NULL, 64, 8, 1, GBPS, 4000000, GBPS / 10, .fewer = 1},
    many = {"100000", NULL, 100000, 1, 1, 100 * GBPS, 430000, GBPS / 10, .set = {"server.cpu=10 GHz"}};

static const struct bench_observers metrics = {.name = "metrics", .metrics = true},
                                    full = {.name = "full", .metrics = true, .timing = true, .playout = true},
                                    full_trace = {.name = "full-trace",
                                                  .metrics = true,
                                                  .timing = true,
                                                  .playout = true,
                                                  .trace = true},
                                    capture = {.name = "capture", .payload = true, .capture = true};

/* A short run, in which all buffers have grown (of pages that carry bytes, in some seconds), and a long one, which must have one peak. */
static const struct pair {
    const char *backend;
    const struct bench_scale *scale;
    const struct bench_observers *observers;
    uint32_t short_ms, long_ms;
} pairs[] = {
    {"reference", &plain, &metrics, 1000, 100000},   {"reference", &plain, &full_trace, 1000, 20000},
    {"reference", &plain, &capture, 5000, 15000},    {"reference", &limits, &full, 1000, 30000},
    {"reference", &pool, &full, 1000, 30000},        {"reference", &several, &full, 1000, 30000},
    {"reference", &many, &full, 400, 1000},          {"simgrid", &plain, &metrics, 1000, 100000},
    {"simgrid", &several, &full_trace, 1000, 20000},
};

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

static struct bench_sample sample_of(const struct memory_case *c)
{
    struct bench_sample sample;
    GError *error = NULL;
    bench_in_child(work, c, &sample, sizeof sample, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(sample.peak_bytes, >, 0);
    g_test_message(
        "%s, %s, %s%s: %" G_GUINT64_FORMAT " ms, %" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT " B",
        c->what.backend->name, c->what.scale->name, c->what.observers->name, c->leaks ? ", leaking" : "",
        c->duration_ps / (WEFT_PS_PER_S / 1000), sample.packets, sample.peak_bytes);
    return sample;
}

/* What the long run takes more. */
static gint64 growth_bytes(const struct pair *pair, bool leaks)
{
    struct memory_case c = {.what = {.backend = backends_find(pair->backend),
                                     .method = "interleaved",
                                     .scale = pair->scale,
                                     .observers = pair->observers},
                            .leaks = leaks};
    c.duration_ps = pair->short_ms * (WEFT_PS_PER_S / 1000);
    gint64 short_bytes = (gint64)sample_of(&c).peak_bytes;
    c.duration_ps = pair->long_ms * (WEFT_PS_PER_S / 1000);
    return (gint64)sample_of(&c).peak_bytes - short_bytes;
}

/* The least of a few attempts: pages that a busy machine takes away from a run for a while are missing in its peak. */
static void stays(gconstpointer data)
{
    const struct pair *pair = data;
    if (!backend_check(backends_find(pair->backend), NULL)) {
        g_test_skip("not built");
        return;
    }
    gint64 least = G_MAXINT64;
    for (int attempt = 0; attempt < ATTEMPTS && least >= MOST_DIFFERENCE_BYTES; attempt++) {
        gint64 bytes = growth_bytes(pair, false);
        least = MIN(least, ABS(bytes));
    }
    g_assert_cmpint(least, <, MOST_DIFFERENCE_BYTES);
}

/* In the shortest of the long runs, by packets, too. */
static void leak_is_seen(void)
{
    g_assert_cmpint(growth_bytes(&pairs[0], true), >=, MOST_DIFFERENCE_BYTES);
    g_assert_cmpint(growth_bytes(&pairs[2], true), >=, MOST_DIFFERENCE_BYTES);
}

static double memory_bytes(uint32_t streams, uint32_t servers, const char *method)
{
    const struct bench_scale scale = {"streams",  NULL,   streams,   servers,   1,
                                      100 * GBPS, 430000, GBPS / 10, .fewer = 1};
    const struct memory_case c = {.what = {.backend = backends_find("reference"),
                                           .method = method,
                                           .scale = &scale,
                                           .observers = &full},
                                  .duration_ps = WEFT_PS_PER_S * 2 / 5};
    return (double)sample_of(&c).memory_bytes;
}

/* Rings and other buffers double as they grow, so differences of streams are not quite alike. */
static void streams_take_the_same(void)
{
    double few = memory_bytes(FEW_STREAMS, 1, "interleaved"),
           more = memory_bytes(FEW_STREAMS + STREAMS_MORE, 1, "interleaved"),
           most = memory_bytes(FEW_STREAMS + 2 * STREAMS_MORE, 1, "interleaved");
    double first = (more - few) / STREAMS_MORE, second = (most - more) / STREAMS_MORE;
    g_test_message("bytes a stream: %.0f, then %.0f", first, second);
    g_assert_cmpfloat(second, <, MOST_STREAM_BYTES);
    g_assert_cmpfloat(ABS(second - first), <, first * MOST_APART_PERCENT / 100);
}

static double bytes_a_stream(uint32_t servers, const char *method)
{
    double few = memory_bytes(FEW_STREAMS, servers, method),
           more = memory_bytes(FEW_STREAMS + 2 * STREAMS_MORE, servers, method);
    return (more - few) / (2 * STREAMS_MORE);
}

/* With one queue a server, and with one for each stream of it. */
static void servers_take_the_same(gconstpointer method)
{
    double few = bytes_a_stream(FEW_SERVERS, method), more = bytes_a_stream(MANY_SERVERS, method);
    g_test_message("%s, bytes a stream: of %d servers %.0f, of %d %.0f", (const char *)method, FEW_SERVERS,
                   few, MANY_SERVERS, more);
    g_assert_cmpfloat(more - few, <, MOST_MORE_BYTES);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *path = g_strdup_printf("/bench/memory/%s/%s/%s", pairs[i].backend,
                                                pairs[i].scale->name, pairs[i].observers->name);
        g_test_add_data_func(path, &pairs[i], stays);
    }
    g_test_add_func("/bench/memory/leak-is-seen", leak_is_seen);
    g_test_add_func("/bench/memory/bytes-a-stream", streams_take_the_same);
    g_test_add_data_func("/bench/memory/servers/one-queue", "interleaved", servers_take_the_same);
    g_test_add_data_func("/bench/memory/servers/fair-queues", "per-destination-fq", servers_take_the_same);
    return g_test_run();
}
