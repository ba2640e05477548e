/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupts that wait for others, none at all, and the core that they run on, by hand. As in host.c: link 1 Gbit/s, 1382 bytes
 * on the wire, 11.056 us; a core of 1 GHz. */

#include "lab.h"

#define US   UINT64_C(1000000)
#define MS   (1000 * US)
#define WIRE (11056 * US / 1000)

/* One call of `packets` packets in the run, from a stream each; nothing takes time. */
static struct lab *lab_of_burst(guint packets, const char *interrupt, uint64_t argument, weft_ps delay_ps)
{
    struct lab *lab = lab_new(packets);
    lab_use(lab, lab_method("interleaved"));
    lab->setup.duration_ps = lab->setup.write.interval_ps = MS; /* a packet is due every 2.8 ms */
    lab->setup.write.axes.interrupt = lab_interrupt(interrupt);
    lab->setup.write.interrupt_argument = argument;
    lab_server(lab, 0)->interrupt_delay_ps = delay_ps;
    lab_server(lab, 0)->cpu_hz = UINT64_C(1000000000);
    return lab;
}

static uint64_t count_of(struct recorder *recorder, enum weft_event event)
{
    return recorder_counters(recorder, 0)->ledger.count[event];
}

/* Runs and frees the lab. */
static uint64_t count_in(struct lab *lab, enum weft_event event)
{
    struct recorder *recorder = lab_record(lab, false);
    uint64_t count = count_of(recorder, event);
    recorder_free(recorder);
    lab_free(lab);
    return count;
}

/* n packets back to back, one every w: an interrupt reports N of them, or as many as are sent within the delay D after the
 * first, floor(D / w) + 1; so the least of both, and ceil(n / that) interrupts. */
static void bursts_have_a_closed_form(void)
{
    static const guint packets[] = {1, 2, 31, 32, 33, 100};
    static const uint64_t thresholds[] = {1, 2, 7, 32, 1000};
    static const weft_ps delays_ps[] = {0,        US,           WIRE - 1, WIRE,      WIRE + 1, 16 * US,
                                        6 * WIRE, 7 * WIRE - 1, 100 * US, 40 * WIRE, MS,       900 * MS};
    for (gsize i = 0; i < G_N_ELEMENTS(packets); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(thresholds); j++)
            for (gsize k = 0; k < G_N_ELEMENTS(delays_ps); k++) {
                uint64_t together = MIN(thresholds[j], delays_ps[k] / WIRE + 1);
                uint64_t got = count_in(lab_of_burst(packets[i], "threshold", thresholds[j], delays_ps[k]),
                                        WEFT_INTERRUPTS);
                g_test_message("%u packets, threshold %" G_GUINT64_FORMAT ", delay %" G_GUINT64_FORMAT " ps",
                               packets[i], thresholds[j], delays_ps[k]);
                g_assert_cmpuint(got, ==, (packets[i] + together - 1) / together);
            }
}

/* As a plain list says it: packets in the order in which they went, each interrupt from its first packet on. */
static uint64_t interrupts_of(struct recorder *recorder, uint64_t threshold, weft_ps delay_ps)
{
    uint64_t interrupts = 0;
    for (guint first = 0, i; first < recorder->record->len; first = i, interrupts++) {
        weft_ps until_ps = recorder_at(recorder, first)->sent_ps + delay_ps;
        for (i = first; i < recorder->record->len; i++)
            if (i - first == threshold || recorder_at(recorder, i)->sent_ps > until_ps)
                break;
    }
    return interrupts;
}

/* Random servers, loads, paces and rings. */
static void random_loads_agree_with_a_list(void)
{
    enum { LABS = 300 };
    guint seen[2] = {0};
    for (guint n = 0; n < LABS; n++) {
        guint32 seed = (guint32)g_test_rand_int();
        GRand *rand = g_rand_new_with_seed(seed);
        struct lab *lab = lab_random(rand);
        lab_use(lab, lab_method(g_rand_boolean(rand) ? "interleaved" : "per-destination-fq"));
        lab_pace_random(lab, rand);
        uint64_t threshold = 1u << g_rand_int_range(rand, 0, 7);
        lab->setup.write.axes.interrupt = lab_interrupt("threshold");
        lab->setup.write.interrupt_argument = threshold;
        g_array_set_size(lab->server, 1);
        for (guint i = 0; i < lab->stream->len; i++) {
            lab_stream(lab, i)->server = 0;
            lab_stream(lab, i)->application %= lab_server(lab, 0)->applications;
        }
        struct weft_server *server = lab_server(lab, 0);
        if (lab->setup.write.axes.pacing->shapes)
            lab->setup.write.pacing_argument = MIN(lab->setup.write.pacing_argument, server->link_bps);
        struct recorder *recorder = lab_record(lab, false);
        uint64_t expected = interrupts_of(recorder, threshold, server->interrupt_delay_ps);
        g_test_message("seed %u", seed);
        g_assert_cmpuint(count_of(recorder, WEFT_INTERRUPTS), ==, expected);
        seen[0] += expected < recorder->record->len;
        seen[1] += expected > (recorder->record->len + threshold - 1) / threshold;
        recorder_free(recorder);
        lab_free(lab);
        g_rand_free(rand);
    }
    g_assert_cmpuint(seen[0], >, LABS / 10); /* some waited for others */
    g_assert_cmpuint(seen[1], >, LABS / 10); /* and some not long enough for as many as the threshold */
}

