/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Playout by hand and by closed forms, its observer against playouts of single streams, and due instants by steps against
 * the clock. */
#include "weft/stream_playout.h"

#include "metrics_setup.h"

#include <glib.h>

#define MS (WEFT_PS_PER_S / 1000)
#define US (WEFT_PS_PER_S / 1000000)

enum {
    PAYLOAD = 1250
}; /* at 1 Mbit/s: packet n is due at n * 10 ms and needed at (n + 1) * 10 ms + startup */

struct player {
    struct weft_clock clock;
    struct weft_playout_params params;
    struct weft_playout_state state;
    struct weft_playout_counters counters;
};

static void player_init(struct player *player, weft_ps startup_ps)
{
    player->clock = (struct weft_clock){.rate_bps = 1000000, .payload_bytes = PAYLOAD};
    weft_playout_params_init(&player->params, &player->clock, startup_ps, 0);
    weft_playout_init(&player->params, &player->state, &player->counters);
}

static void take(struct player *player, uint64_t number, weft_ps at_ps)
{
    weft_playout_packet(&player->params, &player->state, &player->counters, at_ps, number);
}

/* Numbers and arrivals in ms; -1 ends. */
struct arrival {
    int number, at_ms;
};
static const struct stall_case {
    const char *what;
    int startup_ms;
    struct arrival arrival[8];
    uint64_t underruns, stall_ms, startup_needed_ms, low,
        high; /* low, high: packets; low 99: nothing was played */
} stall_cases[] = {
    {"in time", 20, {{0, 5}, {1, 15}, {2, 25}, {-1, 0}}, 0, 0, 0, 99, 3},
    {"at the last instant", 0, {{0, 10}, {1, 20}, {2, 30}, {-1, 0}}, 0, 0, 0, 0, 1},
    {"the first comes late", 0, {{0, 13}, {1, 20}, {-1, 0}}, 1, 3, 3, 0, 1},
    {"then the others are as late", 0, {{0, 13}, {1, 23}, {2, 33}, {-1, 0}}, 1, 3, 3, 0, 1},
    /* 0 was played from 13 to 23 */
    {"later still", 0, {{0, 13}, {1, 28}, {-1, 0}}, 2, 8, 8, 0, 1},
    /* 1 is lost, played as if it were there at 23; 2 is a stall of its own */
    {"a gap before a stall", 0, {{0, 13}, {2, 35}, {-1, 0}}, 2, 5, 5, 0, 1},
    {"a gap alone", 0, {{0, 10}, {3, 40}, {4, 50}, {-1, 0}}, 0, 0, 0, 0, 1},
    /* 1 and 2 are concealed: with 3 there are three packets beside 0 at 8 ms */
    {"a gap that is known early", 0, {{0, 5}, {3, 8}, {4, 45}, {-1, 0}}, 0, 0, 0, 0, 4},
    /* 1 was taken for lost; its place is filled */
    {"overtaken", 0, {{0, 5}, {2, 8}, {1, 26}, {3, 39}, {-1, 0}}, 0, 0, 6, 0, 3},
    {"lost at first", 0, {{2, 31}, {-1, 0}}, 1, 1, 1, 0, 1},
    {"start-up hides it", 15, {{0, 13}, {1, 35}, {2, 36}, {-1, 0}}, 0, 0, 15, 0, 1},
};

static void test_stalls(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(stall_cases); i++) {
        const struct stall_case *it = &stall_cases[i];
        struct player player;
        g_test_message("%s", it->what);
        player_init(&player, (weft_ps)it->startup_ms * MS);
        for (const struct arrival *arrival = it->arrival; arrival->number >= 0; arrival++)
            take(&player, (uint64_t)arrival->number, (weft_ps)arrival->at_ms * MS);
        g_assert_cmpuint(player.counters.underruns, ==, it->underruns);
        g_assert_cmpuint(player.counters.stall_ps, ==, it->stall_ms * MS);
        g_assert_cmpint(player.counters.startup_ps, ==, (gint64)(it->startup_needed_ms * MS));
        g_assert_cmpuint(player.counters.low_bytes, ==, it->low == 99 ? UINT64_MAX : it->low * PAYLOAD);
        g_assert_cmpuint(player.counters.high_bytes, ==, it->high * PAYLOAD);
    }
}

