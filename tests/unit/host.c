/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One server, by hand: instants and counts of small cases that can be worked out on paper. Link 1 Gbit/s,
 * payload 1316 bytes: 1382 bytes on the wire, 11.056 us; a core of 1 GHz: 1000 cycles are 1 us. */

#include "lab.h"

#define US   UINT64_C(1000000)
#define MS   (1000 * US)
#define WIRE (11056 * US / 1000)

/* Each call costs 1000 cycles, each interrupt 500, nothing else anything. */
static struct weft_profile by_call(void)
{
    struct weft_profile profile = {.name = "by-call"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = 1000000;
    profile.price[WEFT_INTERRUPTS].typical_mcycles = 500000;
    return profile;
}

static struct lab *lab_of(uint32_t streams, const char *method, const struct weft_profile *profile)
{
    struct lab *lab = lab_new(streams);
    lab_use(lab, lab_method(method));
    lab_server(lab, 0)->cpu_hz = UINT64_C(1000000000);
    lab_server(lab, 0)->profile = profile;
    return lab;
}

static const uint64_t *count_of(struct recorder *recorder)
{
    return recorder_counters(recorder, 0)->ledger.count;
}

/* 80 streams have a packet due at 0: the k-th write ends after k us; the link is busy from the first on. */
static void calls_take_their_time(void)
{
    const struct weft_profile profile = by_call();
    struct lab *lab = lab_of(80, "per-packet", &profile);
    lab->setup.duration_ps = MS;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, 80);
    for (guint i = 0; i < 80; i++) {
        g_assert_cmpuint(recorder_at(recorder, i)->stream, ==, i);
        g_assert_cmpuint(recorder_at(recorder, i)->tx_ps, ==, 1 * US + i * WIRE);
        g_assert_cmpuint(recorder_at(recorder, i)->sent_ps, ==, 1 * US + (i + 1) * WIRE);
    }
    g_assert_cmpuint(count_of(recorder)[WEFT_WRITE_CALLS], ==, 80);
    g_assert_cmpuint(count_of(recorder)[WEFT_TIMER_WAKEUPS], ==, 1);
    g_assert_cmpuint(count_of(recorder)[WEFT_CONTEXT_SWITCHES], ==, 1);
    g_assert_cmpuint(count_of(recorder)[WEFT_DOORBELLS], ==, 80);
    g_assert_cmpuint(recorder_counters(recorder, 0)->overruns, ==, 0); /* due together, written one by one */
    g_assert_cmpuint(recorder_counters(recorder, 0)->call_slip_max_ps, ==, 0);
    recorder_free(recorder);
    lab_free(lab);
}

/* Two applications, each with one packet due at 0. On one core the second waits 1 us; on two cores both end
 * at 1 us. */
static void cores_are_first_come_first_served(void)
{
    const struct weft_profile profile = by_call();
    for (uint32_t cores = 1; cores <= 2; cores++) {
        struct lab *lab = lab_of(2, "per-packet", &profile);
        lab->setup.duration_ps = MS;
        lab_server(lab, 0)->applications = 2;
        lab_server(lab, 0)->cores = cores;
        lab_server(lab, 0)->link_bps = UINT64_C(1000000000000);
        lab_stream(lab, 1)->application = 1;
        struct recorder *recorder = lab_record(lab, false);
        g_assert_cmpuint(recorder_at(recorder, 0)->tx_ps, ==, 1 * US);
        g_assert_cmpuint(recorder_at(recorder, 0)->stream, ==, 0); /* ties by core and application number */
        if (cores ==
            1) /* the first packet's interrupt came at 1 us + 11 ns and waits behind the second call */
            g_assert_cmpuint(recorder_at(recorder, 1)->tx_ps, ==, 2 * US);
        else
            g_assert_cmpuint(recorder_at(recorder, 1)->tx_ps, ==, recorder_at(recorder, 0)->sent_ps);
        g_assert_cmpuint(count_of(recorder)[WEFT_CONTEXT_SWITCHES], ==, 2);
        recorder_free(recorder);
        lab_free(lab);
    }
}

