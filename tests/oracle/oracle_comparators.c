/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Today's ways to send beside sendto, against what they took on a real kernel: ratios to sendto of packets of 1,472 B to 64
 * destinations, hot, on a 2.6 GHz Zen 5 guest with Linux 6.18 (reference numbers, 9.1; UDP repeats within 5 %, AF_PACKET and AF_XDP
 * within 20 %). The link dropped what it was given, so there was no NIC: descriptors, doorbells, interrupts and sleeps are left out here, too. */
#include "lab.h"

enum { DESTINATIONS = 64, PAYLOAD = 1472, INTERVALS = 20 };
#define MS (WEFT_PS_PER_S / 1000)

struct way {
    const char *what, *method;
    const char *segmentation, *copy; /* NULL: the method's */
    uint32_t packets;                /* of a destination in a call */
    bool ready;                      /* frames lay ready: nobody made headers */
    bool cheap_split;                /* the low price of a split: see test_split() */
    double ratio, tolerance;         /* as it was measured; what the model may be off */
};

static const struct way ways[] = {
    {"send", "connected", NULL, NULL, 1, false, false, 0.82, 0.02},
    /* a message's header costs what 1 % saved, as published, leaves of its crossing */
    {"sendmmsg of 64", "batched", NULL, NULL, 1, false, false, 1.01, 0.03},
    {"MSG_ZEROCOPY", "per-packet-zero-copy", NULL, NULL, 1, false, false, 1.26, 0.03},
    {"io_uring", "io-uring", NULL, NULL, 1, false, false, 1.11, 0.02},
    {"GSO of 4, cut by the NIC", "gso-batched", "nic", NULL, 4, false, false, 0.26, 0.03},
    {"GSO of 10, cut by the NIC", "gso-batched", "nic", NULL, 10, false, false, 0.108, 0.03},
    /* 35 ns a packet, of which the copy takes 10, have no other price than the copy's */
    {"GSO of 40, cut by the NIC", "gso-batched", "nic", NULL, 40, false, false, 0.042, 0.20},
    {"GSO of 40, cut in software", "gso-batched", "split", NULL, 40, false, true, 0.204, 0.05},
    {"GSO of 40, cut in software, MSG_ZEROCOPY", "gso-batched", "split", "zero-copy", 40, false, true, 0.222,
     0.10},
    /* pages in a row cost half of what one alone does to pin; the price is between */
    {"GSO of 40, cut by the NIC, MSG_ZEROCOPY", "gso-batched", "nic", "zero-copy", 40, false, false, 0.040,
     0.20},
    {"GSO of 40, cut by the NIC, io_uring, registered", "io-uring-gso", NULL, NULL, 40, false, false, 0.029,
     0.10},
    {"TX_RING", "tx-ring", NULL, "zero-copy", 1, true, false, 0.276, 0.15},
    {"TX_RING, headers made, payload copied", "tx-ring", NULL, NULL, 8, false, false, 0.307, 0.15},
    /* one price of a frame stands between the two rings' */
    {"AF_XDP, copied", "tx-ring", NULL, "copy", 1, true, false, 0.222, 0.20},
};

static const void *row_named(const void *const *rows, const char *name)
{
    while (!g_str_equal(*(const char *const *)*rows, name))
        g_assert_nonnull(*++rows);
    return *rows;
}
#define ROW(table, name) row_named((const void *const *)(table), (name))

static struct lab *new_lab(const struct way *way)
{
    struct lab *lab = lab_new(DESTINATIONS);
    struct weft_server *server = lab_server(lab, 0);
    server->link_bps = UINT64_C(400000000000);
    server->ring_slots = server->doorbell_packets = 4096; /* runs that the NIC cuts are whole messages */
    for (guint i = 0; i < DESTINATIONS; i++) {
        lab_device(lab, i)->rate_bps = server->link_bps;
        lab_stream(lab, i)->clock.payload_bytes = PAYLOAD;
        lab_stream(lab, i)->clock.rate_bps = UINT64_C(1000) * 8 * PAYLOAD * way->packets;
    }
    lab->setup.write.interval_ps = MS;
    lab->setup.duration_ps = INTERVALS * MS;
    lab_use(lab, lab_method(way->method));
    lab_pace(lab, "none", 0);
    lab_server(lab, 0)->memory = &weft_memory_none; /* one small buffer, again and again */
    if (way->segmentation)
        lab->setup.write.axes.segmentation = ROW(weft_segmentations, way->segmentation);
    if (way->copy)
        lab->setup.write.axes.copy = ROW(weft_copies, way->copy);
    return lab;
}

