/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams' observers by blocks against the same observers packet by packet, which saw the same: all that they report is
 * the same to the byte, whenever it is read. In runs of random scenarios, and on arrivals drawn to be nasty. */
#include "weft/stream_blocks.h"
#include "lab.h"
#include "weft/reference.h"

#include <string.h>

#define MS (WEFT_PS_PER_S / 1000)

enum { RUNS = 300, FEEDS = 400, PERIODS = 150, MOST = 40, STREAMS = 8, TIMING = 1, PLAYOUT = 2, METRICS = 4 };

/* Both ways, side by side. `given`: which observers of the second take blocks; the others are not there. */
struct sides {
    const struct weft_setup *setup;
    guint given;
    struct weft_stream_blocks *blocks;
    struct weft_metrics *metrics[2];
    struct weft_stream_timing *timing[2];
    struct weft_stream_playout *playout[2];
    struct weft_watch watch[5];
};

static void sides_init(struct sides *it, const struct weft_setup *setup, guint given)
{
    *it = (struct sides){.setup = setup, .given = given, .blocks = weft_stream_blocks_new(setup)};
    for (int k = 0; k < 2; k++) {
        it->metrics[k] = weft_metrics_new(setup);
        it->timing[k] = weft_stream_timing_new(setup);
        it->playout[k] = weft_stream_playout_new(setup);
    }
    if (given & TIMING)
        weft_stream_blocks_give_timing(it->blocks, it->timing[1]);
    if (given & PLAYOUT)
        weft_stream_blocks_give_playout(it->blocks, it->playout[1]);
    if (given & METRICS)
        weft_stream_blocks_give_metrics(it->blocks, it->metrics[1]);
    const struct weft_watch watch[] = {
        weft_metrics_watch(it->metrics[0]), weft_stream_timing_watch(it->timing[0]),
        weft_stream_playout_watch(it->playout[0]), weft_metrics_watch(it->metrics[1]),
        weft_stream_blocks_watch(it->blocks)};
    memcpy(it->watch, watch, sizeof watch);
}

/* Bytes, but by name those that are wrong first most often. */
static void same_timing(const struct weft_timing_report *one, const struct weft_timing_report *other,
                        size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_assert_cmpfloat(one[i].jitter_us, ==, other[i].jitter_us);
        g_assert_cmpfloat(one[i].ts_df_us, ==, other[i].ts_df_us);
        g_assert_cmpfloat(one[i].mdi_df_ms, ==, other[i].mdi_df_ms);
        g_assert_cmpint(one[i].cinst_max, ==, other[i].cinst_max);
        g_assert_cmpint(one[i].vrx_min, ==, other[i].vrx_min);
        g_assert_cmpint(one[i].vrx_max, ==, other[i].vrx_max);
    }
    g_assert_true(memcmp(one, other, n * sizeof *one) == 0);
}

static void same_playout(const struct weft_playout_report *one, const struct weft_playout_report *other,
                         size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_assert_cmpuint(one[i].packets, ==, other[i].packets);
        g_assert_cmpuint(one[i].buffer_bytes_max, ==, other[i].buffer_bytes_max);
        g_assert_cmpuint(one[i].buffer_bytes_min, ==, other[i].buffer_bytes_min);
        g_assert_cmpfloat(one[i].buffer_bytes_mean, ==, other[i].buffer_bytes_mean);
        g_assert_cmpfloat(one[i].delay_mean_us, ==, other[i].delay_mean_us);
    }
    g_assert_true(memcmp(one, other, n * sizeof *one) == 0);
}

static void same_reports(struct sides *it)
{
    size_t streams = it->setup->streams;
    if (it->given & TIMING)
        same_timing(weft_stream_timing_reports(it->timing[1]), weft_stream_timing_reports(it->timing[0]),
                    streams);
    if (it->given & PLAYOUT)
        same_playout(weft_stream_playout_reports(it->playout[1]), weft_stream_playout_reports(it->playout[0]),
                     streams);
    const void *block = weft_metrics_block(it->metrics[0]);
    g_assert_true(
        memcmp(weft_metrics_block(it->metrics[1]), block, weft_metrics_block_bytes(it->metrics[0])) == 0);
}