/* Two applications with two packets each due at 0, on one core: they take turns, and each turn switches contexts. */
static void turns_switch_contexts(void)
{
    const struct weft_profile profile = by_call();
    struct lab *lab = lab_of(4, "per-packet", &profile);
    static const uint32_t turns[] = {0, 1, 2, 3};
    lab->setup.duration_ps = MS;
    lab_server(lab, 0)->applications = 2;
    lab_stream(lab, 1)->application = lab_stream(lab, 3)->application = 1;
    struct recorder *recorder = lab_record(lab, false);
    for (guint i = 0; i < 4; i++)
        g_assert_cmpuint(recorder_at(recorder, i)->stream, ==, turns[i]);
    g_assert_cmpuint(count_of(recorder)[WEFT_CONTEXT_SWITCHES], ==, 4);
    g_assert_cmpuint(count_of(recorder)[WEFT_TIMER_WAKEUPS], ==, 2);
    recorder_free(recorder);
    lab_free(lab);
}

/* A call of an interval rings once for all of it: with a price per call the first packet starts when the
 * piece ends. */
static void one_call_one_interrupt(void)
{
    const struct weft_profile profile = by_call();
    struct lab *lab = lab_of(8, "interleaved", &profile);
    lab_server(lab, 0)->doorbell_packets = 1024;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder_at(recorder, 0)->tx_ps, ==, 1 * US);
    for (guint i = 0; i < 8 * 36; i++) /* 35.6 packets due in 100 ms: 36 in the first interval */
        g_assert_cmpuint(recorder_at(recorder, i)->tx_ps, ==, 1 * US + i * WIRE);
    g_assert_cmpuint(count_of(recorder)[WEFT_WRITE_CALLS], ==, 10);
    g_assert_cmpuint(count_of(recorder)[WEFT_ENTRIES], ==, 80);
    g_assert_cmpuint(count_of(recorder)[WEFT_INTERRUPTS], ==, 10);
    g_assert_cmpuint(count_of(recorder)[WEFT_DOORBELLS], ==, 10);
    g_assert_cmpuint(count_of(recorder)[WEFT_TIMER_WAKEUPS], ==, 10);
    g_assert_cmpuint(count_of(recorder)[WEFT_REFILLS], ==, 0);
    g_assert_cmpuint(recorder_counters(recorder, 0)->entries_below_packet, ==, 0);
    /* ten calls of 1 us, ten interrupts of 0.5 us, on one core in 1 s */
    g_assert_cmpuint(recorder_counters(recorder, 0)->busy_ps, ==, 15 * US);
    lab->setup.warmup_ps = 500 * MS;
    struct recorder *half = lab_record(lab, false);
    g_assert_cmpuint(recorder_counters(half, 0)->busy_ps, ==, 15 * US / 2);
    recorder_free(half);
    recorder_free(recorder);
    lab_free(lab);
}

/* More packets than slots: 288 packets through 64 slots. The first doorbell takes all 64; each time 32 are
 * left in flight a refill adds 32: ceil((288 - 64) / 32) = 7 refills, the link never idles, one interrupt. */
static void refills_keep_the_link_busy(void)
{
    struct lab *lab = lab_of(8, "interleaved", &weft_profile_free);
    lab->setup.duration_ps = 100 * MS;
    lab_server(lab, 0)->ring_slots = 64;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, 288);
    for (guint i = 0; i < 288; i++)
        g_assert_cmpuint(recorder_at(recorder, i)->tx_ps, ==, i * WIRE);
    g_assert_cmpuint(count_of(recorder)[WEFT_REFILLS], ==, 7);
    g_assert_cmpuint(count_of(recorder)[WEFT_INTERRUPTS], ==, 1);
    recorder_free(recorder);
    lab_free(lab);
}

/* 288 packets back to back take 3184.128 us. At most 1000 interrupts a second: at the first completion, then
 * every millisecond while there are new ones: 11.056 us, 1, 2, 3 ms later, and one for the last 173 us: five.
 */