/* Packets that a decoder needs at one instant, each later than it: one stall, as long as the last one takes. */
static void test_one_deadline(void)
{
    static const uint64_t at_bytes[] = {0, 1000, 5001, 6000};
    static const weft_ps at_ps[] = {0, 100 * MS, 100 * MS + 1, 200 * MS};
    static const struct weft_media file = {.points = 4, .at_bytes = at_bytes, .at_ps = at_ps};
    const struct weft_clock clock = {.media = &file, .rate_bps = 240000, .payload_bytes = 1000};
    struct player player = {.clock = clock};
    weft_playout_params_init(&player.params, &player.clock, 0, 0);
    weft_playout_init(&player.params, &player.state, &player.counters);
    take(&player, 0, 50 * MS);
    for (uint64_t n = 1; n < 5; n++)
        take(&player, n, 110 * MS + n * MS);
    g_assert_cmpuint(player.counters.underruns, ==, 1);
    g_assert_cmpuint(player.counters.stall_ps, ==, 14 * MS);
    g_assert_cmpuint(player.counters.high_bytes, ==, 1000);
    take(&player, 5, 300 * MS);
    g_assert_cmpuint(player.counters.underruns, ==, 2);
    g_assert_cmpuint(player.counters.stall_ps, ==, 100 * MS);
}

/* Every packet `delay` after it is due: the level is the same again after each packet that is played. */
static void test_constant_delay(void)
{
    static const struct {
        weft_ps delay_ps, startup_ps, needed_ps, stall_ps;
        uint64_t low, high;
    } cases[] = {
        {0, 0, 0, 0, 1, 2}, /* 1 comes when 0 is needed: arrivals first */
        {3 * MS, 0, 0, 0, 0, 1},
        {3 * MS, 50 * MS, 0, 0, 5, 6},
        {3 * MS, 52 * MS, 0, 0, 5, 6},
        {25 * MS, 50 * MS, 15 * MS, 0, 3, 4},
        {25 * MS, 15 * MS, 15 * MS, 0, 0, 1},
        {25 * MS, 10 * MS, 15 * MS, 5 * MS, 0, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct player player;
        player_init(&player, cases[i].startup_ps);
        for (uint64_t n = 0; n < 1000; n++)
            take(&player, n, n * 10 * MS + cases[i].delay_ps);
        const struct weft_playout_counters *counters = &player.counters;
        g_assert_cmpint(counters->startup_ps, ==, (gint64)cases[i].needed_ps);
        g_assert_cmpuint(counters->stall_ps, ==, cases[i].stall_ps);
        g_assert_cmpuint(counters->underruns, ==, cases[i].stall_ps > 0);
        g_assert_cmpuint(counters->low_bytes, ==, cases[i].low * PAYLOAD);
        g_assert_cmpuint(counters->high_bytes, ==, cases[i].high * PAYLOAD);
        g_assert_cmpint(counters->delay_most_ps, ==, (gint64)cases[i].delay_ps);
        g_assert_true(counters->delay_sum_ps == (weft_i128)cases[i].delay_ps * 1000);
    }
}

/* K packets at once at the beginning of each interval, `read ahead` or `live`: a saw tooth. */
static void test_bursts(void)
{
    enum { K = 8, INTERVALS = 40 };
    const weft_ps gap_ps = 100 * US, interval_ps = K * 10 * MS;
    for (int live = 0; live < 2; live++) {
        struct player player;
        player_init(&player, live ? interval_ps : 0);
        for (uint64_t n = 0; n < K * INTERVALS; n++)
            take(&player, n, (n / K + (live ? 1 : 0)) * interval_ps + 1 * MS + n % K * gap_ps);
        weft_playout_end(&player.params, &player.state, &player.counters);
        const struct weft_playout_counters *counters = &player.counters;
        /* the first of a burst is needed first; the others come faster than they are needed */
        g_assert_cmpint(counters->startup_ps, ==, (gint64)(live ? interval_ps - 9 * MS : 0));
        g_assert_cmpint(counters->delay_most_ps, ==, (gint64)(1 * MS + (live ? interval_ps : 0)));
        g_assert_cmpuint(counters->underruns, ==, 0);
        g_assert_cmpuint(counters->low_bytes, ==, 0);
        g_assert_cmpuint(counters->high_bytes, ==, K * PAYLOAD);
        /* packet i of a burst lies there from 1 ms + i gaps to (i + 1) * 10 ms */
        weft_ps lies_ps = K * (K + 1) / 2 * 10 * MS - K * MS - K * (K - 1) / 2 * gap_ps;
        g_assert_true(counters->byte_ps == (weft_u128)lies_ps * PAYLOAD * INTERVALS);
        double mean = (double)lies_ps * PAYLOAD / (double)interval_ps;
        g_assert_cmpfloat_with_epsilon(
            weft_playout_mean_bytes(&player.params, &player.state, &player.counters), mean, 1e-9 * mean);
    }
}

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)(guint32)g_test_rand_int() << 31 ^ (uint64_t)(guint32)g_test_rand_int()) % below;
}

