/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many streams, for long: each long run ends well, with every packet at its device, in bounded memory, and its time is stated. What it
 * may take at most is generous, since machines differ: but the hour's packets no machine could simulate one by one in that
 * time. And a shorter run has the same bytes, whether periods that repeat are left out or not. */

#include "long_runs.h"

#include <inttypes.h>
#include <string.h>

#define MB UINT64_C(1000000)

/* Packet n of a stream is due at n * 2.56 ms: 4 Mbit/s of 1,280 B. */
static uint64_t packets_of(uint64_t streams, uint64_t seconds)
{
    return streams * ((seconds * 100000 + 255) / 256);
}

static const struct bound {
    const char *name; /* of the long run */
    uint64_t streams, seconds, most_mb;
    double most_s;
} bounds[] = {{"minute", 10000, 60, 100, 30}, {"hour", 10000, 3600, 200, 10}, {"100000", 100000, 1, 300, 20}};

static struct bench_long_sample run(const char *what, const char *const *argument, char **result)
{
    struct bench_long_sample sample;
    GError *error = NULL;
    bench_long_run(argument, &sample, result, &error);
    g_assert_no_error(error);
    g_test_message("%s: %.2f s of processor time, %" PRIu64 " packets, %.2f ns a packet, %.0f MB", what,
                   sample.cpu_s, sample.packets, sample.cpu_s * 1e9 / (double)sample.packets,
                   (double)sample.peak_bytes / (double)MB);
    return sample;
}

static const struct bench_long_run *find(const char *name)
{
    const struct bench_long_run *found = bench_long_runs;
    while (found->name && strcmp(found->name, name) != 0)
        found++;
    g_assert_nonnull(found->name);
    return found;
}

static void bounded(gconstpointer data)
{
    const struct bound *bound = data;
    const struct bench_long_run *what = find(bound->name);
    struct bench_long_sample sample = run(what->help, what->argument, NULL);
    g_assert_cmpuint(sample.packets, ==, packets_of(bound->streams, bound->seconds));
    g_assert_cmpuint(sample.delivered, ==, sample.packets);
    g_assert_cmpuint(sample.peak_bytes, <, bound->most_mb * MB);
    g_assert_cmpfloat(sample.cpu_s, <, bound->most_s);
}

static void same_bytes(void)
{
    static const char *const skipped[] = {"--set", "scenario.duration=20 s", NULL},
                             *const whole[] = {"--set", "scenario.duration=20 s", "--no-skip", NULL};
    g_autofree char *one = NULL, *other = NULL;
    struct bench_long_sample less = run("20 s", skipped, &one),
                             more = run("20 s, each packet simulated", whole, &other);
    g_assert_cmpstr(one, ==, other);
    g_assert_cmpfloat(less.cpu_s, <, more.cpu_s / 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(bounds); i++) {
        g_autofree char *path = g_strconcat("/scale/", bounds[i].name, NULL);
        g_test_add_data_func(path, &bounds[i], bounded);
    }
    g_test_add_func("/scale/same-bytes", same_bytes);
    return g_test_run();
}