static void coalescing_limits_interrupts(void)
{
    struct lab *lab = lab_of(8, "per-packet-burst", &weft_profile_free);
    lab->setup.duration_ps = 100 * MS;
    lab_server(lab, 0)->interrupts_per_s = 1000;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, 288);
    g_assert_cmpuint(count_of(recorder)[WEFT_INTERRUPTS], ==, 5);
    lab->setup.write.axes.interrupt = weft_interrupts[0];
    struct recorder *each = lab_record(lab, false);
    g_assert_cmpuint(count_of(each)[WEFT_INTERRUPTS], ==, 288);
    recorder_free(each);
    recorder_free(recorder);
    lab_free(lab);
}

/* Calls of 1 us by per-packet streams, each with one packet in the run, due at `start_ps`; interrupts of 0.5 us. */
static struct lab *lab_of_calls(const struct weft_profile *profile, const weft_ps *start_ps, uint32_t streams)
{
    struct lab *lab = lab_of(streams, "per-packet", profile);
    lab->setup.duration_ps = MS;
    for (uint32_t i = 0; i < streams; i++)
        lab_stream(lab, i)->clock.start_ps = start_ps[i];
    return lab;
}

/* At most 10,000 interrupts a second, to the picosecond: the first at 12.056 us, when packet 0 has gone; the second 100 us
 * later, for packet 1 and for packet 2, which has gone at that very instant. The call that is due then waits for it. */
static void moderation_is_exact(void)
{
    static const weft_ps start_ps[] = {0, 20 * US, 100 * US, 1122 * US / 10};
    const struct weft_profile profile = by_call();
    const weft_ps second_ps = 101 * US + WIRE;
    struct lab *lab = lab_of_calls(&profile, start_ps, 4);
    lab_server(lab, 0)->interrupts_per_s = 10000;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder_at(recorder, 0)->sent_ps + 100 * US, ==, second_ps);
    g_assert_cmpuint(recorder_at(recorder, 2)->sent_ps, ==, second_ps);
    g_assert_cmpuint(recorder_at(recorder, 3)->tx_ps, ==, second_ps + 3 * US / 2);
    g_assert_cmpuint(count_of(recorder)[WEFT_INTERRUPTS], ==, 3);
    lab_stream(lab, 3)->clock.start_ps = MS; /* without it nothing is left to report */
    struct recorder *three = lab_record(lab, false);
    g_assert_cmpuint(count_of(three)[WEFT_INTERRUPTS], ==, 2);
    recorder_free(three);
    recorder_free(recorder);
    lab_free(lab);
}

/* A call that is due at the instant of an interrupt comes after it. */
static void interrupts_come_before_calls(void)
{
    static const weft_ps start_ps[] = {0, US + WIRE};
    const struct weft_profile profile = by_call();
    struct lab *lab = lab_of_calls(&profile, start_ps, 2);
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder_at(recorder, 0)->sent_ps, ==, US + WIRE);
    g_assert_cmpuint(recorder_at(recorder, 1)->tx_ps, ==, US + WIRE + 3 * US / 2);
    recorder_free(recorder);
    lab_free(lab);
}

/* A call that ends at the instant of an interrupt is followed by the call that waits for it, and then by the interrupt.
 * The interrupt is for a packet of the other core. */
static void ends_come_before_interrupts(void)
{
    enum { FAST = 11056 }; /* 1382 bytes at 1 Tbit/s */
    static const weft_ps start_ps[] = {FAST, 0, FAST};
    const struct weft_profile profile = by_call();
    struct lab *lab = lab_of_calls(&profile, start_ps, 3);
    lab_server(lab, 0)->link_bps = UINT64_C(1000000000000);
    lab_server(lab, 0)->applications = lab_server(lab, 0)->cores = 2;
    lab_stream(lab, 1)->application = 1;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder_at(recorder, 0)->stream, ==, 1);
    g_assert_cmpuint(recorder_at(recorder, 0)->sent_ps, ==, US + FAST);
    g_assert_cmpuint(recorder_at(recorder, 1)->tx_ps, ==, US + FAST);
    g_assert_cmpuint(recorder_at(recorder, 2)->tx_ps, ==, 2 * US + FAST);
    recorder_free(recorder);
    lab_free(lab);
}