/* Interrupts of 0.5 us, calls of 1 us: `start_ps` says when each stream's one packet is written. */
static struct lab *lab_of_calls(const struct weft_profile *profile, const weft_ps *start_ps, guint streams)
{
    struct lab *lab = lab_new(streams);
    lab_use(lab, lab_method("per-packet"));
    lab->setup.duration_ps = MS;
    lab_server(lab, 0)->cpu_hz = UINT64_C(1000000000);
    lab_server(lab, 0)->profile = profile;
    for (guint i = 0; i < streams; i++)
        lab_stream(lab, i)->clock.start_ps = start_ps[i];
    return lab;
}

static struct weft_profile by_call(void)
{
    struct weft_profile profile = {.name = "by-call"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = 1000000;
    profile.price[WEFT_INTERRUPTS].typical_mcycles = 500000;
    return profile;
}

/* To the picosecond. Packets go at 12.056, 62.056, 112.056 us, each 50 us after the one before; three make the threshold and
 * a call that is due at that very instant comes after the interrupt. With one more to wait for it comes when the delay is
 * over, at 12.056 + 100.5 us, which a call that is due then feels, and one a picosecond earlier does not. */
static void thresholds_are_exact(void)
{
    const struct weft_profile profile = by_call();
    const weft_ps third_ps = 101 * US + WIRE, delay_ps = 100 * US + US / 2;
    for (uint64_t threshold = 3; threshold <= 4; threshold++)
        for (guint early = 0; early <= 1; early++) {
            const weft_ps raised_ps = threshold == 3 ? third_ps : US + WIRE + delay_ps;
            const weft_ps start_ps[] = {0, 50 * US, 100 * US, raised_ps - early};
            struct lab *lab = lab_of_calls(&profile, start_ps, 4);
            lab->setup.write.axes.interrupt = lab_interrupt("threshold");
            lab->setup.write.interrupt_argument = threshold;
            lab_server(lab, 0)->interrupt_delay_ps = delay_ps;
            struct recorder *recorder = lab_record(lab, false);
            g_assert_cmpuint(recorder_at(recorder, 2)->sent_ps, ==, third_ps);
            g_assert_cmpuint(recorder_at(recorder, 3)->tx_ps, ==,
                             raised_ps + US + (early ? -UINT64_C(1) : US / 2));
            g_assert_cmpuint(count_of(recorder, WEFT_INTERRUPTS), ==, 2);
            recorder_free(recorder);
            lab_free(lab);
        }
}

/* A packet every 30 us on one application's core, and another application that writes at a time of its own. Its call is
 * delayed by the interrupt that came 0.2 us before, by what is left of its 0.5 us, where they share a core; on a core of
 * their own interrupts delay nobody. */
static void interrupts_delay_who_shares_their_core(void)
{
    static const struct {
        uint32_t cores, interrupt_core;
        weft_ps late_ps;
    } rows[] = {{1, 0, 3 * US / 10}, {2, 0, 0},           {2, 1, 3 * US / 10},
                {3, 0, 0},           {3, 1, 3 * US / 10}, {3, 2, 0}};
    const struct weft_profile profile = by_call();
    static const weft_ps start_ps[] = {0, US + WIRE + US / 5};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct lab *lab = lab_of_calls(&profile, start_ps, 2);
        lab->setup.write.axes.interrupt = lab_interrupt("per-packet");
        lab_server(lab, 0)->applications = 2;
        lab_server(lab, 0)->cores = rows[i].cores;
        lab_server(lab, 0)->interrupt_core = rows[i].interrupt_core;
        lab_stream(lab, 1)->application = 1;
        struct recorder *recorder = lab_record(lab, false);
        g_assert_cmpuint(recorder_at(recorder, 1)->tx_ps, ==, start_ps[1] + US + rows[i].late_ps);
        g_assert_cmpuint(recorder_counters(recorder, 0)->call_slip_max_ps, ==, rows[i].late_ps);
        g_assert_cmpuint(recorder_counters(recorder, 0)->busy_ps, ==, 3 * US); /* two calls, two interrupts */
        recorder_free(recorder);
        lab_free(lab);
    }
}

