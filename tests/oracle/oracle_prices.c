/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What whole runs cost, against published wholes. Sources: W. de Bruijn, Linux commit bec1f6f6 (UDP
 * and UDP GSO in software, 1,470 B, one core of 2.8 GHz, 4 s); A. Blanchard, Linux commit 228e548e (sendmmsg); the rule of 1 GHz for
 * 1 Gbit/s as Foong et al., ISPASS 2003, found it.
 * A sender that always has more to send never sleeps, as theirs did not. */
#include "lab.h"

#define NS UINT64_C(1000)

/* sendmmsg in batches of 1, 2, ... 64. */
static const double published_pps[] = {804570, 872800, 916556, 939712, 952688, 956448, 964800};

enum { PACKET_NS = 300, SEGMENTS = 42, SIZES = G_N_ELEMENTS(published_pps) };

/* Several streams that together have a packet every 300 ns, far more than a core can send, and each `packets` of them in an
 * interval. */
static struct lab *new_lab(uint32_t streams, uint32_t packets, uint32_t payload_bytes, const char *method)
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
        lab_stream(lab, i)->clock.payload_bytes = payload_bytes;
        lab_stream(lab, i)->clock.rate_bps =
            UINT64_C(8000000000) * payload_bytes / ((uint64_t)PACKET_NS * streams);
    }
    lab->setup.write.interval_ps = PACKET_NS * NS * streams * packets;
    lab->setup.duration_ps = 20000 * PACKET_NS * NS / (streams * packets) * (streams * packets);
    lab_use(lab, lab_method(method));
    return lab;
}

/* Cycles per packet. The published senders sent one buffer again and again, so their copies were hot, as what DMA wrote is
 * here: it fits into the cache. */
static double cost_of(struct lab *lab)
{
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_ledger *ledger = &recorder_counters(recorder, 0)->ledger;
    const struct weft_profile *profile = lab_server(lab, 0)->profile;
    uint64_t mcycles = weft_ledger_mcycles(ledger, profile, WEFT_TYPICAL),
             bytes = ledger->count[WEFT_COPIED_BYTES];
    g_assert_cmpuint(ledger->count[WEFT_TIMER_WAKEUPS], ==, 1);
    g_assert_cmpuint(ledger->count[WEFT_REFILLS], ==, 0);
    g_assert_cmpuint(bytes, ==, 1470 * recorder->record->len);
    g_assert_cmpuint(ledger->count[WEFT_COLD_BYTES], ==, 0);
    double cycles = (double)mcycles / 1000 / recorder->record->len;
    recorder_free(recorder);
    lab_free(lab);
    return cycles;
}

/* 11,205,777,429 cycles for 4 x 624,666 packets; 11,204,374,561 for 2,139 MiB/s in 4 s, 42 segments a call. */
static void test_udp(void)
{
    static const struct {
        const char *method;
        double rounded, cycles;
    } published[] = {{"per-packet-burst", 4485, 11205777429.0 / (4 * 624666.0)},
                     {"per-destination", 1836, 11204374561.0 * 1470 / (4 * 2139 * 1048576.0)}};
    for (guint i = 0; i < G_N_ELEMENTS(published); i++) {
        double cycles = cost_of(new_lab(1, SEGMENTS, 1470, published[i].method));
        g_test_message("%s: published %.0f cycles a packet, here %.0f", published[i].method,
                       published[i].cycles, cycles);
        g_assert_cmpfloat_with_epsilon(published[i].cycles, published[i].rounded, 1);
        g_assert_cmpfloat_with_epsilon(cycles / published[i].cycles, 1, 0.03);
    }
}

/* sendmmsg to as many destinations: the share of a packet's cost that batches of 2, 4, ... 64 save of one of 1. It is small and has the
 * published curve's shape, as only what is paid per call can be saved. */
static void test_batches(void)
{
    double saved[SIZES];
    for (guint i = 0; i < SIZES; i++)
        saved[i] =
            1 - cost_of(new_lab(1U << i, 1, 1470, "batched")) / cost_of(new_lab(1, 1, 1470, "batched"));
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

/* Packets a second that the saturated sender puts onto its link. */
static double rate_of(struct lab *lab, const struct weft_profile *profile, uint64_t cpu_hz)
{
    lab_server(lab, 0)->profile = profile;
    lab_server(lab, 0)->cpu_hz = cpu_hz;
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_ledger *ledger = &recorder_counters(recorder, 0)->ledger;
    g_assert_cmpuint(ledger->count[WEFT_TIMER_WAKEUPS] + ledger->count[WEFT_REFILLS], ==, 1);
    uint32_t n = recorder->record->len;
    recorder_sort(recorder);
    double pps = n / ((double)recorder_at(recorder, n - 1)->tx_ps / (double)WEFT_PS_PER_S);
    recorder_free(recorder);
    lab_free(lab);
    return pps;
}

/* The fit of a call and a packet against the seven rates that it was made from. */
static void test_ppc64(void)
{
    for (guint i = 0; i < SIZES; i++) {
        double pps = rate_of(new_lab(1U << i, 1, 64, "batched"), &weft_profile_ppc64_2011, 1000000000);
        g_test_message("calls of %u: published %.0f packets/s, here %.0f", 1U << i, published_pps[i], pps);
        g_assert_cmpfloat_with_epsilon(pps / published_pps[i], 1, 0.02);
    }
}

/* A sender of 2003 that copies, with interrupts at most 8,000 times a second and no wake-ups, needs about 1 GHz for 1 Gbit/s. */
static void test_rule_of_2003(void)
{
    struct lab *lab = new_lab(1, SEGMENTS, 1316, "per-packet-burst");
    double gbps = rate_of(lab, &weft_profile_server_2003, 1000000000) * 1316 * 8 / 1e9;
    g_test_message("1 GHz sends %.3f Gbit/s", gbps);
    g_assert_cmpfloat_with_epsilon(1 / gbps, 1, 0.15);
}

/* netmap: 14.88 million packets/s at 900 MHz; DPDK: 43.5 million/s at 3.6 GHz; and a header of 50 cycles. */
static void test_bypass(void)
{
    double cycles = 1e8 / rate_of(new_lab(1, 64, 64, "bypass"), &weft_profile_bypass, 100000000);
    g_test_message("%.1f cycles a packet", cycles);
    g_assert_cmpfloat(cycles, >, 900 / 14.88 + 50);
    g_assert_cmpfloat(cycles, <, 3600 / 43.5 + 50);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/prices/udp", test_udp);
    g_test_add_func("/oracle/prices/batches", test_batches);
    g_test_add_func("/oracle/prices/ppc64", test_ppc64);
    g_test_add_func("/oracle/prices/rule-of-2003", test_rule_of_2003);
    g_test_add_func("/oracle/prices/bypass", test_bypass);
    return g_test_run();
}