/* Two of four packets have gone when, at that very instant, another destination's is written: the NIC has chosen the third
 * already, so the fourth has its turn before the newcomer. */
static void turns_come_before_calls(void)
{
    static const uint32_t turns[] = {0, 0, 0, 0, 1};
    struct lab *lab = lab_of(2, "per-destination-fq", &weft_profile_free);
    lab->setup.write.interval_ps = 2 * WIRE;
    lab->setup.duration_ps = 2 * WIRE + 1;
    lab_stream(lab, 0)->clock.rate_bps = UINT64_C(1754666666); /* a packet every 6 us */
    lab_stream(lab, 1)->clock.start_ps = 2 * WIRE;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, G_N_ELEMENTS(turns));
    for (guint i = 0; i < G_N_ELEMENTS(turns); i++) {
        g_assert_cmpuint(recorder_at(recorder, i)->stream, ==, turns[i]);
        g_assert_cmpuint(recorder_at(recorder, i)->tx_ps, ==, i * WIRE);
    }
    recorder_free(recorder);
    lab_free(lab);
}

/* A call of 150 us every 100 us: the k-th starts when its predecessor ends, 150 k us, and every one but the
 * first is an overrun. */
static void overruns_slip(void)
{
    struct weft_profile profile = {.name = "slow"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = 150000000;
    struct lab *lab = lab_of(1, "interleaved", &profile);
    lab->setup.duration_ps = MS;
    lab->setup.write.interval_ps = 100 * US;
    lab_stream(lab, 0)->clock.rate_bps = UINT64_C(1316) * 8 * 1000 * 20; /* a packet every 50 us */
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, 20);
    for (guint i = 0; i < 20; i += 2)
        g_assert_cmpuint(recorder_at(recorder, i)->tx_ps, ==, 150 * US * (i / 2 + 1));
    g_assert_cmpuint(recorder_counters(recorder, 0)->overruns, ==, 9);
    g_assert_cmpuint(recorder_counters(recorder, 0)->cpu_overruns, ==, 9);
    g_assert_cmpuint(recorder_counters(recorder, 0)->call_slip_max_ps, ==, 9 * 50 * US);
    g_assert_cmpuint(count_of(recorder)[WEFT_WRITE_CALLS], ==, 10);
    g_assert_cmpuint(count_of(recorder)[WEFT_TIMER_WAKEUPS], ==, 1);
    g_assert_cmpuint(recorder_counters(recorder, 0)->busy_ps, ==, MS); /* clipped at the end of the run */
    recorder_free(recorder);
    lab_free(lab);
}

/* Three packets at once, each write 10.6 ms: stream 0 at 0, two more at 1 ns. Both others were due while the first was
 * being written. */
static void overruns_count_each_late_write(void)
{
    struct weft_profile profile = {.name = "slow"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = 10600000000;
    struct lab *lab = lab_of(3, "per-packet", &profile);
    lab->setup.duration_ps = 2000;
    lab->setup.write.interval_ps = 2000;
    lab_stream(lab, 1)->clock.start_ps = lab_stream(lab, 2)->clock.start_ps = 1000;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, 3);
    g_assert_cmpuint(recorder_counters(recorder, 0)->overruns, ==, 2);
    recorder_free(recorder);
    lab_free(lab);
}

/* A link of a third of the load: calls wait for the ring and make later ones late, which is not the CPU's doing. A call has 288
 * packets of 1.1056 ms each. Through 16 slots 16 go at once and 8 whenever 8 are in flight, so the last 8 are rung when 272 have
 * gone; the second call, due at 100 ms, begins then. */
