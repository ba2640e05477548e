/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order `smooth` costs at most 2.5 times `round-robin`, a packet of a run with 10,000 streams, with equal quantities and with
 * unequal ones. Processor time, the least of several runs of each in turn: what else runs on the machine only adds. */

#include "child.h"
#include "measure.h"

#define MOST_TIMES 2.5
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

static void smooth_is_cheap(gconstpointer scale)
{
    g_autofree char *round_robin = g_strdup_printf("reference/interleaved/%s/none", (const char *)scale),
                    *smooth = g_strdup_printf("reference/interleaved-smooth/%s/none", (const char *)scale);
    double least[2] = {G_MAXDOUBLE, G_MAXDOUBLE};
    for (int round = 0; round < ROUNDS; round++) {
        double one = cpu_ns_per_packet(round_robin), other = cpu_ns_per_packet(smooth);
        least[0] = MIN(least[0], one);
        least[1] = MIN(least[1], other);
    }
    g_test_message("%s: round-robin %.1f ns a packet, smooth %.1f: %.2f times", (const char *)scale, least[0],
                   least[1], least[1] / least[0]);
    g_assert_cmpfloat(least[1], <=, MOST_TIMES * least[0]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/orders/equal", "10000", smooth_is_cheap);
    g_test_add_data_func("/orders/unequal", "10000-phases", smooth_is_cheap);
    return g_test_run();
}
