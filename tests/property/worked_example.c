/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The worked example of the reference numbers (4.4): 1316 B of TS, frames of 1362 B, T = 100 ms, one stream per port,
 * 1 Gbit/s server, 100 Mbit/s ports. The published peaks were computed with exact rationals, without this program; those
 * of held packets must come out within one frame, those where bytes leave as they are sent as they are printed. */

#include "lab.h"

#include "weft/metrics.h"
#include "weft/reference.h"

enum {
    FRAME_BYTES = 1362,
    PACKET_PS = 1382 * 80000, /* of wire, at 100 Mbit/s */
    LINK_PS = 1382 * 8000,    /* at 1 Gbit/s */
};

struct load {
    guint streams;
    uint64_t rate_bps;
};

struct measured {
    uint64_t held_bytes; /* largest peak of a port */
    double fluid_bytes;
    double balance;
};

/* Lindley's recursion: how long the port needs for what it has when a packet is in, and the most of that. */
struct port {
    weft_ps at_ps, work_ps;
};

static void come(struct port *port, weft_ps in_ps, weft_ps *most_ps)
{
    weft_ps passed_ps = in_ps - port->at_ps;
    port->work_ps = (port->work_ps > passed_ps ? port->work_ps - passed_ps : 0) + PACKET_PS;
    port->at_ps = in_ps;
    *most_ps = MAX(*most_ps, port->work_ps);
}

/* The bytes of a frame leave evenly with its wire time. */
static double fluid_bytes(weft_ps work_ps)
{
    return (double)work_ps / PACKET_PS * FRAME_BYTES;
}

static double fluid_peak(const struct recorder *recorder, guint ports)
{
    struct port *port = g_new0(struct port, ports);
    weft_ps most_ps = 0;
    for (guint i = 0; i < recorder->record->len; i++) {
        const struct record *packet = recorder_at(recorder, i);
        come(&port[packet->stream], packet->in_ps, &most_ps);
    }
    g_free(port);
    return fluid_bytes(most_ps);
}

/* Round robin in the order of the vector, as published: of what is due in the first interval a packet of each stream that
 * has one left, round after round. */
static double fluid_peak_of_rounds(const struct load *load, gsize loads)
{
    struct port port[256] = {{0, 0}};
    weft_ps now_ps = 0, most_ps = 0, before_ps = WEFT_NEVER;
    for (uint64_t round = 0; now_ps != before_ps; round++) {
        guint stream = 0;
        before_ps = now_ps;
        for (gsize i = 0; i < loads; i++)
            for (guint k = 0; k < load[i].streams; k++, stream++) {
                if (round * 8 * 1316 * 10 >= load[i].rate_bps)
                    continue;
                now_ps += LINK_PS;
                come(&port[stream], now_ps, &most_ps);
            }
    }
    return fluid_bytes(most_ps);
}

static struct lab *new_lab(const struct load *load, gsize loads, const char *method)
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
    return lab;
}

/* Runs the lab and frees it. */
/* The same in the switch's own fluid accounting. */
static uint64_t fluid_metric(struct lab *lab)
{
    g_array_index(lab->switch_, struct weft_switch, 0).rules.accounting = weft_accountings[1];
    const struct weft_setup *setup = lab_setup(lab);
    g_assert_cmpstr(weft_accountings[1]->name, ==, "fluid");
    struct weft_metrics *metrics = weft_metrics_new(setup);
    const struct weft_watch watch = weft_metrics_watch(metrics);
    g_assert_cmpint(weft_backend_reference.run(setup, &watch, 1, NULL), ==, WEFT_OK);
    uint64_t peak_bytes = weft_metrics_totals(metrics)->peak_port_bytes;
    weft_metrics_free(metrics);
    return peak_bytes;
}

static struct measured measure_lab(struct lab *lab)
{
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    struct recorder *recorder = recorder_new(false);
    const struct weft_watch watch[] = {weft_metrics_watch(metrics), recorder_watch(recorder)};
    g_assert_cmpint(weft_backend_reference.run(setup, watch, 2, NULL), ==, WEFT_OK);
    recorder_sort(recorder);
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    const struct measured measured = {totals->peak_port_bytes, fluid_peak(recorder, setup->streams),
                                      totals->balance_sum / (double)totals->balance_windows};
    recorder_free(recorder);
    weft_metrics_free(metrics);
    /* The metric is the recursion's, rounded up to a byte. */
    g_assert_cmpfloat_with_epsilon((double)fluid_metric(lab), measured.fluid_bytes + .5, .5001);
    lab_free(lab);
    return measured;
}

static struct measured measure(const struct load *load, gsize loads, const char *method)
{
    return measure_lab(new_lab(load, loads, method));
}