static void ring_makes_calls_late(void)
{
    struct lab *lab = lab_of(8, "interleaved", &weft_profile_free);
    lab->setup.duration_ps = 200 * MS;
    lab_server(lab, 0)->link_bps = UINT64_C(10000000);
    lab_server(lab, 0)->ring_slots = 16;
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_host_counters *counters = recorder_counters(recorder, 0);
    g_assert_cmpuint(recorder_at(recorder, 271)->sent_ps, ==, 272 * 100 * WIRE);
    g_assert_cmpuint(counters->call_slip_max_ps, ==, 272 * 100 * WIRE - 100 * MS);
    g_assert_cmpuint(counters->overruns, ==, 1);
    g_assert_cmpuint(counters->cpu_overruns, ==, 0);
    recorder_free(recorder);
    lab_free(lab);
}

/* Writes of one packet are outside the claimed regime (R2), and warm-up leaves out the calls before it. */
static void regime_and_warmup(void)
{
    struct lab *lab = lab_of(8, "per-packet", &weft_profile_free);
    struct recorder *all = lab_record(lab, false);
    uint64_t calls = count_of(all)[WEFT_WRITE_CALLS];
    g_assert_cmpuint(recorder_counters(all, 0)->entries_below_packet, ==, calls);
    lab->setup.warmup_ps = 500 * MS;
    struct recorder *half = lab_record(lab, false);
    uint64_t before = 8 * weft_clock_due_before(&lab_stream(lab, 0)->clock, 500 * MS);
    g_assert_cmpuint(half->record->len, ==, all->record->len);
    g_assert_cmpuint(count_of(half)[WEFT_WRITE_CALLS], ==, calls - before);
    recorder_free(half);
    recorder_free(all);
    lab_free(lab);
}

/* What is written together need not have been due together: at 200 ms a stored stream's packets from there on, and a live
 * one's of the 100 ms before. Warm-up ends there; each call counts with its first packet. */
static void calls_count_one_by_one(void)
{
    struct lab *lab = lab_of(2, "per-packet-burst", &weft_profile_free);
    const struct weft_clock *clock = &lab_stream(lab, 0)->clock;
    uint64_t before = weft_clock_due_before(clock, 200 * MS), all = weft_clock_due_before(clock, 300 * MS);
    lab->setup.duration_ps = 300 * MS;
    lab->setup.warmup_ps = 200 * MS;
    lab_stream(lab, 1)->live = true;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, all + before);
    g_assert_cmpuint(count_of(recorder)[WEFT_WRITE_CALLS], ==, all - before);
    g_assert_cmpuint(count_of(recorder)[WEFT_PACKETS], ==, all - before);
    recorder_free(recorder);
    lab_free(lab);
}

/* Launch times: packet j of the W of an interval goes out at kT + j T / W, rounded down; the link is faster than that. */
static void pacing_spreads_an_interval(void)
{
    struct lab *lab = lab_of(8, "interleaved-paced", &weft_profile_free);
    lab->setup.duration_ps = 100 * MS;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, 288);
    for (guint j = 0; j < 288; j++)
        g_assert_cmpuint(recorder_at(recorder, j)->tx_ps, ==, j * 100 * MS / 288);
    g_assert_cmpuint(count_of(recorder)[WEFT_WRITE_CALLS], ==, 1);
    g_assert_cmpuint(count_of(recorder)[WEFT_INTERRUPTS], ==, 1);
    recorder_free(recorder);
    lab_free(lab);
}

/* A queue per destination: written destination after destination, sent in turn. All doorbells ring at 0. With one
 * interrupt a call, it comes when the last packet of the call has gone, whichever that is. */
static void queues_take_turns(void)
{
    struct lab *lab = lab_of(8, "per-destination-fq", &weft_profile_free);
    lab->setup.duration_ps = 100 * MS;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, 288);
    for (guint i = 0; i < 288; i++) {
        g_assert_cmpuint(recorder_at(recorder, i)->stream, ==, i % 8);
        g_assert_cmpuint(recorder_at(recorder, i)->tx_ps, ==, i * WIRE);
    }
    g_assert_cmpuint(count_of(recorder)[WEFT_WRITE_CALLS], ==, 8);
    g_assert_cmpuint(count_of(recorder)[WEFT_STACK_WALKS], ==, 8);
    g_assert_cmpuint(count_of(recorder)[WEFT_SPLITS], ==, 288);
    lab->setup.write.axes.interrupt = lab_method("interleaved")->interrupt;
    struct recorder *last = lab_record(lab, false);
    g_assert_cmpuint(count_of(last)[WEFT_INTERRUPTS], ==, 8);
    recorder_free(last);
    recorder_free(recorder);
    lab_free(lab);
}

