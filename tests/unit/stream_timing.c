/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The observer of stream timing against the metrics applied one by one to a list of what each device got, with due
 * instants asked from the clock each time: gaps, warm-up, files, streams that get nothing. */
#include "weft/stream_timing.h"

#include "metrics_setup.h"

#include <glib.h>

#define MS (WEFT_PS_PER_S / 1000)

enum { MOST = 2000, ROUNDS = 60 };

struct seen {
    uint32_t n;
    uint32_t number[MOST], bytes[MOST];
    weft_ps at_ps[MOST];
};

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)(guint32)g_test_rand_int() << 31 ^ (uint64_t)(guint32)g_test_rand_int()) % below;
}

static struct weft_timing_report expect(const struct weft_setup *setup, uint32_t index,
                                        const struct seen *seen)
{
    const struct weft_clock *clock = &setup->stream[index].clock;
    const struct weft_mdi_params mdi_params = {clock->rate_bps, WEFT_PS_PER_S};
    const struct weft_ts_df_params ts_df_params = {WEFT_PS_PER_S / 5};
    uint64_t first = weft_clock_due_before(clock, setup->warmup_ps);
    weft_ps interval_ps = weft_setup_interval(setup);
    struct weft_st2110_params params;
    struct weft_mdi_state mdi;
    struct weft_mdi_counters mdis = {0};
    struct weft_jitter_state jitter = {0};
    struct weft_jitter_counters jitters = {0};
    struct weft_ts_df_state ts_df = {0};
    struct weft_ts_df_counters ts_dfs = {0};
    struct weft_cinst_state cinst = {0};
    struct weft_cinst_counters cinsts = {0};
    struct weft_vrx_state vrx = {0};
    struct weft_vrx_counters vrxs = {0};
    weft_mdi_init(&mdi, first);
    weft_st2110_init_stream(&params, clock, interval_ps);
    for (uint32_t i = 0; i < seen->n; i++) {
        weft_ps due_ps = weft_clock_due(clock, seen->number[i]);
        if (due_ps < setup->warmup_ps)
            continue;
        weft_mdi_packet(&mdi_params, &mdi, &mdis, seen->at_ps[i], seen->bytes[i], seen->number[i]);
        weft_jitter_packet(&jitter, &jitters, seen->at_ps[i], due_ps);
        weft_ts_df_packet(&ts_df_params, &ts_df, &ts_dfs, seen->at_ps[i], due_ps);
        weft_cinst_packet(&params, &cinst, &cinsts, seen->at_ps[i]);
        weft_vrx_packet(&params, &vrx, &vrxs, seen->at_ps[i], due_ps / interval_ps);
    }
    weft_mdi_end(&mdi, &mdis, weft_clock_due_before(clock, setup->duration_ps));
    weft_ts_df_end(&ts_df, &ts_dfs);
    return (struct weft_timing_report){
        .measured = vrxs.frames > 0,
        .mdi_df_ms = weft_mdi_df_ms(&mdi_params, &mdis),
        .mdi_mlr = weft_mdi_mlr(&mdi_params, &mdis),
        .jitter_us = weft_jitter_us(&jitter),
        .jitter_max_us = weft_jitter_max_us(&jitters),
        .ts_df_us = weft_ts_df_us(&ts_dfs),
        .cinst_max = cinsts.most,
        .vrx_min = vrxs.low,
        .vrx_max = vrxs.high,
        .verdict = weft_st2110_judge(&params.limits, cinsts.most, vrxs.low, vrxs.high)};
}

static void assert_equal(const struct weft_timing_report *is, const struct weft_timing_report *must)
{
    g_assert_cmpint(is->measured, ==, must->measured);
    g_assert_cmpfloat(is->mdi_df_ms, ==, must->mdi_df_ms);
    g_assert_cmpfloat(is->mdi_mlr, ==, must->mdi_mlr);
    g_assert_cmpfloat(is->jitter_us, ==, must->jitter_us);
    g_assert_cmpfloat(is->jitter_max_us, ==, must->jitter_max_us);
    g_assert_cmpfloat(is->ts_df_us, ==, must->ts_df_us);
    g_assert_cmpint(is->cinst_max, ==, must->cinst_max);
    g_assert_cmpint(is->vrx_min, ==, must->vrx_min);
    g_assert_cmpint(is->vrx_max, ==, must->vrx_max);
    g_assert_cmpint(is->verdict, ==, must->verdict);
}

static const uint64_t film_bytes[] = {0, 30000, 31000, 400000};
static const weft_ps film_ps[] = {0, 700 * MS, 900 * MS, 2500 * MS};
static const struct weft_media film = {.name = "film", .points = 4, .at_bytes = film_bytes, .at_ps = film_ps};

