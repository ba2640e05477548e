/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrivals are put down per stream: a packet that is the next one expected and a full one needs only its instant. A full
 * block is measured once for all takers (exact transits, their extremes and sum), given to those that look at blocks, and
 * added to the stream's run, which is given to the others when something ends it: a packet that is not plain, one that
 * breaks a limit of theirs, or somebody who reads. */
#include "metrics/blocks_private.h"

#include <assert.h>
#include <stdlib.h>

enum { MOST_SHIFT = 20 };
/* Of so many streams deposits are fetched so many packets ahead; behind a train's end lie streams of an earlier one. */
enum { MANY_STREAMS = 1 << 12, AHEAD = 32 };

/* Limits keep what is done with a block in 64 bits. */
bool weft_block_rate_init(struct block_rate *rate, const struct weft_clock *clock)
{
    struct weft_due_step step;
    weft_due_step_init(&step, clock);
    uint64_t divisor = weft_common_divisor(step.rate_bps, step.carry);
    *rate = (struct block_rate){.rate_bps = step.rate_bps,
                                .payload_bytes = clock->payload_bytes,
                                .units = step.rate_bps / divisor,
                                .step_ps = step.step_ps,
                                .part = step.carry / divisor};
    while (UINT64_C(1) << rate->shift < rate->units && rate->shift < MOST_SHIFT)
        rate->shift++;
    rate->limit_ps = UINT64_C(1) << (58 - rate->shift);
    if (clock->media || clock->payload_bytes >= DEPOSIT_PLAIN || UINT64_C(1) << rate->shift < rate->units ||
        rate->step_ps >= rate->limit_ps / BLOCK)
        return false;
    rate->packet = step.step_ps * rate->units + rate->part;
    return true;
}

/* Streams of one kind come one after the other, as a scenario lists them. */
static uint32_t rate_of(struct weft_stream_blocks *blocks, const struct weft_clock *clock)
{
    struct block_rate rate;
    if (!weft_block_rate_init(&rate, clock))
        return UINT32_MAX;
    const struct block_rate *last = blocks->rates > 0 ? &blocks->rate[blocks->rates - 1] : NULL;
    if (last && last->rate_bps == rate.rate_bps && last->payload_bytes == rate.payload_bytes)
        return blocks->rates - 1;
    if (blocks->rates == blocks->rates_room) {
        blocks->rates_room = blocks->rates_room ? 2 * blocks->rates_room : 1;
        blocks->rate = weft_resize(blocks->rate, blocks->rates_room, sizeof *blocks->rate);
    }
    assert(blocks->rate);
    blocks->rate[blocks->rates] = rate;
    return blocks->rates++;
}

struct weft_stream_blocks *weft_stream_blocks_new(const struct weft_setup *setup)
{
    struct weft_stream_blocks *blocks = weft_alloc(1, sizeof *blocks);
    blocks->setup = setup;
    blocks->memory =
        weft_alloc(1, setup->streams * (sizeof *blocks->deposit + sizeof *blocks->record) + BLOCK_LINE);
    blocks->deposit = weft_line_aligned(blocks->memory);
    blocks->record = (void *)(blocks->deposit + setup->streams);
    blocks->rate_of = weft_alloc(setup->streams, sizeof *blocks->rate_of);
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_clock *clock = &setup->stream[i].clock;
        uint64_t first_number = weft_clock_due_before(clock, setup->warmup_ps);
        assert(first_number <= UINT32_MAX);
        blocks->rate_of[i] = rate_of(blocks, clock);
        deposit_set_payload_bytes(&blocks->deposit[i], DEPOSIT_PLAIN);
        if (blocks->rate_of[i] == UINT32_MAX)
            continue;
        deposit_set_payload_bytes(&blocks->deposit[i], clock->payload_bytes);
        weft_blocks_expect(blocks, i, (uint32_t)first_number);
    }
    return blocks;
}

void weft_blocks_add(struct weft_stream_blocks *blocks, const struct block_taker *taker)
{
    assert(blocks->takers < BLOCK_TAKERS && !taker->block != !taker->run);
    blocks->taker[blocks->takers++] = *taker;
    blocks->runs |= taker->run != NULL;
}