/* What was put down is not lost. */
static void sides_clear(struct sides *it)
{
    weft_stream_blocks_free(it->blocks);
    same_reports(it);
    for (int k = 0; k < 2; k++) {
        weft_metrics_free(it->metrics[k]);
        weft_stream_timing_free(it->timing[k]);
        weft_stream_playout_free(it->playout[k]);
    }
}

/* A failure's message is preceded by the seed that replays it. */
static void on_random(int rounds, void (*run)(GRand *rand))
{
    for (int i = 0; i < rounds; i++) {
        guint32 seed = (guint32)g_test_rand_int();
        GRand *rand = g_rand_new_with_seed(seed);
        g_test_message("round %d: seed %u", i, seed);
        run(rand);
        g_rand_free(rand);
    }
}

static gconstpointer random_row(gconstpointer table, GRand *rand)
{
    const gconstpointer *row = table;
    gint32 n = 0;
    while (row[n])
        n++;
    return row[g_rand_int_range(rand, 0, n)];
}

static struct lab *random_lab(GRand *rand)
{
    struct lab *lab = lab_random(rand);
    lab_use(lab, random_row(weft_methods, rand));
    if (g_rand_boolean(rand))
        lab_damage(lab, rand);
    if (g_rand_boolean(rand))
        lab_spread(lab, rand);
    for (guint i = 0; i < lab->device->len; i++)
        if (g_rand_int_range(rand, 0, 3) == 0)
            lab_device(lab, i)->startup_ps = (weft_ps)g_rand_int_range(rand, 0, 100) * MS;
    for (guint i = 0; i < lab->stream->len; i++)
        if (!lab_stream(lab, i)->clock.media && g_rand_int_range(rand, 0, 3) == 0)
            lab_stream(lab, i)->clock.rate_bps += (guint64)g_rand_int_range(rand, 0, 100000);
    for (guint i = 0; i < lab->switch_->len && g_rand_boolean(rand);
         i++) { /* some room: 0 packets to some ten */
        struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, i).rules;
        rules->buffer = weft_buffers[0];
        rules->memory.limit = (guint64)g_rand_int_range(rand, 1, 40000);
    }
    lab->setup.duration_ps *= (guint64)g_rand_int_range(rand, 1, 12);
    weft_ps interval_ps = weft_setup_interval(lab_setup(lab));
    lab->setup.warmup_ps =
        lab->setup.duration_ps / interval_ps * (guint64)g_rand_int_range(rand, 0, 3) / 4 * interval_ps;
    return lab;
}

static void run(GRand *rand)
{
    struct lab *lab = random_lab(rand);
    struct sides it;
    sides_init(&it, lab_setup(lab), 1 + (guint)g_rand_int_range(rand, 0, 7));
    g_assert_cmpint(weft_backend_reference.run(it.setup, it.watch, G_N_ELEMENTS(it.watch), NULL), ==,
                    WEFT_OK);
    if (g_rand_boolean(rand))
        same_reports(&it);
    sides_clear(&it);
    lab_free(lab);
}

static void test_runs(void)
{
    on_random(RUNS, run);
}

/* What the arrivals of a stream are like. */
struct feed {
    uint32_t number;
    weft_ps at_ps, queue_ps;
    weft_ps grid_ps;              /* of queueing delays: instants that are equal to others */
    gint32 loss, swap, odd, hush; /* one in so many packets; 0: none */
};

static uint64_t draw(GRand *rand, uint64_t below)
{
    return ((uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand)) % below;
}

static bool now_and_then(GRand *rand, gint32 one_in)
{
    return one_in > 0 && g_rand_int_range(rand, 0, one_in) == 0;
}

