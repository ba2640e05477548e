/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pacing by slices and by rate on one server, by hand: when each packet goes out, and what it costs in timers, doorbells and
 * interrupts. As in host.c: link 1 Gbit/s, 1382 bytes on the wire, 11.056 us; a core of 1 GHz; 8 streams of 36 packets in
 * the one interval of 100 ms. */

#include "lab.h"

#define US   UINT64_C(1000000)
#define MS   (1000 * US)
#define WIRE (11056 * US / 1000)
enum { PACKETS = 288, BITS = 8 * 1382 };

static struct lab *lab_of(const char *method, const char *pacing, uint64_t argument,
                          const struct weft_profile *profile)
{
    struct lab *lab = lab_new(8);
    lab_use(lab, lab_method(method));
    lab_pace(lab, pacing, argument);
    lab->setup.duration_ps = 100 * MS;
    lab_server(lab, 0)->cpu_hz = UINT64_C(1000000000);
    lab_server(lab, 0)->profile = profile;
    return lab;
}

static const uint64_t *count_of(struct recorder *recorder)
{
    return recorder_counters(recorder, 0)->ledger.count;
}

/* Runs and frees the lab. `counts`: write calls, doorbells, slice timers, refills, interrupts, wake-ups. */
static struct recorder *run(struct lab *lab, const uint64_t counts[6])
{
    static const enum weft_event events[] = {WEFT_WRITE_CALLS, WEFT_DOORBELLS,  WEFT_SLICE_TIMERS,
                                             WEFT_REFILLS,     WEFT_INTERRUPTS, WEFT_TIMER_WAKEUPS};
    struct recorder *recorder = lab_record(lab, false);
    for (gsize i = 0; i < G_N_ELEMENTS(events); i++) {
        g_test_message("%s", weft_events[events[i]].name);
        g_assert_cmpuint(count_of(recorder)[events[i]], ==, counts[i]);
    }
    lab_free(lab);
    return recorder;
}
#define RUN(lab, ...) run(lab, (const uint64_t[6]){__VA_ARGS__})

static void assert_goes(struct recorder *recorder, guint packet, weft_ps at_ps)
{
    g_test_message("packet %u", packet);
    g_assert_cmpuint(recorder_at(recorder, packet)->tx_ps, ==, at_ps);
}

/* Eight slices of 36 packets, every 12.5 ms: seven timers, a doorbell each, one interrupt when all of it has gone. */
static void slices_go_by_timers(void)
{
    struct recorder *recorder = RUN(lab_of("interleaved", "slice", 8, &weft_profile_free), 1, 8, 7, 0, 1, 1);
    g_assert_cmpuint(recorder->record->len, ==, PACKETS);
    for (guint i = 0; i < PACKETS; i++) {
        assert_goes(recorder, i, i / 36 * 25 * MS / 2 + i % 36 * WIRE);
        g_assert_cmpuint(recorder_at(recorder, i)->stream, ==, i % 8);
    }
    recorder_free(recorder);
}

/* 288 packets in five slices: 58, 58, 57, 58 and 57. In one: as without slices. In more slices than packets: each packet
 * alone, in slice floor(i * 1000 / 288), and no timer for the others. */
static void slices_may_be_of_any_number(void)
{
    static const guint first[] = {0, 58, 116, 173, 231, PACKETS};
    struct recorder *five = RUN(lab_of("interleaved", "slice", 5, &weft_profile_free), 1, 5, 4, 0, 1, 1);
    for (guint s = 0; s < 5; s++)
        for (guint i = first[s]; i < first[s + 1]; i++)
            assert_goes(five, i, s * 20 * MS + (i - first[s]) * WIRE);
    struct recorder *one = RUN(lab_of("interleaved", "slice", 1, &weft_profile_free), 1, 5, 0, 0, 1, 1);
    struct recorder *none = RUN(lab_of("interleaved", "none", 0, &weft_profile_free), 1, 5, 0, 0, 1, 1);
    assert_same_arrays(one->record, none->record);
    struct recorder *each =
        RUN(lab_of("interleaved", "slice", 1000, &weft_profile_free), 1, PACKETS, PACKETS - 1, 0, 1, 1);
    for (guint i = 0; i < PACKETS; i++)
        assert_goes(each, i, i * 1000 / 288 * MS / 10);
    recorder_free(each);
    recorder_free(none);
    recorder_free(one);
    recorder_free(five);
}

/* A slice of more packets than a doorbell takes has several: 144 packets, 64, 64 and 16. */
static void long_slices_ring_more_often(void)
{
    recorder_free(RUN(lab_of("interleaved", "slice", 2, &weft_profile_free), 1, 6, 1, 0, 1, 1));
}