void weft_stream_blocks_flush(struct weft_stream_blocks *blocks)
{
    for (uint32_t i = 0; blocks->holds && i < blocks->setup->streams; i++)
        if (blocks->rate_of[i] != UINT32_MAX)
            weft_blocks_settle(blocks, i);
    blocks->holds = false;
}

void weft_stream_blocks_free(struct weft_stream_blocks *blocks)
{
    if (!blocks)
        return;
    weft_stream_blocks_flush(blocks);
    for (uint32_t k = 0; k < blocks->takers; k++)
        blocks->taker[k].leave(blocks->taker[k].ctx);
    weft_blocks_forget(blocks);
    free(blocks->memory);
    free(blocks->rate_of);
    free(blocks->rate);
    free(blocks);
}

/* A packet that does not follow ends the stream's blocks for a while: where many are lost, going back and forth would cost
 * more than it saves. They begin anew when so many have followed each other. */
static void count_in_order(struct weft_stream_blocks *blocks, const struct block_packet *packet)
{
    enum { IN_ORDER = 32 };
    struct deposit *deposit = &blocks->deposit[packet->stream];
    bool follows =
        packet->number == deposit_number(deposit) && packet->payload_bytes == packet->rate->payload_bytes;
    deposit_set_n(deposit, follows ? deposit_n(deposit) + 1 : 0);
    if (packet->number >= deposit_number(deposit))
        deposit_set_number(deposit, packet->number + 1);
    if (deposit_n(deposit) < IN_ORDER)
        return;
    deposit_set_payload_bytes(deposit, packet->rate->payload_bytes);
    deposit_set_n(deposit, 0);
    weft_blocks_expect(blocks, packet->stream, deposit_number(deposit));
}

/* A loss now and then ends the run and nothing else. True: the packet has been handed on. */
static bool arrives_after_loss(struct weft_stream_blocks *blocks, const struct block_packet *packet)
{
    enum { IN_ORDER = 4 };
    const struct record *record = &blocks->record[packet->stream];
    struct deposit *deposit = &blocks->deposit[packet->stream];
    if (deposit_n(deposit) > 0)
        weft_blocks_hand(blocks, packet->stream);
    bool rarely = record->n >= IN_ORDER;
    weft_blocks_settle(blocks, packet->stream);
    if (!rarely || packet->number <= deposit_number(deposit) ||
        packet->payload_bytes != packet->rate->payload_bytes)
        return false;
    weft_blocks_hand_after_loss(blocks, packet);
    return true;
}

/* One that came before (or before warm-up) changes nothing of what is expected. */
void weft_blocks_arrive(struct weft_stream_blocks *blocks, struct block_packet packet)
{
    struct deposit *deposit = &blocks->deposit[packet.stream];
    const uint32_t n = deposit_put(deposit, packet.number, packet.payload_bytes, packet.at_ps);
    if (n == BLOCK)
        weft_blocks_hand(blocks, packet.stream);
    if (n > 0)
        return;
    if (blocks->rate_of[packet.stream] != UINT32_MAX)
        packet.rate = &blocks->rate[blocks->rate_of[packet.stream]];
    if (packet.rate && deposit_payload_bytes(deposit) != DEPOSIT_PLAIN) {
        if (arrives_after_loss(blocks, &packet))
            return;
        if (packet.number >= deposit_number(deposit))
            deposit_set_payload_bytes(deposit, DEPOSIT_PLAIN);
    }
    weft_blocks_hand_packet(blocks, &packet);
    if (packet.rate && deposit_payload_bytes(deposit) == DEPOSIT_PLAIN)
        count_in_order(blocks, &packet);
}

/* Full blocks and packets that are for none are looked at a little later, so that what they touch can be fetched until then.
 * In the meantime no packet of their streams fits: all that comes of them waits, too, and stays in order. */