static struct lab *feed_lab(GRand *rand, struct feed *feed)
{
    static const uint64_t rates[] = {64000, 1000000, 4000000, 4300000, 19390000, 1000000000};
    static const weft_ps queues_ps[] = {1, 1000000, MS, 20 * MS, 700 * MS};
    struct lab *lab = lab_new(STREAMS);
    lab->setup.duration_ps = (1 + draw(rand, 40)) * 100 * MS;
    lab->setup.warmup_ps = draw(rand, 3) * 50 * MS;
    lab->setup.write.interval_ps = 1 + draw(rand, 100) * MS + draw(rand, 3) * 81920000;
    for (guint i = 0; i < STREAMS; i++) {
        struct weft_clock *clock = &lab_stream(lab, i)->clock;
        clock->rate_bps = rates[draw(rand, G_N_ELEMENTS(rates))] + (draw(rand, 4) ? 0 : draw(rand, 1000000));
        clock->payload_bytes =
            draw(rand, 4) ? 1250 + 66 * (uint32_t)draw(rand, 2) : 1 + (uint32_t)draw(rand, 1460);
        if (clock->payload_bytes * UINT64_C(8) * 4000 <
            clock->rate_bps) /* at most some thousand packets a second */
            clock->rate_bps = clock->payload_bytes * UINT64_C(8) * 4000 - draw(rand, 2);
        clock->start_ps = draw(rand, 2) * draw(rand, 500 * MS);
        lab_device(lab, i)->startup_ps = draw(rand, 400) * MS;
        feed[i] = (struct feed){.queue_ps = queues_ps[draw(rand, G_N_ELEMENTS(queues_ps))],
                                .grid_ps = draw(rand, 3) ? 1 : MS,
                                .loss = draw(rand, 3) ? 0 : 1 + (gint32)draw(rand, 300),
                                .swap = draw(rand, 4) ? 0 : 1 + (gint32)draw(rand, 200),
                                .odd = draw(rand, 8) ? 0 : 1 + (gint32)draw(rand, 500),
                                .hush = draw(rand, 4) ? 0 : 1 + (gint32)draw(rand, 500)};
    }
    return lab;
}

static void test_add(struct weft_train *train, uint32_t stream, uint32_t number, uint32_t payload_bytes,
                     weft_ps at_ps)
{
    uint32_t i = train->n++;
    train->stream[i] = stream;
    train->number[i] = number;
    train->payload_bytes[i] = payload_bytes;
    train->at_ps[i] = train->done_ps[i] = at_ps;
}

static void feed_packet(struct sides *it, struct weft_train *train, uint32_t stream, uint32_t number,
                        uint32_t payload_bytes, weft_ps at_ps)
{
    test_add(train, stream, number, payload_bytes, at_ps);
    if (train->n < WEFT_TRAIN)
        return;
    for (gsize k = 0; k < G_N_ELEMENTS(it->watch); k++)
        it->watch[k].packets(it->watch[k].ctx, WEFT_AT_DEVICE, 0, train);
    train->n = 0;
}

/* The next packet, or the two next ones in the wrong order. */
static void feed_some(struct sides *it, struct weft_train *train, uint32_t stream, struct feed *feed,
                      GRand *rand)
{
    const struct weft_clock *clock = &it->setup->stream[stream].clock;
    uint32_t number = feed->number, swapped = now_and_then(rand, feed->swap), odd = 0;
    weft_ps at_ps =
        weft_clock_due(clock, number + swapped) + draw(rand, feed->queue_ps) / feed->grid_ps * feed->grid_ps;
    if (now_and_then(rand, feed->hush))
        at_ps += draw(rand, 3000 * MS);
    feed->at_ps = at_ps > feed->at_ps ? at_ps : feed->at_ps + draw(rand, 2);
    feed->number += 1 + swapped;
    if (now_and_then(rand, feed->odd))
        odd = 1 + (uint32_t)draw(rand, clock->payload_bytes);
    if (now_and_then(rand, feed->loss))
        return;
    feed_packet(it, train, stream, number + swapped, clock->payload_bytes + odd, feed->at_ps);
    if (swapped)
        feed_packet(it, train, stream, number, clock->payload_bytes, feed->at_ps);
}

