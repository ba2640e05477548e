/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order `smooth` costs at most 2.5 times `round-robin`, a packet of a run with 10,000 streams, with equal quantities and with
 * unequal ones; and a pool that ports share at most twice a limit of each. Processor time, the least of several runs of each in
 * turn: what else runs on the machine only adds. */

#include "child.h"
#include "measure.h"

#define SMOOTH_MOST_TIMES 2.5
#define SHARED_MOST_TIMES 2.0
enum { ROUNDS = 5, PACKETS = 200000 };

static double cpu_ns_per_packet(const char *name)
{
    struct bench_sample sample;
    GError *error = NULL;
    g_autoptr(GArray) cases = bench_cases(false, name);
    g_assert_cmpuint(cases->len, ==, 1);
    struct bench_case what = g_array_index(cases, struct bench_case, 0);
    what.packets = PACKETS;
    bench_in_child(bench_measure, &what, &sample, sizeof sample, &error);
    g_assert_no_error(error);
    return sample.cpu_ns / (double)sample.packets;
}

static void check(const char *base, const char *other, double most_times)
{
    double least[2] = {G_MAXDOUBLE, G_MAXDOUBLE};
    for (int round = 0; round < ROUNDS; round++) {
        double one_ns = cpu_ns_per_packet(base), other_ns = cpu_ns_per_packet(other);
        least[0] = MIN(least[0], one_ns);
        least[1] = MIN(least[1], other_ns);
    }
    g_test_message("%s: %.1f ns a packet, %s %.1f: %.2f times", base, least[0], other, least[1],
                   least[1] / least[0]);
    g_assert_cmpfloat(least[1], <=, most_times * least[0]);
}

static void smooth_is_cheap(gconstpointer scale)
{
    g_autofree char *round_robin = g_strdup_printf("reference/interleaved/%s/none", (const char *)scale),
                    *smooth = g_strdup_printf("reference/interleaved-smooth/%s/none", (const char *)scale);
    check(round_robin, smooth, SMOOTH_MOST_TIMES);
}

static void pool_is_cheap(void)
{
    check("reference/interleaved/1000-limit/none", "reference/interleaved/1000-shared/none",
          SHARED_MOST_TIMES);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/orders/equal", "10000", smooth_is_cheap);
    g_test_add_data_func("/orders/unequal", "10000-phases", smooth_is_cheap);
    g_test_add_func("/pools/shared", pool_is_cheap);
    return g_test_run();
}