/* Calls back to back on one core: each interrupt that comes meanwhile takes its cycles from them, so n calls and m interrupts
 * end after their sum; with interrupts on another core after that of the calls. */
static void interrupts_take_cycles_from_calls(void)
{
    enum { CALLS = 80 };
    const struct weft_profile profile = by_call();
    weft_ps start_ps[CALLS] = {0};
    for (uint32_t core = 0; core <= 1; core++) {
        struct lab *lab = lab_of_calls(&profile, start_ps, CALLS);
        lab->setup.write.axes.interrupt = lab_interrupt("per-packet");
        lab_server(lab, 0)->cores = 2;
        lab_server(lab, 0)->interrupt_core = core;
        lab_server(lab, 0)->link_bps = UINT64_C(1000000000000); /* 11 ns a packet */
        struct recorder *recorder = lab_record(lab, false);
        /* the last call begins when all others and, on their core, their interrupts are over: each comes as the next call
         * has begun, and is served behind it and before the one after */
        weft_ps before_ps = (CALLS - 1) * US + (core ? 0 : (CALLS - 2) * US / 2);
        g_assert_cmpuint(recorder_at(recorder, CALLS - 1)->tx_ps, ==, before_ps + US);
        recorder_free(recorder);
        lab_free(lab);
    }
}

/* Polled: no interrupt, and a look at each piece, ceil(288 / doorbell). Through 64 slots: the first 64 packets, one more look
 * that finds them all in flight, and seven refills. */
static void polled_looks_at_each_piece(void)
{
    static const struct {
        uint32_t ring, doorbell, doorbells, polls;
    } rows[] = {{512, 64, 5, 5}, {512, 1024, 1, 1}, {512, 1, 288, 288}, {512, 7, 42, 42}, {64, 64, 8, 9}};
    struct weft_profile profile = {.name = "by-look"};
    profile.price[WEFT_COMPLETION_POLLS].typical_mcycles = 100000;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct lab *lab = lab_new(8);
        lab_use(lab, lab_method("interleaved"));
        lab->setup.duration_ps = 100 * MS; /* 36 packets of each stream */
        lab->setup.write.axes.interrupt = lab_interrupt("polled");
        lab_server(lab, 0)->cpu_hz = UINT64_C(1000000000);
        lab_server(lab, 0)->profile = &profile;
        lab_server(lab, 0)->ring_slots = rows[i].ring;
        lab_server(lab, 0)->doorbell_packets = rows[i].doorbell;
        struct recorder *recorder = lab_record(lab, false);
        g_assert_cmpuint(recorder->record->len, ==, 288);
        g_assert_cmpuint(count_of(recorder, WEFT_INTERRUPTS), ==, 0);
        g_assert_cmpuint(count_of(recorder, WEFT_DOORBELLS), ==, rows[i].doorbells);
        g_assert_cmpuint(count_of(recorder, WEFT_COMPLETION_POLLS), ==, rows[i].polls);
        g_assert_cmpuint(recorder_counters(recorder, 0)->busy_ps, ==, rows[i].polls * US / 10);
        g_assert_cmpuint(recorder_at(recorder, 0)->tx_ps, ==, US / 10);
        recorder_free(recorder);
        lab_free(lab);
    }
    g_assert_cmpuint(count_in(lab_of_burst(8, "coalesced", 0, 0), WEFT_COMPLETION_POLLS), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/interrupts/bursts", bursts_have_a_closed_form);
    g_test_add_func("/host/interrupts/random-loads", random_loads_agree_with_a_list);
    g_test_add_func("/host/interrupts/thresholds-are-exact", thresholds_are_exact);
    g_test_add_func("/host/interrupts/shared-core", interrupts_delay_who_shares_their_core);
    g_test_add_func("/host/interrupts/take-cycles", interrupts_take_cycles_from_calls);
    g_test_add_func("/host/interrupts/polled", polled_looks_at_each_piece);
    return g_test_run();
}
