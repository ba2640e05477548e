/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Closed forms of a way over several switches, store and forward: a server on a leaf, a spine or a row of them, a device on
 * the other leaf. Each switch adds the packet's time on its next link, its latency and that link's delay, no more; a burst
 * into links that are slower than the server's waits before the first of them only. */
#include "lab.h"

#include "weft/metrics.h"
#include "weft/reference.h"

#define US (WEFT_PS_PER_S / 1000000)
enum { BYTES = 1000, DEVICE_PORT = 0 };

/* A chain of `hops` switches, trunks of `trunk_bps`, a stream of `n` packets that are written at 0: a byte is a byte on the
 * wire, rates have whole picoseconds per byte. */
static struct lab *chain_of(uint32_t hops, uint32_t n, uint64_t in_bps, uint64_t trunk_bps, uint64_t out_bps)
{
    struct lab *lab = lab_new(1);
    g_array_index(lab->switch_, struct weft_switch, 0).rules.latency_ps = 3 * US;
    for (uint32_t s = 1; s < hops; s++)
        lab_join(lab, s - 1, lab_add_switch(lab), trunk_bps, 7 * US);
    lab->setup.network = &weft_network_raw;
    lab->setup.duration_ps = lab->setup.write.interval_ps = WEFT_PS_PER_S;
    lab_server(lab, 0)->link_bps = in_bps;
    lab_server(lab, 0)->delay_ps = 5 * US;
    lab_device(lab, 0)->rate_bps = out_bps;
    lab_device(lab, 0)->delay_ps = 11 * US;
    lab_device(lab, 0)->switch_index = hops - 1;
    lab_stream(lab, 0)->clock.payload_bytes = BYTES;
    lab_stream(lab, 0)->clock.rate_bps = (uint64_t)n * BYTES * 8;
    return lab;
}

static weft_ps wire_ps(uint64_t bps)
{
    return BYTES * 8 * (WEFT_PS_PER_S / bps);
}

/* One packet finds everything idle. */
static void test_one_packet(void)
{
    static const uint64_t rates[] = {10000000, 100000000, 1000000000, 10000000000};
    for (uint32_t hops = 1; hops <= 5; hops++)
        for (gsize r = 0; r < G_N_ELEMENTS(rates) * G_N_ELEMENTS(rates) * G_N_ELEMENTS(rates); r++) {
            uint64_t in_bps = rates[r % 4], trunk_bps = rates[r / 4 % 4], out_bps = rates[r / 16];
            struct lab *lab = chain_of(hops, 1, in_bps, trunk_bps, out_bps);
            struct recorder *recorder = lab_record(lab, false);
            const struct record *record = recorder_at(recorder, 0);
            weft_ps expected_ps = record->tx_ps + wire_ps(in_bps) + 5 * US +
                                  (hops - 1) * (3 * US + wire_ps(trunk_bps) + 7 * US) + 3 * US +
                                  wire_ps(out_bps) + 11 * US;
            g_assert_cmpuint(recorder->record->len, ==, 1);
            g_assert_cmpuint(record->hops, ==, hops);
            g_assert_cmpuint(record->device_ps, ==, expected_ps);
            recorder_free(recorder);
            lab_free(lab);
        }
}

/* Peaks of the ports, the first trunk's first, then the device's. */
static void peaks_of(struct lab *lab, uint64_t *peak)
{
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    const struct weft_watch watch = weft_metrics_watch(metrics);
    g_assert_cmpint(weft_backend_reference.run(setup, &watch, 1, NULL), ==, WEFT_OK);
    for (uint32_t t = 0; t < setup->trunks; t += 2) /* the others lead back */
        peak[t / 2] = weft_metrics_port(metrics, setup->devices + t)->peak_packets;
    peak[setup->trunks / 2] = weft_metrics_port(metrics, DEVICE_PORT)->peak_packets;
    weft_metrics_free(metrics);
}

/* n - floor((n - 1) C_out / C_in) at the first slow port (reference-numbers 4.2, without latency); behind it packets come one
 * at a time and are gone when the next one comes. */
static void test_burst(void)
{
    static const uint64_t slow[] = {10000000, 100000000, 250000000, 500000000, 1000000000};
    for (uint32_t hops = 2; hops <= 5; hops++)
        for (gsize r = 0; r < G_N_ELEMENTS(slow); r++)
            for (uint32_t n = 1; n <= 64; n += 7) {
                struct lab *lab = chain_of(hops, n, 1000000000, slow[r], slow[r]);
                for (uint32_t s = 0; s < hops; s++)
                    g_array_index(lab->switch_, struct weft_switch, s).rules.latency_ps = 0;
                uint64_t peak[8];
                peaks_of(lab, peak);
                g_assert_cmpuint(peak[0], ==, n - (n - 1) * slow[r] / 1000000000);
                for (uint32_t hop = 1; hop < hops; hop++)
                    g_assert_cmpuint(peak[hop], ==, 1);
                lab_free(lab);
            }
}

/* Two leaves, two spines: a device of even place goes by the first spine, one of odd place by the second, both as far. */
static void test_leaf_spine(void)
{
    struct lab *lab = lab_new(2);
    uint32_t leaf = lab_add_switch(lab), spine[2] = {lab_add_switch(lab), lab_add_switch(lab)};
    for (uint32_t s = 0; s < 2; s++)
        for (uint32_t from = 0; from < 2; from++)
            lab_join(lab, from ? leaf : 0, spine[s], 1000000000, 0);
    for (uint32_t d = 0; d < 2; d++)
        lab_device(lab, d)->switch_index = leaf;
    struct weft_metrics *metrics = weft_metrics_new(lab_setup(lab));
    const struct weft_watch watch = weft_metrics_watch(metrics);
    g_assert_cmpint(weft_backend_reference.run(&lab->setup, &watch, 1, NULL), ==, WEFT_OK);
    for (uint32_t s = 0; s < 2;
         s++) { /* trunks: up and down from leaf 0, then from the other, spine by spine */
        uint64_t sent = weft_metrics_stream(metrics, s)->packets_sent;
        g_assert_cmpuint(sent, >, 100);
        g_assert_cmpuint(weft_metrics_port(metrics, 2 + 4 * s)->forwarded_packets, ==, sent);
        g_assert_cmpuint(weft_metrics_port(metrics, 2 + 4 * s + 3)->forwarded_packets, ==, sent);
        g_assert_cmpuint(weft_metrics_port(metrics, 2 + 4 * s + 1)->forwarded_packets, ==, 0);
        g_assert_cmpuint(weft_metrics_port(metrics, s)->forwarded_packets, ==, sent);
    }
    weft_metrics_free(metrics);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/hops/one-packet", test_one_packet);
    g_test_add_func("/oracle/hops/burst", test_burst);
    g_test_add_func("/oracle/hops/leaf-spine", test_leaf_spine);
    return g_test_run();
}