static double priced(enum weft_event event, uint64_t count, enum weft_price_end end)
{
    return (double)weft_event_mcycles(count, &weft_profile_modern_x86.price[event], end) / 1000;
}

/* Cycles a packet without a NIC and without sleep, what has been copied hot. */
static double cycles_of(const struct way *way)
{
    struct lab *lab = new_lab(way);
    struct recorder *recorder = lab_record(lab, false);
    struct weft_ledger left = recorder_counters(recorder, 0)->ledger;
    const uint32_t packets = recorder->record->len;
    g_assert_cmpuint(packets, ==, INTERVALS * DESTINATIONS * way->packets);
    static const enum weft_event absent[] = {WEFT_DESCRIPTORS, WEFT_DOORBELLS, WEFT_INTERRUPTS,
                                             WEFT_CONTEXT_SWITCHES, WEFT_TIMER_WAKEUPS};
    static const enum weft_event made[] = {WEFT_ENTRIES, WEFT_PACKETS, WEFT_HEADER_BLOCKS, WEFT_TRANSLATIONS};
    for (guint i = 0; i < G_N_ELEMENTS(absent); i++)
        left.count[absent[i]] = 0;
    for (guint i = 0; way->ready && i < G_N_ELEMENTS(made); i++)
        left.count[made[i]] = 0;
    double cycles = 0;
    for (int event = 0; event < WEFT_EVENTS; event++) {
        bool low = event == WEFT_SPLITS && way->cheap_split;
        cycles += priced(event, left.count[event], low ? WEFT_LOW : WEFT_TYPICAL);
    }
    recorder_free(recorder);
    lab_free(lab);
    return cycles / packets;
}

static const struct way reference = {"sendto", "per-packet-burst", NULL, NULL, 1, false, false, 1, 0};

static void test_ratio(const void *data)
{
    const struct way *way = data;
    double ratio = cycles_of(way) / cycles_of(&reference);
    g_test_message("%s: measured %.3f of sendto, here %.3f, %+.1f %%", way->what, way->ratio, ratio,
                   100 * (ratio / way->ratio - 1));
    g_assert_cmpfloat_with_epsilon(ratio / way->ratio, 1, way->tolerance);
}

/* What a cycle of the profile is of the measurement's time: prices of what was measured beside sendto are scaled by it. */
static void test_scale(void)
{
    double cycles = cycles_of(&reference);
    g_test_message("sendto without a NIC: 2121 ns, %.0f cycles", cycles);
    g_assert_cmpfloat_with_epsilon(cycles / 2121, 2.04, 0.02);
}

/* Two wholes are known of UDP GSO in software, and they differ by a factor of two: 0.41 of sendto (2018, oracle_prices.c), and
 * 0.204 here. The typical price is of the first, the low end of the second. */
static void test_split(void)
{
    guint i = 0;
    while (!ways[i].cheap_split)
        g_assert_cmpuint(++i, <, G_N_ELEMENTS(ways));
    struct way way = ways[i];
    double low = cycles_of(&way);
    way.cheap_split = false;
    g_assert_cmpfloat(cycles_of(&way) / low, >, 1.5);
    g_assert_cmpfloat_with_epsilon(cycles_of(&way) / cycles_of(&reference) / 0.41, 1, 0.03);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/comparators/scale", test_scale);
    g_test_add_func("/oracle/comparators/split", test_split);
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *path = g_strdup_printf("/oracle/comparators/%s", ways[i].what);
        g_test_add_data_func(path, &ways[i], test_ratio);
    }
    return g_test_run();
}