/* Streams by turns, some packets of one at a time; reports are read now and then. */
static void feed(GRand *rand)
{
    struct feed feed[STREAMS];
    struct weft_train train = {.n = 0};
    struct sides it;
    struct lab *lab = feed_lab(rand, feed);
    uint32_t together = 1 + (uint32_t)draw(rand, draw(rand, 2) ? 1 : 40),
             read = 1 + (uint32_t)draw(rand, 3000);
    sides_init(&it, lab_setup_unchecked(lab), TIMING | PLAYOUT | METRICS);
    for (uint32_t k = 0; k < 12000; k++) {
        uint32_t stream = k / together % STREAMS;
        if (weft_clock_due(&it.setup->stream[stream].clock, feed[stream].number) < it.setup->duration_ps)
            feed_some(&it, &train, stream, &feed[stream], rand);
        if (draw(rand, 1000 * (uint64_t)read) == 0)
            same_reports(&it);
    }
    for (gsize k = 0; k < G_N_ELEMENTS(it.watch); k++) {
        it.watch[k].packets(it.watch[k].ctx, WEFT_AT_DEVICE, 0, &train);
        if (draw(rand, 2)) /* somebody asks before all have been told */
            weft_metrics_block(it.metrics[1]);
    }
    if (draw(rand, 2)) /* else when blocks have handed on what they had */
        same_reports(&it);
    sides_clear(&it);
    lab_free(lab);
}

static void test_feeds(void)
{
    on_random(FEEDS, feed);
}

/* A stream whose arrivals repeat: `sent` packets a period, of which `lost` (MOST: none) does not arrive, each so long
 * after it is due. */
struct cycle {
    uint32_t sent, lost;
    bool swaps; /* the last two of a period */
    weft_ps queue_ps[MOST];
};

/* Period `from` to `to` - 1. The period begins each time where its first packet is due. */
static void feed_periods(struct sides *it, const struct cycle *cycle, weft_ps period_ps, uint64_t from,
                         uint64_t to, gsize watch, gsize watches)
{
    struct weft_train train = {.n = 0};
    for (uint64_t k = from * STREAMS; k < to * STREAMS; k++) {
        uint32_t stream = (uint32_t)(k % STREAMS), time = (uint32_t)(k / STREAMS);
        const struct cycle *of = &cycle[stream];
        const struct weft_clock *clock = &it->setup->stream[stream].clock;
        for (uint32_t i = 0; i < of->sent; i++) {
            bool swapped = of->swaps && i + 2 >= of->sent && of->sent >= 2;
            weft_ps at_ps = weft_clock_due(clock, i) + of->queue_ps[i] + time * period_ps;
            if (i != of->lost)
                test_add(&train, stream, time * of->sent + (swapped ? 2 * of->sent - 3 - i : i),
                         clock->payload_bytes, at_ps);
            for (gsize w = watch; w < watch + watches && train.n == WEFT_TRAIN; w++)
                it->watch[w].packets(it->watch[w].ctx, WEFT_AT_DEVICE, 0, &train);
            train.n %= WEFT_TRAIN;
        }
    }
    for (gsize w = watch; w < watch + watches; w++)
        it->watch[w].packets(it->watch[w].ctx, WEFT_AT_DEVICE, 0, &train);
}

/* P times the rate is a whole number of packets for most streams, though a packet time is no whole number of picoseconds. */
static void draw_cycle(struct lab *lab, uint32_t i, struct cycle *cycle, uint32_t j, GRand *rand)
{
    static const weft_ps queues_ps[] = {1, 1000000, 3 * MS, 60 * MS};
    struct weft_clock *clock = &lab_stream(lab, i)->clock;
    weft_ps last_ps = 0, queue_ps = queues_ps[draw(rand, G_N_ELEMENTS(queues_ps))],
            grid_ps = 1 + draw(rand, 2) * 999;
    cycle->sent = 1 + (uint32_t)draw(rand, MOST);
    cycle->lost = draw(rand, 6) ? MOST : (uint32_t)draw(rand, cycle->sent);
    cycle->swaps = draw(rand, 8) == 0;
    clock->payload_bytes = j * (1 + (uint32_t)draw(rand, 1400 / j));
    clock->rate_bps = (guint64)cycle->sent * clock->payload_bytes * 100 / j + (draw(rand, 8) == 0);
    clock->start_ps = draw(rand, 2) * draw(rand, 500 * MS);
    lab_device(lab, i)->startup_ps = draw(rand, 4) ? 200 * MS : draw(rand, 60 * MS);
    for (uint32_t k = 0; k < cycle->sent; k++) {
        weft_ps due_ps = weft_clock_due(clock, k), at_ps = due_ps + draw(rand, queue_ps) / grid_ps * grid_ps;
        if (at_ps < last_ps)
            at_ps = last_ps;
        if (k > 0 && at_ps > weft_clock_due(clock, 0) + cycle->queue_ps[0] + j * 80 * MS)
            at_ps = weft_clock_due(clock, 0) + cycle->queue_ps[0] + j * 80 * MS;
        last_ps = at_ps;
        cycle->queue_ps[k] = at_ps - due_ps;
    }
}

