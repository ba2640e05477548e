/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* N*D/D/1: N streams that start at random, each with a packet every D packet times of the one port, from a server each so
 * that no link makes them wait. In replications of such scenarios the time for which the port has more than x packet times
 * of work left is the published share, within three standard errors. Packets' instants at the switch are all that is
 * used. Source: Roberts, Virtamo, IEEE Trans. Commun. 39(2), 1991. */
#include "media.h"
#include "periodic_run.h"
#include "plan.h"

#include <glib/gstdio.h>
#include <math.h>

enum { REPLICATIONS = 2000, ON_BOTH = 25 };

struct point {
    unsigned streams, period, x;
    double printed;
};
static const struct point points[] = {
    {10, 12, 1, .4862}, {20, 25, 2, .2454}, {30, 31, 3, .4206}, {6, 7, 3, .0158}, {10, 12, 0, .8333}};

static double choose(unsigned n, unsigned k)
{
    double product = 1;
    for (unsigned i = 1; i <= k; i++)
        product *= (double)(n - k + i) / i;
    return product;
}

/* Sum over x < n <= N of C(N,n) ((n-x)/D)^n (1-(n-x)/D)^(N-n) (D-N+x)/(D-n+x). */
static double exceeds(const struct point *p)
{
    double sum = 0, all = p->streams, period = p->period, x = p->x;
    for (unsigned n = p->x + 1; n <= p->streams; n++) {
        double share = (n - x) / period;
        sum += choose(p->streams, n) * pow(share, n) * pow(1 - share, all - n) * (period - all + x) /
               (period - n + x);
    }
    return sum;
}

/* 1,000 bytes in 8 ms at 1 Mbit/s; links so fast that packets come when they are due. */
static struct scenario *scenario_of(const struct point *p)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    int file = g_file_open_tmp("nddd1-XXXXXX.ini", &path, &error);
    g_assert_no_error(error);
    g_close(file, NULL);
    g_autofree char *text = g_strdup_printf("[scenario]\nnetwork = raw\nduration = %d ms\n[server a]\ncount "
                                            "= %u\nprofile = free\nlink = 1000 Gbit/s\n"
                                            "[switch s]\nport = %u Mbit/s\n[device d]\n[stream x]\ncount = "
                                            "%u\nrate = 1 Mbit/s\npayload = 1000 B\n"
                                            "start = random\n[write]\nmethod = per-packet\n",
                                            8 * PERIODS, p->streams, p->period, p->streams);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    struct scenario *scenario = scenario_load(path, &error);
    g_assert_no_error(error);
    g_unlink(path);
    return scenario;
}

static void test_point(gconstpointer data)
{
    const struct point *p = data;
    double sum = 0, squares = 0, expected = exceeds(p);
    g_assert_cmpfloat_with_epsilon(expected, p->printed, 0.00005001);
    struct scenario *scenario = scenario_of(p);
    struct media_library *media = media_library_new();
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        g_autoptr(GError) error = NULL;
        struct plan *plan = plan_replication(scenario, media, r, &error);
        g_assert_no_error(error);
        double share = periodic_share(&plan->setup, (double)p->x * PERIOD_PS / p->period, r < ON_BOTH);
        sum += share;
        squares += share * share;
        plan_free(plan);
    }
    double mean = sum / REPLICATIONS;
    double se = sqrt(fmax(0, squares / REPLICATIONS - mean * mean) / (REPLICATIONS - 1));
    g_test_message("N %u, D %u, x %u: %.4f, measured %.4f +- %.4f", p->streams, p->period, p->x, expected,
                   mean, se);
    g_assert_cmpfloat(fabs(mean - expected), <=, 3 * se + 1e-9); /* x = 0: no run differs */
    media_library_free(media);
    scenario_free(scenario);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(points); i++) {
        g_autofree char *path =
            g_strdup_printf("/nddd1/%u/%u/%u", points[i].streams, points[i].period, points[i].x);
        g_test_add_data_func(path, &points[i], test_point);
    }
    return g_test_run();
}
