/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What whole runs cost with profile modern-x86, against published wholes. Sources: W. de Bruijn, Linux commit bec1f6f6 (UDP
 * and UDP GSO in software, 1,470 B, one core of 2.8 GHz, 4 s); A. Blanchard, Linux commit 228e548e (sendmmsg).
 * A sender that always has more to send never sleeps, as theirs did not. */
#include "lab.h"

#define PACKET_BITS (UINT64_C(1470) * 8)
#define NS          UINT64_C(1000)

enum { PACKET_NS = 300, SEGMENTS = 42 };

/* Several streams that together have a packet every 300 ns, far more than a core can send, and each `packets` of them in an
 * interval. */
static struct lab *new_lab(uint32_t streams, uint32_t packets, const char *method)
{
    struct lab *lab = lab_new(streams);
    struct weft_server *server = lab_server(lab, 0);
    server->profile = &weft_profile_modern_x86;
    server->cpu_hz = UINT64_C(2800000000);
    server->link_bps = UINT64_C(100000000000);
    server->interrupts_per_s = 8000;
    server->ring_slots = 4096;
    for (uint32_t i = 0; i < streams; i++) {
        lab_device(lab, i)->rate_bps = server->link_bps;
        lab_stream(lab, i)->clock.payload_bytes = 1470;
        lab_stream(lab, i)->clock.rate_bps = PACKET_BITS * 1000000000 / ((uint64_t)PACKET_NS * streams);
    }
    lab->setup.write.interval_ps = PACKET_NS * NS * streams * packets;
    lab->setup.duration_ps = 20000 * PACKET_NS * NS / (streams * packets) * (streams * packets);
    lab_use(lab, lab_method(method));
    return lab;
}

/* Cycles per packet. The published senders sent one buffer again and again, so their copies were hot: the low price. */
static double cost_of(struct lab *lab, bool hot)
{
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_ledger *ledger = &recorder_counters(recorder, 0)->ledger;
    const struct weft_price *copy = &weft_profile_modern_x86.price[WEFT_COPIED_BYTES];
    uint64_t mcycles = weft_ledger_mcycles(ledger, &weft_profile_modern_x86, WEFT_TYPICAL);
    g_assert_cmpuint(ledger->count[WEFT_TIMER_WAKEUPS], ==, 1);
    g_assert_cmpuint(ledger->count[WEFT_REFILLS], ==, 0);
    g_assert_cmpuint(ledger->count[WEFT_COPIED_BYTES], ==, 1470 * recorder->record->len);
    if (hot) {
        mcycles -= weft_event_mcycles(ledger->count[WEFT_COPIED_BYTES], copy, WEFT_TYPICAL);
        mcycles += weft_event_mcycles(ledger->count[WEFT_COPIED_BYTES], copy, WEFT_LOW);
    }
    double cycles = (double)mcycles / 1000 / recorder->record->len;
    recorder_free(recorder);
    lab_free(lab);
    return cycles;
}

/* 11,205,777,429 cycles for 4 x 624,666 packets. */
static void test_udp(void)
{
    double published = 11205777429.0 / (4 * 624666.0);
    double cycles = cost_of(new_lab(1, SEGMENTS, "per-packet-burst"), true);
    g_test_message("UDP: published %.0f cycles per packet, here %.0f", published, cycles);
    g_assert_cmpfloat_with_epsilon(published, 4485, 1);
    g_assert_cmpfloat_with_epsilon(cycles / published, 1, 0.03);
}

/* 11,204,374,561 cycles for 2,139 MiB/s in 4 s, 42 segments a call. */
static void test_split(void)
{
    double published = 11204374561.0 * 1470 / (4 * 2139 * 1048576.0);
    double cycles = cost_of(new_lab(1, SEGMENTS, "per-destination"), true);
    g_test_message("UDP GSO: published %.0f cycles per segment, here %.0f", published, cycles);
    g_assert_cmpfloat_with_epsilon(published, 1836, 1);
    g_assert_cmpfloat_with_epsilon(cycles / published, 1, 0.03);
}

/* sendmmsg to as many destinations: the share of a packet's cost that batches of 1, 2, ... 64 save. It is small and has the
 * published curve's shape, as only what is paid per call can be saved. */
static void test_batches(void)
{
    static const double published_pps[] = {804570, 872800, 916556, 939712, 952688, 956448, 964800};
    enum { SIZES = G_N_ELEMENTS(published_pps) };
    double saved[SIZES];
    for (guint i = 0; i < SIZES; i++)
        saved[i] = 1 - cost_of(new_lab(1U << i, 1, "batched"), false) /
                           cost_of(new_lab(1U << i, 1, "per-packet-burst"), false);
    double whole = saved[SIZES - 1], published_whole = 1 - published_pps[0] / published_pps[SIZES - 1];
    g_assert_cmpfloat_with_epsilon(saved[0], 0, 1e-9);
    g_assert_cmpfloat(whole, >, 0.01);
    g_assert_cmpfloat(whole, <, 0.20);
    for (guint i = 0; i < SIZES; i++) {
        double published = 1 - published_pps[0] / published_pps[i];
        g_test_message("batches of %u: published %.3f saved, here %.3f", 1U << i, published, saved[i]);
        g_assert_cmpfloat_with_epsilon(saved[i] / whole, published / published_whole, 0.05);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/prices/udp", test_udp);
    g_test_add_func("/oracle/prices/split", test_split);
    g_test_add_func("/oracle/prices/batches", test_batches);
    return g_test_run();
}
