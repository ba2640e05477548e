/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replay.h"

struct told {
    enum weft_point point;
    uint32_t node;
    struct weft_train train;
};
struct replay {
    struct weft_watch watch;
    GArray *told; /* struct told, since the mark */
    bool marked;
    uint64_t marks, periods, packets; /* packets: at servers, since the mark */
    weft_ps advanced_ps;
};

struct replay *replay_new(const struct weft_watch *watch)
{
    struct replay *replay = g_new0(struct replay, 1);
    replay->watch = *watch;
    replay->told = g_array_new(FALSE, FALSE, sizeof(struct told));
    return replay;
}

void replay_free(struct replay *replay)
{
    g_assert_false(replay->marked);
    g_array_unref(replay->told);
    g_free(replay);
}

static void packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct replay *replay = ctx;
    if (replay->watch.packets)
        replay->watch.packets(replay->watch.ctx, point, node, train);
    if (!replay->marked)
        return;
    const struct told told = {point, node, *train};
    replay->packets += point == WEFT_AT_SERVER ? train->n : 0;
    g_assert_cmpuint(replay->packets, <=, WEFT_REPEAT_MOST_PACKETS);
    g_array_append_val(replay->told, told);
}

static void advance(void *ctx, weft_ps until_ps)
{
    struct replay *replay = ctx;
    g_assert_cmpuint(until_ps, >=, replay->advanced_ps);
    replay->advanced_ps = until_ps;
    if (replay->watch.advance)
        replay->watch.advance(replay->watch.ctx, until_ps);
}

static void mark(void *ctx)
{
    struct replay *replay = ctx;
    g_assert_false(replay->marked);
    replay->marked = true;
    replay->packets = 0;
    replay->marks++;
}

static void shift(struct weft_train *train, enum weft_point point, const struct weft_repeat *repeat)
{
    for (uint32_t i = 0; i < train->n; i++) {
        train->packet[i] += repeat->server_packets[train->packet[i] >> WEFT_PACKET_SERVER_SHIFT];
        train->number[i] += repeat->packets[train->stream[i]];
        train->tx_ps[i] += repeat->period_ps;
        train->at_ps[i] += repeat->period_ps;
        if (train->done_ps[i] != WEFT_NEVER)
            train->done_ps[i] += repeat->period_ps;
        if (point == WEFT_AT_SWITCH)
            train->enter_ps[i] += repeat->period_ps;
    }
}

static void repeat(void *ctx, const struct weft_repeat *repeat)
{
    struct replay *replay = ctx;
    const weft_ps began_ps = replay->advanced_ps;
    g_assert_true(replay->marked && repeat->period_ps > 0);
    replay->marked = false;
    for (uint64_t k = 1; k <= repeat->times; k++) {
        for (guint i = 0; i < replay->told->len; i++) {
            struct told *told = &g_array_index(replay->told, struct told, i);
            shift(&told->train, told->point, repeat);
            if (replay->watch.packets)
                replay->watch.packets(replay->watch.ctx, told->point, told->node, &told->train);
        }
        advance(replay, began_ps + k * repeat->period_ps);
    }
    replay->periods += repeat->times;
    g_array_set_size(replay->told, 0);
}

static void server(void *ctx, uint32_t index, const struct weft_host_counters *counters)
{
    struct replay *replay = ctx;
    if (replay->watch.server)
        replay->watch.server(replay->watch.ctx, index, counters);
}

static void refused(void *ctx, uint32_t stream, const struct weft_refused *what)
{
    struct replay *replay = ctx;
    if (replay->watch.refused)
        replay->watch.refused(replay->watch.ctx, stream, what);
}

struct weft_watch replay_watch(struct replay *replay)
{
    return (struct weft_watch){.ctx = replay,
                               .packets = packets,
                               .advance = advance,
                               .refused = refused,
                               .server = server,
                               .mark = mark,
                               .repeat = repeat};
}

uint64_t replay_periods(const struct replay *replay)
{
    return replay->periods;
}

uint64_t replay_marks(const struct replay *replay)
{
    return replay->marks;
}