static uint64_t runs_of(uint64_t packets, uint32_t payload_bytes, uint64_t *descriptors)
{
    struct lab *lab = lab_of(1, "per-destination", &weft_profile_free);
    lab->setup.write.axes.segmentation = &weft_segmentation_nic;
    lab->setup.write.interval_ps = lab->setup.duration_ps = 10 * MS;
    lab_server(lab, 0)->doorbell_packets = 256;
    lab_stream(lab, 0)->clock.payload_bytes = payload_bytes;
    lab_stream(lab, 0)->clock.rate_bps = packets * payload_bytes * 8 * 100;
    struct recorder *recorder = lab_record(lab, false);
    uint64_t runs = count_of(recorder)[WEFT_PACKETS];
    g_assert_cmpuint(recorder->record->len, ==, packets);
    g_assert_cmpuint(count_of(recorder)[WEFT_DOORBELLS], ==, 1);
    g_assert_cmpuint(count_of(recorder)[WEFT_HEADER_BLOCKS], ==, 3 * runs);
    *descriptors = count_of(recorder)[WEFT_DESCRIPTORS];
    recorder_free(recorder);
    lab_free(lab);
    return runs;
}

/* The NIC cuts runs of at most 64 packets and 65,535 bytes: one header and one gather list each, of the pages of kernel
 * memory that the run fills. */
static void runs_have_limits(void)
{
    uint64_t descriptors;
    g_assert_cmpuint(runs_of(128, 200, &descriptors), ==, 2);
    g_assert_cmpuint(descriptors, ==, 2 * (1 + 4)); /* 12,800 B are 4 pages */
    g_assert_cmpuint(runs_of(129, 200, &descriptors), ==, 3);
    g_assert_cmpuint(descriptors, ==, 2 * (1 + 4) + 2);
    g_assert_cmpuint(runs_of(102, 1285, &descriptors), ==, 2); /* 51 x 1,285 B are 65,535 */
    g_assert_cmpuint(descriptors, ==, 2 * (1 + 16));
    g_assert_cmpuint(runs_of(128, 1024, &descriptors), ==, 3); /* 64 x 1,024 B are one too many */
    g_assert_cmpuint(descriptors, ==, 2 * (1 + 16) + 2);
}

/* What is live in [kT, (k+1)T) is written at (k+1)T; the last interval of the run is not. */
static void live_waits_for_its_data(void)
{
    struct lab *lab = lab_of(1, "interleaved", &weft_profile_free);
    lab->setup.duration_ps = 300 * MS;
    lab_stream(lab, 0)->live = true;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, weft_clock_due_before(&lab_stream(lab, 0)->clock, 200 * MS));
    g_assert_cmpuint(recorder_at(recorder, 0)->tx_ps, ==, 100 * MS);
    g_assert_cmpuint(recorder_at(recorder, 36)->tx_ps, ==, 200 * MS);
    g_assert_cmpuint(count_of(recorder)[WEFT_WRITE_CALLS], ==, 2);
    recorder_free(recorder);
    lab_free(lab);
}

static double cycles_per_packet(struct lab *lab)
{
    struct recorder *recorder = lab_record(lab, false);
    uint64_t mcycles = weft_ledger_mcycles(&recorder_counters(recorder, 0)->ledger,
                                           lab_server(lab, 0)->profile, WEFT_TYPICAL);
    double cycles = (double)mcycles / 1000 / recorder->record->len;
    recorder_free(recorder);
    return cycles;
}

/* Reference numbers, 9.1: with g packets an entry, cycles per packet follow a / g + b. One stack walk per entry at
 * g = 2 costs about half of a walk per packet, not a twentieth. */
