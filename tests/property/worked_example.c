/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The worked example of the reference numbers (4.4): 1316 B of TS, frames of 1362 B, T = 100 ms, one stream per port,
 * 1 Gbit/s server, 100 Mbit/s ports, held accounting. The published peaks were computed with exact rationals, without
 * this program; each must come out within one frame. */

#include "lab.h"

#include "weft/metrics.h"
#include "weft/reference.h"

enum { FRAME_BYTES = 1362 };

struct load {
    guint streams;
    uint64_t rate_bps;
};

static uint64_t peak_of(const struct load *load, gsize loads, const char *method)
{
    guint streams = 0, next = 0;
    for (gsize i = 0; i < loads; i++)
        streams += load[i].streams;
    struct lab *lab = lab_new(streams);
    for (gsize i = 0; i < loads; i++)
        for (guint k = 0; k < load[i].streams; k++)
            lab_stream(lab, next++)->clock.rate_bps = load[i].rate_bps;
    lab_use(lab, lab_method(method));
    lab_server(lab, 0)->ring_slots = 8192; /* a call is never held up */
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    const struct weft_watch watch = weft_metrics_watch(metrics);
    g_assert_cmpint(weft_backend_reference.run(setup, &watch, 1, NULL), ==, WEFT_OK);
    uint64_t peak_bytes = weft_metrics_totals(metrics)->peak_port_bytes;
    weft_metrics_free(metrics);
    lab_free(lab);
    return peak_bytes;
}

static void assert_peak(const struct load *load, gsize loads, const char *method, double published_kb)
{
    double peak_kb = (double)peak_of(load, loads, method) / 1000;
    g_test_message("%s: %.3f KB, published %.2f KB", method, peak_kb, published_kb);
    g_assert_cmpfloat_with_epsilon(peak_kb, published_kb, FRAME_BYTES / 1000.0);
}

static void eighty_streams(void)
{
    static const struct load load[] = {{80, 3750000}};
    assert_peak(load, G_N_ELEMENTS(load), "multi-destination", 44.9);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved", 1.36);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved-smooth", 1.36);
}

static void mixed_load(void)
{
    static const struct load load[] = {{100, 1500000}, {60, 3750000}, {10, 8000000}, {2, 19390000}};
    assert_peak(load, G_N_ELEMENTS(load), "multi-destination", 227.5);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved", 121.2);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved-smooth", 2.7);
}

static void five_streams(void)
{
    static const struct load load[] = {{5, 3750000}};
    assert_peak(load, G_N_ELEMENTS(load), "multi-destination", 44.9);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved", 25.9);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved-smooth", 25.9);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved-paced", 1.36);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worked-example/eighty-streams", eighty_streams);
    g_test_add_func("/worked-example/mixed-load", mixed_load);
    g_test_add_func("/worked-example/five-streams", five_streams);
    return g_test_run();
}
