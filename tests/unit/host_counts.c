/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How often a server wakes, switches contexts and rings, in closed forms and against plain lists. */

#include "lab.h"

#define US UINT64_C(1000000)
#define MS (1000 * US)

static const uint64_t *count_of(struct recorder *recorder)
{
    return recorder_counters(recorder, 0)->ledger.count;
}

/* --- timer wake-ups --- */

/* The instants at which an application has something to write: those at which packets are due, or the beginnings of the intervals
 * in which any is. Packet n is due at start + n x payload x 8 / rate. */
static uint64_t instants_of(struct lab *lab, uint32_t application, bool by_packet)
{
    GHashTable *seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint s = 0; s < lab->stream->len; s++) {
        const struct weft_stream *stream = lab_stream(lab, s);
        const struct weft_clock *clock = &stream->clock;
        for (uint64_t n = 0; stream->application == application; n++) {
            weft_u128 bits = (weft_u128)n * clock->payload_bytes * 8;
            weft_ps due_ps = clock->start_ps + (weft_ps)(bits * WEFT_PS_PER_S / clock->rate_bps);
            if (due_ps >= lab->setup.duration_ps)
                break;
            weft_ps interval_ps = by_packet ? 1 : lab->setup.write.interval_ps;
            guint64 at_ps = due_ps / interval_ps * interval_ps;
            g_hash_table_add(seen, g_memdup2(&at_ps, sizeof at_ps));
        }
    }
    uint64_t instants = g_hash_table_size(seen);
    g_hash_table_unref(seen);
    return instants;
}

/* 3.75 Mbit/s in packets of 1316 B are 357 in 1 s: as many wake-ups with pacing `packet`, and ten with any other, for the ten
 * intervals; slices go on by timers of their own, 7 of 8 and 10. */
static void wakeups_depend_on_pacing(void)
{
    static const struct {
        const char *pacing;
        uint64_t argument, wakeups, slice_timers;
    } rows[] = {{"none", 0, 10, 0},
                {"interval", 0, 10, 0},
                {"rate", 10000000, 10, 0},
                {"slice", 8, 10, 70},
                {"packet", 0, 357, 0}};
    for (int i = 0; weft_pacings[i]; i++) {
        gsize row = 0;
        while (!g_str_equal(rows[row].pacing, weft_pacings[i]->name))
            g_assert_cmpuint(++row, <, G_N_ELEMENTS(rows)); /* no pacing is left out */
        struct lab *lab = lab_new(1);
        lab_use(lab, lab_method("interleaved"));
        lab_pace(lab, rows[row].pacing, rows[row].argument);
        struct recorder *recorder = lab_record(lab, false);
        g_assert_cmpuint(count_of(recorder)[WEFT_TIMER_WAKEUPS], ==, rows[row].wakeups);
        g_assert_cmpuint(count_of(recorder)[WEFT_SLICE_TIMERS], ==, rows[row].slice_timers);
        g_assert_cmpuint(count_of(recorder)[WEFT_CONTEXT_SWITCHES], ==, rows[row].wakeups);
        recorder_free(recorder);
        lab_free(lab);
    }
}

/* Several applications with streams of random rates and starts, where nothing takes time. */
static void random_wakeups_agree_with_a_list(void)
{
    enum { LABS = 60, STREAMS = 7 };
    guint32 seed = (guint32)g_test_rand_int();
    GRand *rand = g_rand_new_with_seed(seed);
    g_test_message("seed %u", seed);
    for (guint n = 0; n < LABS; n++) {
        struct lab *lab = lab_new(STREAMS);
        uint64_t expected = 0;
        lab_use(lab, lab_method(g_rand_boolean(rand) ? "interleaved"
                                                     : "per-destination")); /* one call, or several */
        lab_pace_random(lab, rand);
        lab->setup.write.interval_ps = (weft_ps)g_rand_int_range(rand, 1, 50) * MS;
        lab->setup.duration_ps = 333 * MS;
        lab_server(lab, 0)->ring_slots = 4096;
        lab_server(lab, 0)->applications = (uint32_t)g_rand_int_range(rand, 1, 4);
        for (guint s = 0; s < STREAMS; s++) {
            struct weft_stream *stream = lab_stream(lab, s);
            stream->application = s % lab_server(lab, 0)->applications;
            stream->clock.rate_bps = (uint64_t)g_rand_int_range(rand, 500000, 8000000) / 500000 * 500000;
            stream->clock.start_ps = (weft_ps)g_rand_int_range(rand, 0, 4) * 50 * MS;
        }
        for (uint32_t a = 0; a < lab_server(lab, 0)->applications; a++)
            expected += instants_of(lab, a, lab->setup.write.axes.pacing->at_packet_times);
        struct recorder *recorder = lab_record(lab, false);
        g_assert_cmpuint(count_of(recorder)[WEFT_REFILLS], ==, 0);
        g_assert_cmpuint(count_of(recorder)[WEFT_TIMER_WAKEUPS], ==, expected);
        recorder_free(recorder);
        lab_free(lab);
    }
    g_rand_free(rand);
}