static void drain(struct weft_stream_blocks *blocks)
{
    for (uint32_t i = 0; i < blocks->full_n; i++) {
        uint32_t stream = blocks->full[i];
        weft_blocks_hand(blocks, stream);
        deposit_set_payload_bytes(&blocks->deposit[stream],
                                  blocks->rate[blocks->rate_of[stream]].payload_bytes);
    }
    blocks->full_n = 0;
    for (uint32_t i = 0; i < blocks->plain_n; i++) {
        const struct block_packet *packet = &blocks->plain[i];
        if (packet->rate) /* it was the first that did not fit */
            deposit_set_payload_bytes(&blocks->deposit[packet->stream], packet->rate->payload_bytes);
        weft_blocks_arrive(blocks, *packet);
    }
    blocks->plain_n = 0;
}

/* A taker need not have both arrays. */
static void fetch_element(const void *array, uint32_t i, size_t bytes)
{
    if (array)
        weft_prefetch((const char *)array + i * bytes, bytes);
}

static void fetch(const struct weft_stream_blocks *blocks, uint32_t stream)
{
    __builtin_prefetch(&blocks->record[stream], 1);
    for (uint32_t k = 0; k < blocks->takers; k++)
        fetch_element(blocks->taker[k].state, stream, blocks->taker[k].state_bytes);
}

static __attribute__((noinline)) void is_full(struct weft_stream_blocks *blocks, uint32_t stream)
{
    deposit_set_payload_bytes(&blocks->deposit[stream], DEPOSIT_PLAIN);
    blocks->full[blocks->full_n++] = stream;
    fetch(blocks, stream);
    if (blocks->full_n == BLOCK_WAITING)
        drain(blocks);
}

static __attribute__((noinline)) void is_plain(struct weft_stream_blocks *blocks,
                                               const struct weft_train *train, uint32_t i)
{
    struct block_packet packet = {.stream = train->stream[i],
                                  .number = train->number[i],
                                  .payload_bytes = train->payload_bytes[i],
                                  .at_ps = train->at_ps[i]};
    struct deposit *deposit = &blocks->deposit[packet.stream];
    const bool first = deposit_payload_bytes(deposit) !=
                       DEPOSIT_PLAIN; /* nothing of it waits, and it need not become plain */
    if (first) {
        packet.rate = &blocks->rate[blocks->rate_of[packet.stream]];
        deposit_set_payload_bytes(deposit, DEPOSIT_PLAIN);
        fetch(blocks, packet.stream);
    }
    blocks->plain[blocks->plain_n++] = packet;
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (!first || blocks->taker[k].run)
            fetch_element(blocks->taker[k].plain, packet.stream, blocks->taker[k].plain_bytes);
    if (blocks->plain_n == BLOCK_WAITING)
        drain(blocks);
}

/* `far`: deposits do not stay in a core's caches, and are fetched so many packets ahead. */
static inline __attribute__((always_inline)) void put_down(struct weft_stream_blocks *blocks,
                                                           const struct weft_train *train, bool far)
{
    struct deposit *const deposit = blocks->deposit;
    for (uint32_t i = 0, packets = train->n; i < packets; i++) {
        if (far)
            __builtin_prefetch(&deposit[train->stream[(i + AHEAD) % WEFT_TRAIN]], 1);
        uint32_t n = deposit_put(&deposit[train->stream[i]], train->number[i], train->payload_bytes[i],
                                 train->at_ps[i]);
        if (n == 0)
            is_plain(blocks, train, i);
        else if (n == BLOCK)
            is_full(blocks, train->stream[i]);
    }
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct weft_stream_blocks *blocks = ctx;
    (void)node;
    if (point != WEFT_AT_DEVICE)
        return;
    blocks->holds = true;
    if (blocks->setup->streams >= MANY_STREAMS)
        put_down(blocks, train, true);
    else
        put_down(blocks, train, false);
    drain(blocks);
    if (blocks->period)
        weft_blocks_record(blocks, train);
}

struct weft_watch weft_stream_blocks_watch(struct weft_stream_blocks *blocks)
{
    return (struct weft_watch){
        .ctx = blocks, .packets = see_packets, .mark = weft_blocks_mark, .repeat = weft_blocks_repeat};
}
