/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* N servers with a stream each, random phases, one port: how long it holds more than x packets is what the theory of
 * N*D/D/1 says, within three standard errors of the mean over draws of the phases, at the five published points. */

#include "lab.h"

#include "weft/metrics.h"
#include "weft/reference.h"
#include "weft/theory.h"

#include <math.h>

enum { DRAWS = 600, PAYLOAD_BYTES = 1000, RATE_BPS = 1000000 };
#define PERIOD_PS (8 * PAYLOAD_BYTES * (WEFT_PS_PER_S / RATE_BPS))

struct point {
    uint32_t streams, period, above;
    double published;
};

/* Raw packets, so that a port of D times their rate needs a D-th of their period for each. */
static struct lab *new_lab(const struct point *point)
{
    struct lab *lab = lab_new(point->streams);
    lab->setup.network = &weft_network_raw;
    lab_use(lab, lab_method("per-packet"));
    lab->setup.write.interval_ps = PERIOD_PS;
    lab->setup.warmup_ps = 2 * PERIOD_PS;
    lab->setup.duration_ps = 3 * PERIOD_PS;
    for (uint32_t i = 0; i < point->streams; i++) {
        if (i > 0)
            lab_add_server(lab);
        lab_stream(lab, i)->server = i;
        lab_stream(lab, i)->device = 0;
        lab_stream(lab, i)->clock.rate_bps = RATE_BPS;
        lab_stream(lab, i)->clock.payload_bytes = PAYLOAD_BYTES;
    }
    lab_device(lab, 0)->rate_bps = (uint64_t)point->period * RATE_BPS;
    return lab;
}

/* A packet more, or one less, from an instant on. */
struct change {
    weft_ps at_ps;
    int packets;
};

static gint by_instant(gconstpointer a, gconstpointer b)
{
    const struct change *x = a, *y = b;
    return x->at_ps != y->at_ps ? (x->at_ps < y->at_ps ? -1 : 1) : x->packets - y->packets;
}

/* How long of the third period more than `above` packets were in the port. */
static weft_ps time_above(const struct recorder *recorder, uint32_t above)
{
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(struct change));
    for (guint i = 0; i < recorder->record->len; i++) {
        const struct change both[] = {{recorder_at(recorder, i)->in_ps, 1},
                                      {recorder_at(recorder, i)->out_ps, -1}};
        g_array_append_vals(changes, both, 2);
    }
    g_array_sort(changes, by_instant);
    weft_ps since_ps = 0, sum_ps = 0;
    int held = 0;
    for (guint i = 0; i < changes->len; i++) {
        const struct change *change = &g_array_index(changes, struct change, i);
        weft_ps at_ps = CLAMP(change->at_ps, 2 * PERIOD_PS, 3 * PERIOD_PS);
        sum_ps += held > (int)above ? at_ps - since_ps : 0;
        since_ps = at_ps;
        held += change->packets;
    }
    return sum_ps;
}

/* The same from the metrics' histogram, which tells 0, 1, 2, 3 and 4, 5 to 8, ... apart. */
static weft_ps held_above(const struct weft_port_result *port, uint32_t above)
{
    weft_ps sum_ps = 0;
    for (uint32_t bin = weft_held_bin(above + 1); bin < WEFT_HELD_BINS; bin++)
        sum_ps += port->held_ps[bin];
    return sum_ps;
}

/* Share of a period in which the port holds more than x packets, with the phases drawn anew. */
static double share_above(struct lab *lab, const struct point *point, GRand *rand)
{
    for (uint32_t i = 0; i < point->streams; i++)
        lab_stream(lab, i)->clock.start_ps = (weft_ps)(g_rand_double(rand) * (double)PERIOD_PS);
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    struct recorder *recorder = recorder_new(false);
    const struct weft_watch watch[] = {weft_metrics_watch(metrics), recorder_watch(recorder)};
    g_assert_cmpint(weft_backend_reference.run(setup, watch, 2, NULL), ==, WEFT_OK);
    weft_ps above_ps = time_above(recorder, point->above);
    if (weft_held_bin_first(weft_held_bin(point->above + 1)) == point->above + 1)
        g_assert_cmpuint(held_above(weft_metrics_port(metrics, 0), point->above), ==, above_ps);
    recorder_free(recorder);
    weft_metrics_free(metrics);
    return (double)above_ps / (double)PERIOD_PS;
}

static void test_point(gconstpointer data)
{
    const struct point *point = data;
    GRand *rand = g_rand_new_with_seed(point->streams);
    struct lab *lab = new_lab(point);
    double sum = 0, squares = 0;
    for (int i = 0; i < DRAWS; i++) {
        double share = share_above(lab, point, rand);
        sum += share;
        squares += share * share;
    }
    lab_free(lab);
    g_rand_free(rand);
    double mean = sum / DRAWS, error = sqrt((squares / DRAWS - mean * mean) / (DRAWS - 1));
    double theory = weft_theory_nddd1_exceeds(point->streams, point->period, point->above);
    g_test_message("(%u,%u,%u): %.4f, measured %.4f +- %.4f", point->streams, point->period, point->above,
                   theory, mean, error);
    g_assert_cmpfloat_with_epsilon(theory, point->published, .00005);
    g_assert_cmpfloat(fabs(mean - theory), <=, 3 * error + 1e-9);
}

int main(int argc, char **argv)
{
    static const struct point points[] = {
        {10, 12, 1, .4862}, {20, 25, 2, .2454}, {30, 31, 3, .4206}, {6, 7, 3, .0158}, {10, 12, 0, .8333}};
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(points); i++) {
        g_autofree char *path =
            g_strdup_printf("/nddd1/%u-%u-%u", points[i].streams, points[i].period, points[i].above);
        g_test_add_data_func(path, &points[i], test_point);
    }
    return g_test_run();
}