/* A call is 1000 cycles, a slice's timer 100, an interrupt 500: 1 us before the first slice, 0.1 us before each other one,
 * which is when their doorbells ring. One call, seven timers, one interrupt: 2.2 us of the core. */
static void timers_take_their_time(void)
{
    struct weft_profile profile = {.name = "by-timer"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = 1000000;
    profile.price[WEFT_SLICE_TIMERS].typical_mcycles = 100000;
    profile.price[WEFT_INTERRUPTS].typical_mcycles = 500000;
    struct recorder *recorder = RUN(lab_of("interleaved", "slice", 8, &profile), 1, 8, 7, 0, 1, 1);
    for (guint i = 0; i < PACKETS; i++)
        assert_goes(recorder, i, (i < 36 ? US : US / 10) + i / 36 * 25 * MS / 2 + i % 36 * WIRE);
    g_assert_cmpuint(recorder_counters(recorder, 0)->busy_ps, ==, 2200 * US / 1000);
    recorder_free(recorder);
}

/* A call of 30 ms: the first slice is rung at 30 ms, and those of 12.5 and 25 ms, late by then, follow at once and without a
 * timer. The others come when they are due. */
static void late_slices_follow_at_once(void)
{
    struct weft_profile profile = {.name = "by-call"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = UINT64_C(30000000) * 1000;
    struct recorder *recorder = RUN(lab_of("interleaved", "slice", 8, &profile), 1, 8, 5, 0, 1, 1);
    for (guint i = 0; i < PACKETS; i++)
        assert_goes(recorder, i, i < 108 ? 30 * MS + i * WIRE : i / 36 * 25 * MS / 2 + i % 36 * WIRE);
    recorder_free(recorder);
}

/* Two applications on one core, each with four streams and a call of 30 ms in two slices. The second one's call runs from 30
 * to 60 ms; the first one's slice, due at 50 ms, waits for the core behind the second one's own, late slice. */
static void slices_wait_for_the_core(void)
{
    struct weft_profile profile = {.name = "by-call"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = UINT64_C(30000000) * 1000;
    struct lab *lab = lab_of("interleaved", "slice", 2, &profile);
    lab_server(lab, 0)->applications = 2;
    for (guint i = 4; i < 8; i++)
        lab_stream(lab, i)->application = 1;
    lab_server(lab, 0)->doorbell_packets = 128;
    struct recorder *recorder = RUN(lab, 2, 4, 1, 0, 2, 2);
    for (guint i = 0; i < PACKETS; i++) {
        assert_goes(recorder, i, i < 72 ? 30 * MS + i * WIRE : 60 * MS + (i - 72) * WIRE);
        g_assert_cmpuint(recorder_at(recorder, i)->stream / 4, ==, i >= 72 && i < 216);
    }
    recorder_free(recorder);
}

/* Two slices of 144 packets through 64 places: 64 at once, then ceil(80 / 32) = 3 refills, twice; the link never idles in a
 * slice. Doorbells of 64, 32, 32 and 16 packets. */
static void slices_wait_for_the_ring(void)
{
    struct lab *lab = lab_of("interleaved", "slice", 2, &weft_profile_free);
    lab_server(lab, 0)->ring_slots = 64;
    struct recorder *recorder = RUN(lab, 1, 8, 1, 6, 1, 1);
    for (guint i = 0; i < PACKETS; i++)
        assert_goes(recorder, i, i / 144 * 50 * MS + i % 144 * WIRE);
    recorder_free(recorder);
}

/* The packets of an interval are counted over its calls. Eight calls of a destination each, in four slices: every other call
 * begins a slice, waits for its timer in the call, and the next follows. A call a packet: likewise. */
static void slices_span_calls(void)
{
    struct recorder *recorder =
        RUN(lab_of("multi-destination", "slice", 4, &weft_profile_free), 1, 8, 3, 0, 1, 1);
    struct lab *lab = lab_of("multi-destination", "slice", 4, &weft_profile_free);
    lab->setup.write.axes.unit = lab_method("per-destination")->unit;
    struct recorder *destinations = RUN(lab, 8, 8, 3, 0, 8, 1);
    lab = lab_of("multi-destination", "slice", 4, &weft_profile_free);
    lab->setup.write.axes.unit = lab_method("per-packet")->unit;
    struct recorder *packets = RUN(lab, PACKETS, PACKETS, 3, 0, PACKETS, 1);
    assert_same_arrays(recorder->record, destinations->record);
    assert_same_arrays(recorder->record, packets->record);
    for (guint i = 0; i < PACKETS; i++)
        assert_goes(recorder, i, i / 72 * 25 * MS + i % 72 * WIRE);
    recorder_free(packets);
    recorder_free(destinations);
    recorder_free(recorder);
}

/* What is refused was counted in: of the 288 packets those of one destination, the first in turn, are missing, so eight slices
 * of 36 become seven, and no timer looks for the last. */
static void refused_packets_leave_the_last_slices_empty(void)
{
    struct lab *lab = lab_of("interleaved", "slice", 8, &weft_profile_free);
    for (int i = 0; weft_faults[i]; i++)
        if (g_str_equal(weft_faults[i]->name, "empty"))
            lab_stream(lab, 0)->fault = weft_faults[i];
    g_assert_nonnull(lab_stream(lab, 0)->fault);
    struct recorder *recorder = RUN(lab, 1, 7, 6, 0, 1, 1);
    g_assert_cmpuint(recorder->record->len, ==, PACKETS - 36);
    for (guint i = 0; i < PACKETS - 36; i++)
        assert_goes(recorder, i, i / 36 * 25 * MS / 2 + i % 36 * WIRE);
    recorder_free(recorder);
}

/* Two calls of 150 ms, due at 0 and 100 ms: the first is rung at 150 ms, all its slices late by then. The second begins
 * there, an overrun, and is rung at 300 ms, later than its last slice would have been. */
static void calls_with_slices_never_merge(void)
{
    struct weft_profile profile = {.name = "by-call"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = UINT64_C(150000000) * 1000;
    struct lab *lab = lab_of("interleaved", "slice", 4, &profile);
    lab->setup.duration_ps = 200 * MS;
    struct recorder *recorder = RUN(lab, 2, 2 * 8, 0, 0, 2, 1);
    assert_goes(recorder, 0, 150 * MS);
    assert_goes(recorder, PACKETS - 1, 150 * MS + (PACKETS - 1) * WIRE);
    assert_goes(recorder, PACKETS, 300 * MS);
    g_assert_cmpuint(recorder_counters(recorder, 0)->overruns, ==, 1);
    recorder_free(recorder);
}

/* Live data is written an interval later, and its slices with it. */
static void live_slices_follow_their_call(void)
{
    struct lab *lab = lab_of("interleaved", "slice", 4, &weft_profile_free);
    lab->setup.duration_ps = 200 * MS;
    for (guint i = 0; i < 8; i++)
        lab_stream(lab, i)->live = true;
    struct recorder *recorder = RUN(lab, 1, 8, 3, 0, 1, 1);
    for (guint i = 0; i < PACKETS; i++)
        assert_goes(recorder, i, 100 * MS + i / 72 * 25 * MS + i % 72 * WIRE);
    recorder_free(recorder);
}

/* At 7 Mbit/s a packet is 11,056 bits, 1.57942857... ms: its start is that of packet i, rounded down once. Each server has a
 * shaper of its own. */
static void rate_is_kept_exactly(void)
{
    struct lab *lab = lab_of("interleaved", "rate", 7000000, &weft_profile_free);
    struct weft_server other = *lab_server(lab, 0);
    other.name = "other";
    g_array_append_val(lab->server, other);
    for (guint i = 4; i < 8; i++)
        lab_stream(lab, i)->server = 1;
    struct recorder *recorder = RUN(lab, 1, 3, 0, 0, 1, 1);
    guint of_server[2] = {0};
    for (guint i = 0; i < PACKETS; i++) {
        guint *k = &of_server[recorder_at(recorder, i)->stream / 4];
        assert_goes(recorder, i, (*k)++ * (uint64_t)BITS * 1000000 / 7);
        g_assert_cmpuint(recorder_at(recorder, i)->sent_ps - recorder_at(recorder, i)->tx_ps, ==, WIRE);
    }
    g_assert_cmpuint(of_server[0], ==, PACKETS / 2);
    recorder_free(recorder);
}

/* The shaper forgets: what comes after a pause does not wait, and does not catch up either. Two calls, of 288 packets that
 * take 31.84 ms at 100 Mbit/s. */
static void rate_starts_anew_after_a_pause(void)
{
    struct lab *lab = lab_of("interleaved", "rate", 100000000, &weft_profile_free);
    lab->setup.duration_ps = 200 * MS;
    struct recorder *recorder = RUN(lab, 2, 10, 0, 0, 2, 2);
    guint in_second = recorder->record->len - PACKETS; /* 35 or 36 of each are due in it */
    for (guint i = 0; i < PACKETS + in_second; i++)
        assert_goes(recorder, i, i / PACKETS * 100 * MS + i % PACKETS * 10 * WIRE);
    recorder_free(recorder);
}

/* At the link's rate it is the link that paces. */
static void rate_of_the_link_changes_nothing(void)
{
    static const uint64_t link_bps[] = {1000000000, 999999937};
    static const char *const methods[] = {"interleaved", "per-destination-fq"};
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(link_bps); i++) {
        struct recorder *seen[2];
        for (gsize paced = 0; paced < 2; paced++) {
            struct lab *lab = lab_of(methods[i / 2], paced ? "rate" : "none", paced ? link_bps[i % 2] : 0,
                                     &weft_profile_free);
            lab_server(lab, 0)->link_bps = link_bps[i % 2];
            lab_stream(lab, 3)->clock.payload_bytes = 1000;
            lab->setup.duration_ps = 300 * MS;
            seen[paced] = lab_record(lab, false);
            lab_free(lab);
        }
        assert_same_arrays(seen[0]->record, seen[1]->record);
        assert_same_arrays(seen[0]->counters, seen[1]->counters);
        recorder_free(seen[0]);
        recorder_free(seen[1]);
    }
}

/* The fair queue chooses when the shaper lets a packet go: all destinations are there, and take turns. */
static void rate_with_queues(void)
{
    struct lab *lab = lab_of("per-destination-fq", "rate", 50000000, &weft_profile_free);
    struct recorder *recorder = lab_record(lab, false);
    for (guint i = 0; i < PACKETS; i++) {
        assert_goes(recorder, i, i * 20 * WIRE);
        g_assert_cmpuint(recorder_at(recorder, i)->stream, ==, i % 8);
    }
    recorder_free(recorder);
    lab_free(lab);
}

/* A packet's turn comes when the shaper lets it go, not when the link is free. Five of one destination, 10 wire times each;
 * another's is written after 15. The packet at 20 is the first one's, in turn since 10; then the newcomer has its turn. */
static void turns_wait_for_the_shaper(void)
{
    static const uint32_t turns[] = {0, 0, 0, 1, 0, 0};
    struct lab *lab = lab_of("per-destination-fq", "rate", 100000000, &weft_profile_free);
    lab->setup.write.interval_ps = 15 * WIRE;
    lab->setup.duration_ps = 15 * WIRE + 1;
    lab_stream(lab, 0)->clock.rate_bps = UINT64_C(263200000); /* a packet every 40 us */
    for (guint i = 1; i < 8; i++)
        lab_stream(lab, i)->clock.start_ps = i == 1 ? 15 * WIRE : MS;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(recorder->record->len, ==, G_N_ELEMENTS(turns));
    for (guint i = 0; i < G_N_ELEMENTS(turns); i++) {
        assert_goes(recorder, i, i * 10 * WIRE);
        g_assert_cmpuint(recorder_at(recorder, i)->stream, ==, turns[i]);
    }
    recorder_free(recorder);
    lab_free(lab);
}

/* 64 places at 100 Mbit/s: 288 packets go out at the rate, with seven refills, each when 32 are left. */
static void rate_empties_the_ring(void)
{
    struct lab *lab = lab_of("interleaved", "rate", 100000000, &weft_profile_free);
    lab_server(lab, 0)->ring_slots = 64;
    struct recorder *recorder = RUN(lab, 1, 8, 0, 7, 1, 1);
    for (guint i = 0; i < PACKETS; i++)
        assert_goes(recorder, i, i * 10 * WIRE);
    recorder_free(recorder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/slice/go-by-timers", slices_go_by_timers);
    g_test_add_func("/host/slice/of-any-number", slices_may_be_of_any_number);
    g_test_add_func("/host/slice/long-ones-ring-more-often", long_slices_ring_more_often);
    g_test_add_func("/host/slice/timers-take-their-time", timers_take_their_time);
    g_test_add_func("/host/slice/late-ones-follow-at-once", late_slices_follow_at_once);
    g_test_add_func("/host/slice/wait-for-the-core", slices_wait_for_the_core);
    g_test_add_func("/host/slice/wait-for-the-ring", slices_wait_for_the_ring);
    g_test_add_func("/host/slice/span-calls", slices_span_calls);
    g_test_add_func("/host/slice/refused", refused_packets_leave_the_last_slices_empty);
    g_test_add_func("/host/slice/calls-never-merge", calls_with_slices_never_merge);
    g_test_add_func("/host/slice/live", live_slices_follow_their_call);
    g_test_add_func("/host/rate/kept-exactly", rate_is_kept_exactly);
    g_test_add_func("/host/rate/starts-anew", rate_starts_anew_after_a_pause);
    g_test_add_func("/host/rate/of-the-link", rate_of_the_link_changes_nothing);
    g_test_add_func("/host/rate/queues", rate_with_queues);
    g_test_add_func("/host/rate/turns", turns_wait_for_the_shaper);
    g_test_add_func("/host/rate/ring", rate_empties_the_ring);
    return g_test_run();
}