/* What happens once goes before and after. */
static void disturb(struct sides *it, const struct cycle *cycle, weft_ps period_ps, uint64_t time,
                    GRand *rand)
{
    struct cycle odd[STREAMS];
    memcpy(odd, cycle, sizeof odd);
    for (uint32_t i = 0; i < STREAMS; i++) {
        const struct weft_clock *clock = &it->setup->stream[i].clock;
        if (draw(rand, 2)) {
            odd[i].lost = (uint32_t)draw(rand, MOST);
            for (uint32_t k = 0; k < odd[i].sent; k++) /* all at once */
                odd[i].queue_ps[k] = cycle[i].queue_ps[odd[i].sent - 1] +
                                     weft_clock_due(clock, odd[i].sent - 1) - weft_clock_due(clock, k);
        }
    }
    feed_periods(it, odd, period_ps, time, time + 1, 0, G_N_ELEMENTS(it->watch));
}

/* Side 0 gets all periods, side 1 is told one and how often it comes. */
static void repeat(GRand *rand)
{
    struct cycle cycle[STREAMS] = {0};
    uint32_t packets[STREAMS], j = 1 + (uint32_t)draw(rand, draw(rand, 3) ? 4 : 40);
    struct lab *lab = lab_new(STREAMS);
    struct sides it;
    weft_ps period_ps = j * 80 * MS, parts = 1 + draw(rand, 8);
    uint64_t before = draw(rand, 20), times = draw(rand, 3) ? draw(rand, 400) : draw(rand, 12);
    for (uint32_t i = 0; i < STREAMS; i++) {
        draw_cycle(lab, i, &cycle[i], j, rand);
        packets[i] = cycle[i].sent;
    }
    lab->setup.write.interval_ps = draw(rand, 4) ? period_ps / parts : 1 + draw(rand, 100 * MS);
    lab->setup.duration_ps = (before + times + 4) * period_ps;
    sides_init(&it, lab_setup_unchecked(lab), 1 + (guint)draw(rand, 3));
    disturb(&it, cycle, period_ps, 0, rand);
    feed_periods(&it, cycle, period_ps, 1, 1 + before, 0, G_N_ELEMENTS(it.watch));
    if (draw(rand, 2))
        same_reports(&it);
    const struct weft_watch *blocks = &it.watch[G_N_ELEMENTS(it.watch) - 1];
    blocks->mark(blocks->ctx);
    feed_periods(&it, cycle, period_ps, 1 + before, 2 + before, 0, G_N_ELEMENTS(it.watch));
    blocks->repeat(blocks->ctx,
                   &(struct weft_repeat){.period_ps = period_ps, .times = times, .packets = packets});
    feed_periods(&it, cycle, period_ps, 2 + before, 2 + before + times, 0, G_N_ELEMENTS(it.watch) - 1);
    if (draw(rand, 2))
        same_reports(&it);
    disturb(&it, cycle, period_ps, 2 + before + times, rand);
    feed_periods(&it, cycle, period_ps, 3 + before + times, 4 + before + times, 0, G_N_ELEMENTS(it.watch));
    same_reports(&it);
    sides_clear(&it);
    lab_free(lab);
}

static void test_repeats(void)
{
    on_random(PERIODS, repeat);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/property/stream-blocks/runs", test_runs);
    g_test_add_func("/property/stream-blocks/feeds", test_feeds);
    g_test_add_func("/property/stream-blocks/repeats", test_repeats);
    return g_test_run();
}