/* Stream 11 gets nothing; streams 0 and 6 share device 0; 1 and 2 have one rate, others their own; 3 is a file. */
static void draw_setup(struct test_setup *it)
{
    test_setup_init(it);
    it->setup.duration_ps = (1 + draw(30)) * 100 * MS;
    it->setup.write.interval_ps = (1 + draw(4)) * 10 * MS;
    it->setup.warmup_ps = draw(3) * it->setup.write.interval_ps;
    for (uint32_t i = 0; i < TEST_STREAMS; i++) {
        struct weft_clock *clock = &it->stream[i].clock;
        clock->start_ps = draw(2) * draw(100 * MS);
        clock->payload_bytes = i == 2 ? it->stream[1].clock.payload_bytes : 200 + (uint32_t)draw(1300);
        clock->rate_bps = i == 2 ? it->stream[1].clock.rate_bps : 1 + draw(4000000);
    }
    it->stream[3].clock.media = &film;
    it->stream[3].clock.rate_bps = weft_media_rate_bps(&film);
}

/* A packet of each stream in turn, late by a random queue, with random losses. */
static void test_random(void)
{
    static struct seen seen[TEST_STREAMS];
    for (int round = 0; round < ROUNDS; round++) {
        struct test_setup it;
        draw_setup(&it);
        struct weft_stream_timing *timing = weft_stream_timing_new(&it.setup);
        struct weft_watch watch = weft_stream_timing_watch(timing);
        weft_ps last_ps[TEST_STREAMS] = {0};
        uint32_t next[TEST_STREAMS] = {0}, lossy = 1 + (uint32_t)draw(30);
        memset(seen, 0, sizeof seen);
        for (bool more = true; more;) {
            struct weft_train train = {.n = 0};
            more = false;
            for (uint32_t i = 0; i < TEST_STREAMS - 1; i++) {
                const struct weft_clock *clock = &it.stream[i].clock;
                if (weft_clock_due_before(clock, it.setup.duration_ps) <= next[i] || seen[i].n == MOST)
                    continue;
                more = true;
                uint32_t number = next[i]++;
                weft_ps at_ps = weft_clock_due(clock, number) + draw(draw(9) ? MS : 300 * MS);
                at_ps = MAX(at_ps, last_ps[i]);
                last_ps[i] = at_ps;
                if (draw(lossy) == 0)
                    continue;
                test_train_add(&train, i, number, 1292, at_ps, at_ps);
                seen[i].bytes[seen[i].n] = train.payload_bytes[train.n - 1] =
                    weft_clock_payload(clock, number);
                seen[i].number[seen[i].n] = number;
                seen[i].at_ps[seen[i].n++] = at_ps;
            }
            watch.packets(watch.ctx, WEFT_AT_SERVER, 0, &train);
            watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
            watch.packets(watch.ctx, WEFT_AT_DEVICE, 0, &train);
        }
        for (uint32_t i = 0; i < TEST_STREAMS; i++) {
            struct weft_timing_report must = expect(&it.setup, i, &seen[i]);
            assert_equal(&weft_stream_timing_reports(timing)[i], &must);
        }
        weft_stream_timing_free(timing);
    }
}

/* 10 ms apart, warm-up 30 ms, 12 of them due in 150 ms that count; three are lost in the middle, two at the end. */
static void test_losses(void)
{
    struct test_setup it;
    test_setup_init(&it);
    it.setup.write.interval_ps = 30 * MS;
    it.setup.warmup_ps = 30 * MS;
    it.setup.duration_ps = 150 * MS;
    struct weft_stream_timing *timing = weft_stream_timing_new(&it.setup);
    struct weft_watch watch = weft_stream_timing_watch(timing);
    for (uint32_t n = 1; n < 13; n++) {
        struct weft_train train = {.n = 0};
        test_train_add(&train, 0, n, 1292, n * 10 * MS + 7, n * 10 * MS + 7);
        if (n < 6 || n > 8)
            watch.packets(watch.ctx, WEFT_AT_DEVICE, 0, &train);
    }
    const struct weft_timing_report *report = weft_stream_timing_reports(timing);
    g_assert_true(report[0].measured);
    g_assert_cmpfloat(report[0].mdi_mlr, ==, 5);
    g_assert_cmpfloat(report[0].jitter_max_us, ==, 0);
    g_assert_cmpfloat(report[0].ts_df_us, ==, 0);
    g_assert_cmpfloat(report[0].mdi_df_ms, ==, 40); /* a gap of three packet times is three packets more */
    g_assert_false(report[1].measured);
    g_assert_cmpfloat(report[1].mdi_mlr, ==, 12);
    weft_stream_timing_free(timing);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-timing/random", test_random);
    g_test_add_func("/stream-timing/losses", test_losses);
    return g_test_run();
}