/* `held_kb`, `fluid_kb`: as published; the second to the last digit, which is `fluid_digit_kb`. */
static struct measured assert_peak(const struct load *load, gsize loads, const char *method, double held_kb,
                                   double fluid_kb, double fluid_digit_kb)
{
    struct measured measured = measure(load, loads, method);
    g_test_message("%s: held %.3f KB, published %.2f KB; fluid %.3f KB, published %.2f KB; balance %.3f",
                   method, (double)measured.held_bytes / 1000, held_kb, measured.fluid_bytes / 1000, fluid_kb,
                   measured.balance);
    g_assert_cmpfloat_with_epsilon((double)measured.held_bytes / 1000, held_kb, FRAME_BYTES / 1000.0);
    g_assert_cmpfloat_with_epsilon(measured.fluid_bytes / 1000, fluid_kb, fluid_digit_kb * 0.5001);
    return measured;
}

static void eighty_streams(void)
{
    static const struct load load[] = {{80, 3750000}};
    struct measured sequential = assert_peak(load, G_N_ELEMENTS(load), "multi-destination", 44.9, 44.3, .1);
    struct measured interleaved = assert_peak(load, G_N_ELEMENTS(load), "interleaved", 1.36, 1.36, .01);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved-smooth", 1.36, 1.36, .01);
    /* In 1 ms the link carries 90 packets: for 2.5 ports, 90^2 / (80 (36^2 + 36^2 + 18^2)) = 0.035, or for each port one and
 for ten of them two, 90^2 / (80 (70 + 10 2^2)) = 0.92. */
    g_assert_cmpfloat_with_epsilon(sequential.balance, .04, .005);
    g_assert_cmpfloat_with_epsilon(interleaved.balance, .92, .01);
}

static void mixed_load(void)
{
    static const struct load load[] = {{100, 1500000}, {60, 3750000}, {10, 8000000}, {2, 19390000}};
    assert_peak(load, G_N_ELEMENTS(load), "multi-destination", 227.5, 226.9, .1);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved-smooth", 2.7, 2.5, .1);
    /* Our round robin takes larger quantities first in each round: theirs wait one long round more, and need less. */
    double published_kb = fluid_peak_of_rounds(load, G_N_ELEMENTS(load)) / 1000;
    struct measured measured = measure(load, G_N_ELEMENTS(load), "interleaved");
    g_test_message("interleaved: held %.3f KB, fluid %.3f KB, in the order of the vector %.3f KB",
                   (double)measured.held_bytes / 1000, measured.fluid_bytes / 1000, published_kb);
    g_assert_cmpfloat_with_epsilon(published_kb, 120.1, .05001);
    g_assert_cmpfloat_with_epsilon((double)measured.held_bytes / 1000, 121.2, FRAME_BYTES / 1000.0);
    g_assert_cmpfloat_with_epsilon(measured.fluid_bytes / 1000, 120.1, FRAME_BYTES / 1000.0);
}

static void five_streams(void)
{
    static const struct load load[] = {{5, 3750000}};
    assert_peak(load, G_N_ELEMENTS(load), "multi-destination", 44.9, 44.3, .1);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved", 25.9, 25.2, .1);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved-smooth", 25.9, 25.2, .1);
    assert_peak(load, G_N_ELEMENTS(load), "interleaved-paced", 1.36, 1.36, .01);
}

/* Five streams have 36 packets each in an interval. Without pacing 36 - floor(35 x 5 x 100 / 1000) = 19 of them are in a port.
 * A rate stands in the link's place: at 750 Mbit/s 36 - floor(35 x 500 / 750) = 13, at 500 Mbit/s and less the five ports take
 * all of it. A slice is a burst of its own, of at most ceil(180 / K) packets, a fifth of them for a port: in 4 slices
 * 9 - floor(8 / 2) = 5, in 8 (23 packets) 5 - 2 = 3, in 36 a packet to each port. */
static void five_streams_paced(void)
{
    static const struct load load[] = {{5, 3750000}};
    static const struct {
        const char *pacing;
        uint64_t argument, packets;
    } cases[] = {
        {"none", 0, 19},        {"rate", 1000000000, 19}, {"rate", 750000000, 13}, {"rate", 500000000, 1},
        {"rate", 100000000, 1}, {"slice", 1, 19},         {"slice", 4, 5},         {"slice", 8, 3},
        {"slice", 36, 1},       {"slice", 1000, 1},       {"interval", 0, 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct lab *lab = new_lab(load, G_N_ELEMENTS(load), "interleaved-smooth");
        lab_pace(lab, cases[i].pacing, cases[i].argument);
        struct measured measured = measure_lab(lab);
        g_test_message("%s:%" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT " B", cases[i].pacing,
                       cases[i].argument, measured.held_bytes);
        g_assert_cmpuint(measured.held_bytes, ==, cases[i].packets * FRAME_BYTES);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worked-example/eighty-streams", eighty_streams);
    g_test_add_func("/worked-example/mixed-load", mixed_load);
    g_test_add_func("/worked-example/five-streams", five_streams);
    g_test_add_func("/worked-example/five-streams-paced", five_streams_paced);
    return g_test_run();
}