static void cost_follows_the_entry(void)
{
    struct lab *lab = lab_of(64, "per-packet-burst", &weft_profile_modern_x86);
    const weft_ps packet_ps = UINT64_C(1316) * 8 * 100000;
    double cost[5];
    lab_server(lab, 0)->cpu_hz = UINT64_C(3000000000);
    for (guint i = 0; i < 64; i++)
        lab_stream(lab, i)->clock.rate_bps = UINT64_C(10000000); /* a packet every 1.0528 ms */
    lab->setup.duration_ps = 64 * packet_ps;
    lab->setup.write.interval_ps = 2 * packet_ps;
    double per_packet = cycles_per_packet(lab);
    lab_use(lab, lab_method("per-destination"));
    lab->setup.write.axes.segmentation = &weft_segmentation_nic;
    for (guint i = 0; i < 5; i++) { /* g = 1, 2, 4, 8, 16 */
        lab->setup.write.interval_ps = packet_ps << i;
        cost[i] = cycles_per_packet(lab);
    }
    g_assert_cmpfloat(cost[1] / per_packet, >, 0.4);
    g_assert_cmpfloat(cost[1] / per_packet, <, 0.6);
    double a = (cost[0] - cost[1]) * 2, b = cost[0] - a;
    for (guint i = 2; i < 5; i++)
        g_assert_cmpfloat_with_epsilon(cost[i], a / (1 << i) + b, 0.05 * cost[i] + 20);
    lab_free(lab);
}

/* The interval selected from the bit rate (R7): two packet times of the slowest stream; each entry then has
 * two. */
static void interval_from_the_rate(void)
{
    struct lab *lab = lab_of(2, "interleaved", &weft_profile_free);
    lab->setup.write.interval_ps = 0;
    lab_stream(lab, 0)->clock.rate_bps = UINT64_C(1316) * 8 * 100; /* a packet every 10 ms */
    g_assert_cmpuint(weft_setup_interval(lab_setup(lab)), ==, 20 * MS);
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(count_of(recorder)[WEFT_WRITE_CALLS], ==, 50);
    g_assert_cmpuint(recorder_counters(recorder, 0)->entries_below_packet, ==, 0);
    recorder_free(recorder);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/calls-take-their-time", calls_take_their_time);
    g_test_add_func("/host/cores-are-first-come-first-served", cores_are_first_come_first_served);
    g_test_add_func("/host/turns-switch-contexts", turns_switch_contexts);
    g_test_add_func("/host/one-call-one-interrupt", one_call_one_interrupt);
    g_test_add_func("/host/refills-keep-the-link-busy", refills_keep_the_link_busy);
    g_test_add_func("/host/coalescing-limits-interrupts", coalescing_limits_interrupts);
    g_test_add_func("/host/moderation-is-exact", moderation_is_exact);
    g_test_add_func("/host/ties/interrupts-before-calls", interrupts_come_before_calls);
    g_test_add_func("/host/ties/ends-before-interrupts", ends_come_before_interrupts);
    g_test_add_func("/host/ties/turns-before-calls", turns_come_before_calls);
    g_test_add_func("/host/overruns-slip", overruns_slip);
    g_test_add_func("/host/overruns-count-each-late-write", overruns_count_each_late_write);
    g_test_add_func("/host/ring-makes-calls-late", ring_makes_calls_late);
    g_test_add_func("/host/regime-and-warmup", regime_and_warmup);
    g_test_add_func("/host/calls-count-one-by-one", calls_count_one_by_one);
    g_test_add_func("/host/pacing-spreads-an-interval", pacing_spreads_an_interval);
    g_test_add_func("/host/queues-take-turns", queues_take_turns);
    g_test_add_func("/host/runs-have-limits", runs_have_limits);
    g_test_add_func("/host/live-waits-for-its-data", live_waits_for_its_data);
    g_test_add_func("/host/cost-follows-the-entry", cost_follows_the_entry);
    g_test_add_func("/host/interval-from-the-rate", interval_from_the_rate);
    return g_test_run();
}
