/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a server may be looked at, to see whether it is in a steady state: whether it rests, whether all that it has not written
 * yet counts, and after which time it can be as it was. */

#include "host/server.h"
#include "lab.h"

#define MS (WEFT_PS_PER_S / 1000)
enum { INTERVAL_MS = 10, REST_MS = 50, DURATION_MS = 200, PACKETS = 4, STREAMS = 4 };

/* Two applications, of two streams each with PACKETS packets an interval. */
static struct lab *lab_of(uint32_t payload_bytes)
{
    struct lab *lab = lab_new(STREAMS);
    lab->setup.duration_ps = DURATION_MS * MS;
    lab->setup.write.interval_ps = INTERVAL_MS * MS;
    lab_server(lab, 0)->applications = 2;
    for (guint i = 0; i < STREAMS; i++) {
        lab_stream(lab, i)->application = i % 2;
        lab_stream(lab, i)->clock.payload_bytes = payload_bytes;
        lab_stream(lab, i)->clock.rate_bps = payload_bytes * UINT64_C(8) * PACKETS * (1000 / INTERVAL_MS);
    }
    return lab;
}

/* Up to `until_ps`, before what is due then. */
static void run(struct weft_host *host, weft_ps until_ps)
{
    struct weft_train train;
    for (weft_ps now_ps; (now_ps = weft_host_next(host)) < until_ps;) {
        while (weft_host_take(host, now_ps, &train) > 0)
            ;
        weft_host_step(host, now_ps);
    }
    while (weft_host_take(host, until_ps, &train) > 0)
        ;
}

/* A packet of 1,346 B on the wire needs 108 us. Of the 16 of an interval the last 4 are in the ring when 12 have left it, after
 * 1.29 ms: what is on its way then keeps nobody from resting. */
static void check_rests(const char *interrupt)
{
    struct lab *lab = lab_of(1280);
    guint rested = 0, busy = 0;
    lab->setup.write.axes.interrupt = lab_interrupt(interrupt);
    lab_server(lab, 0)->link_bps = 100000000;
    lab_server(lab, 0)->ring_slots = 4;
    struct weft_host *host = weft_host_new(lab_setup(lab), 0, false);
    for (weft_ps at_ps = 0; at_ps < REST_MS * MS; at_ps += MS / 10) {
        run(host, at_ps);
        const bool idle = at_ps % (INTERVAL_MS * MS) == 0 || at_ps % (INTERVAL_MS * MS) > 12 * MS / 10;
        if (idle) {
            g_assert_true(weft_host_rests(host, at_ps));
            rested++;
        } else {
            g_assert_false(weft_host_rests(host, at_ps));
            busy++;
        }
    }
    g_assert_cmpuint(rested, >, 100);
    g_assert_cmpuint(busy, >, 50);
    weft_host_free(host);
    lab_free(lab);
}

static void test_rests(void)
{
    check_rests("last-packet");
    check_rests("polled"); /* nothing else is left to be done */
}

/* Packets are written as the interval begins in which they are due: at rest those of an interval are next. */
static void test_counts_all(void)
{
    for (weft_ps warmup_ps = 0; warmup_ps < DURATION_MS * MS; warmup_ps += INTERVAL_MS * MS) {
        struct lab *lab = lab_of(1280);
        lab->setup.warmup_ps = warmup_ps;
        struct weft_host *host = weft_host_new(lab_setup(lab), 0, false);
        run(host, REST_MS * MS);
        g_assert_true(weft_host_rests(host, REST_MS * MS));
        g_assert_cmpint(weft_host_counts_all(host), ==, warmup_ps <= REST_MS * MS);
        weft_host_free(host);
        lab_free(lab);
    }
}

static void copied(struct lab *lab)
{
    lab_use(lab, lab_method("per-packet-burst"));
    lab_server(lab, 0)->memory = &weft_memory_none;
}
static void copied_at_packet_times(struct lab *lab)
{
    copied(lab);
    lab_pace(lab, "packet", 0);
}
static void gathered(struct lab *lab)
{
    lab_use(lab, lab_method("interleaved"));
}
static void refusing(struct lab *lab)
{
    copied(lab);
    lab_stream(lab, 1)->fault = weft_faults[0];
}

static const struct period_row {
    const char *name;
    void (*with)(struct lab *lab);
    weft_ps period_ps;
} periods[] = {
    {"copied", copied, INTERVAL_MS *MS},
    {"copied, one by one", copied_at_packet_times, INTERVAL_MS *MS / PACKETS},
    {"gathered", gathered, 4 * INTERVAL_MS *MS}, /* 16 packets fill 5 pages */
    {"refusing", refusing, WEFT_NEVER},
};

static void test_periods(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(periods); i++) {
        struct lab *lab = lab_of(1280);
        periods[i].with(lab);
        struct weft_host *host = weft_host_new(lab_setup(lab), 0, false);
        g_test_message("%s", periods[i].name);
        g_assert_cmpuint(weft_host_period(host, WEFT_PS_PER_S), ==, periods[i].period_ps);
        weft_host_free(host);
        lab_free(lab);
    }
}

/* Where pages are walked, all of a place in the buffer counts: whole intervals until a packet begins where one did. */
static void test_walked(void)
{
    struct lab *lab = lab_of(1280);
    lab_use(lab, lab_method("per-packet-zero-copy"));
    lab_pace(lab, "none", 0);
    struct weft_host *host = weft_host_new(lab_setup(lab), 0, false);
    const uint64_t buffer_bytes = host->application[0].source[0].bytes;
    uint64_t intervals = 1;
    while (intervals * PACKETS * 1280 % buffer_bytes != 0)
        intervals++;
    g_test_message("%" G_GUINT64_FORMAT " intervals", intervals);
    g_assert_cmpuint(intervals, >, 4);
    g_assert_cmpuint(weft_host_period(host, WEFT_NEVER - 1), ==, intervals * INTERVAL_MS * MS);
    weft_host_free(host);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repeat-host-looks/rests", test_rests);
    g_test_add_func("/repeat-host-looks/counts-all", test_counts_all);
    g_test_add_func("/repeat-host-looks/periods", test_periods);
    g_test_add_func("/repeat-host-looks/walked", test_walked);
    return g_test_run();
}