/* --- context switches --- */

enum { CALLS = 5 };

/* Each application has `CALLS` calls, due at once, that take 1 us and 2 us for a context switch; nothing else is on the cores. */
static struct lab *lab_of_applications(const struct weft_profile *profile, uint32_t applications,
                                       uint32_t cores)
{
    struct lab *lab = lab_new(applications * CALLS);
    lab_use(lab, lab_method("per-packet"));
    lab->setup.duration_ps = MS;
    lab->setup.write.axes.interrupt = lab_interrupt("polled");
    struct weft_server *server = lab_server(lab, 0);
    server->cpu_hz = UINT64_C(1000000000);
    server->link_bps = UINT64_C(1000000000000);
    server->profile = profile;
    server->applications = applications;
    server->cores = cores;
    for (guint s = 0; s < applications * CALLS; s++)
        lab_stream(lab, s)->application = s % applications;
    return lab;
}

/* Application a is on core a modulo cores. Where a core has several they take turns, and each call switches contexts; one alone is
 * switched to once, as it wakes. The last core is done when all its calls are. */
static void check_applications(struct recorder *recorder, uint32_t applications, uint32_t cores)
{
    uint64_t switches = 0;
    weft_ps last_ps = 0, busy_ps = 0;
    for (uint32_t core = 0; core < cores; core++) {
        uint32_t here = (applications + cores - 1 - core) / cores;
        uint64_t switches_here = here > 1 ? here * CALLS : here;
        weft_ps done_ps = here * CALLS * US + switches_here * 2 * US;
        switches += switches_here;
        busy_ps += done_ps;
        last_ps = MAX(last_ps, done_ps);
    }
    const struct weft_host_counters *counters = recorder_counters(recorder, 0);
    g_test_message("%u applications on %u cores", applications, cores);
    g_assert_cmpuint(counters->ledger.count[WEFT_TIMER_WAKEUPS], ==, applications);
    g_assert_cmpuint(counters->ledger.count[WEFT_CONTEXT_SWITCHES], ==, switches);
    g_assert_cmpuint(counters->busy_ps, ==, busy_ps);
    g_assert_cmpuint(counters->busiest_core_ps, ==, last_ps);
    weft_ps latest_ps = recorder_at(recorder, applications * CALLS - 1)->tx_ps;
    g_assert_cmpuint(latest_ps, >=, last_ps); /* packets that were rung at one instant follow each other */
    g_assert_cmpuint(latest_ps, <, last_ps + US);
}

static void applications_share_cores(void)
{
    struct weft_profile profile = {.name = "by-call"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = 1000000;
    profile.price[WEFT_CONTEXT_SWITCHES].typical_mcycles = 2000000;
    for (uint32_t applications = 1; applications <= 4; applications++)
        for (uint32_t cores = 1; cores <= 5; cores++) {
            struct lab *lab = lab_of_applications(&profile, applications, cores);
            struct recorder *recorder = lab_record(lab, false);
            check_applications(recorder, applications, cores);
            recorder_free(recorder);
            lab_free(lab);
        }
}

/* --- doorbells --- */

/* 36 packets to each of S destinations, d a doorbell: ceil(36 S / d) in one call, S ceil(36 / d) in one for each destination, and
 * one a packet where each packet walks the stack. */
static void doorbells_are_batched(void)
{
    static const guint streams[] = {1, 2, 3, 8};
    static const uint32_t doorbells[] = {1, 2, 7, 35, 36, 37, 64, 4096};
    for (gsize i = 0; i < G_N_ELEMENTS(streams); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(doorbells); j++) {
            const guint n = streams[i], d = doorbells[j];
            const struct {
                const char *method;
                uint64_t doorbells;
            } rows[] = {{"interleaved", (36 * n + d - 1) / d},
                        {"per-destination", n * ((36 + d - 1) / d)},
                        {"batched", 36 * n}};
            for (gsize k = 0; k < G_N_ELEMENTS(rows); k++) {
                struct lab *lab = lab_new(n);
                lab_use(lab, lab_method(rows[k].method));
                lab->setup.duration_ps = 100 * MS;
                lab_server(lab, 0)->doorbell_packets = d;
                struct recorder *recorder = lab_record(lab, false);
                g_test_message("%u destinations, %u a doorbell, %s", n, d, rows[k].method);
                g_assert_cmpuint(count_of(recorder)[WEFT_DOORBELLS], ==, rows[k].doorbells);
                recorder_free(recorder);
                lab_free(lab);
            }
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/counts/wakeups", wakeups_depend_on_pacing);
    g_test_add_func("/host/counts/random-wakeups", random_wakeups_agree_with_a_list);
    g_test_add_func("/host/counts/context-switches", applications_share_cores);
    g_test_add_func("/host/counts/doorbells", doorbells_are_batched);
    return g_test_run();
}