static void test_due(void)
{
    for (int round = 0; round < 300; round++) {
        const struct weft_clock clock = {.start_ps = draw(WEFT_PS_PER_S),
                                         .rate_bps = 1 + draw(UINT64_C(1) << draw(44)),
                                         .payload_bytes = 1 + (uint32_t)draw(9000)};
        struct weft_due_step step;
        struct weft_due due;
        weft_due_step_init(&step, &clock);
        weft_due_seek(&clock, &due, draw(MIN(clock.rate_bps, 1000000)));
        for (int i = 0; i < 200; i++) {
            g_assert_cmpuint(due.at_ps, ==, weft_clock_due(&clock, due.number));
            weft_due_next(&step, &due);
        }
    }
}

/* Streams in one train, warm-up, a stream that gets nothing, start-up delays of the devices. */
static void test_observer(void)
{
    struct test_setup it;
    struct player players[TEST_STREAMS] = {0};
    weft_ps last_ps[TEST_STREAMS] = {0};
    test_setup_init(&it);
    it.setup.warmup_ps = 95 * MS;
    for (uint32_t i = 0; i < TEST_DEVICES; i++)
        it.device[i].startup_ps = i * 7 * MS;
    for (uint32_t i = 0; i < TEST_STREAMS; i++) {
        weft_playout_params_init(&players[i].params, &it.stream[i].clock,
                                 it.device[i % TEST_DEVICES].startup_ps, 10);
        weft_playout_init(&players[i].params, &players[i].state, &players[i].counters);
    }
    struct weft_stream_playout *playout = weft_stream_playout_new(&it.setup);
    struct weft_watch watch = weft_stream_playout_watch(playout);
    for (uint32_t n = 0; n < 90; n++) {
        struct weft_train train = {.n = 0};
        for (uint32_t i = 0; i < TEST_STREAMS - 1; i++) {
            weft_ps at_ps = n * 10 * MS + draw(10 * MS) + (n / 16 % 2 ? 60 * MS : 0);
            at_ps = last_ps[i] = MAX(at_ps, last_ps[i]);
            if (draw(9) > 0)
                test_train_add(&train, i, n, 1292, at_ps, at_ps);
        }
        for (uint32_t k = 0; k < train.n; k++)
            take(&players[train.stream[k]], train.number[k], train.at_ps[k]);
        watch.packets(watch.ctx, WEFT_AT_SERVER, 0, &train);
        watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
        watch.packets(watch.ctx, WEFT_AT_DEVICE, 0, &train);
    }
    const struct weft_playout_report *report = weft_stream_playout_reports(playout);
    for (uint32_t i = 0; i < TEST_STREAMS - 1; i++) {
        struct weft_playout_counters *counters = &players[i].counters;
        weft_playout_end(&players[i].params, &players[i].state, counters);
        g_assert_cmpuint(report[i].packets, ==, counters->packets);
        g_assert_cmpuint(report[i].underruns, ==, counters->underruns);
        g_assert_cmpfloat(report[i].stall_ms, ==, (double)counters->stall_ps / 1e9);
        g_assert_cmpuint(report[i].buffer_bytes_min, ==, counters->low_bytes);
        g_assert_cmpuint(report[i].buffer_bytes_max, ==, counters->high_bytes);
        g_assert_cmpfloat(report[i].buffer_bytes_mean, ==,
                          weft_playout_mean_bytes(&players[i].params, &players[i].state, counters));
        g_assert_cmpfloat(report[i].startup_needed_ms, ==, (double)counters->startup_ps / 1e9);
        g_assert_cmpfloat(report[i].delay_max_us, ==, (double)counters->delay_most_ps / 1e6);
        g_assert_cmpfloat(report[i].delay_mean_us, ==,
                          (double)counters->delay_sum_ps / (double)counters->packets / 1e6);
    }
    g_assert_cmpuint(report[TEST_STREAMS - 1].packets, ==, 0);
    weft_stream_playout_free(playout);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/playout/stalls", test_stalls);
    g_test_add_func("/playout/one-deadline", test_one_deadline);
    g_test_add_func("/playout/constant-delay", test_constant_delay);
    g_test_add_func("/playout/bursts", test_bursts);
    g_test_add_func("/playout/due", test_due);
    g_test_add_func("/playout/observer", test_observer);
    return g_test_run();
}
