/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random calls through two drivers that differ in two things: one's order says its packets in stretches, so that calls of alike
 * packets are cut in rounds, the other's only packet by packet; and one has routes of its own streams only, the other of all
 * numbers. Steps, prices, counts and all columns of their rings are the same, and both kinds of calls are among them, on
 * rings whose places go round and on others. */

#include "driver/rounds.h"
#include "driver/rows.h"
#include "order_case.h"

#include <glib.h>
#include <string.h>

enum { ROUNDS = 0, PLAIN = 1, DRIVERS = 2, MOST_STREAMS = 40, MOST_SLOTS = 200, CALLS = 25, MOST_APART = 4 };

struct pair {
    struct weft_order plain_order;
    struct weft_stream_route route[MOST_STREAMS], route_by_number[MOST_APART * MOST_STREAMS];
    uint32_t number[MOST_STREAMS]; /* of the stream whose route it is */
    uint32_t streams, slots;
    struct weft_ring *ring[DRIVERS];
    struct weft_driver *driver[DRIVERS];
    struct weft_ledger ledger[DRIVERS];
    uint32_t in_rounds, packets;
};

static uint32_t draw(uint32_t least, uint32_t most)
{
    return (uint32_t)g_test_rand_int_range((gint)least, (gint)most + 1);
}

/* Mostly all alike; else of a few sizes, or one that a format has cut. */
static void make_routes(struct pair *pair)
{
    static const struct weft_packet packet[] = {{.at_byte = 0, .data_bytes = 700},
                                                {.at_byte = 700, .data_bytes = 300}};
    static const struct weft_packets table = {.packets = 2, .packet = packet};
    const uint32_t payload_bytes = draw(1, 1472);
    const uint32_t sizes = draw(0, 7) ? 1 : 3, headers = draw(0, 7) ? 1 : 2, layers = draw(0, 7) ? 1 : 2;
    const bool tables = draw(0, 7) == 0;
    pair->streams = draw(0, 3) ? draw(8, MOST_STREAMS) : draw(1, 9);
    for (uint32_t i = 0; i < pair->streams; i++) {
        struct weft_stream_route *route = &pair->route[i];
        *route = (struct weft_stream_route){.payload_bytes = MAX(payload_bytes, sizes) - i % sizes,
                                            .header_bytes = i % headers * 12,
                                            .header.layers = (uint8_t)(3 + i % layers)};
        if (tables && draw(0, 5) == 0)
            *route = (struct weft_stream_route){.payload_bytes = 700, .packets = &table, .header.layers = 3};
    }
}

/* In a row, every k-th, or irregular. */
static void number_streams(struct pair *pair)
{
    const uint32_t apart = draw(1, MOST_APART);
    const bool regular = draw(0, 1);
    for (uint32_t i = 0, next = draw(0, apart - 1); i < pair->streams; i++) {
        pair->number[i] = next;
        pair->route_by_number[next] = pair->route[i];
        next += regular ? apart : draw(1, MOST_APART - 1);
    }
}

static void begin(struct pair *pair, const struct weft_order *order)
{
    static const struct weft_segmentation *const segmentations[] = {
        &weft_segmentation_stack, &weft_segmentation_split, &weft_segmentation_driver,
        &weft_segmentation_driver, &weft_segmentation_nic};
    make_routes(pair);
    number_streams(pair);
    pair->plain_order = *order;
    pair->plain_order.turns = NULL;
    pair->plain_order.stretch = NULL;
    pair->slots = draw(1, MOST_SLOTS);
    struct weft_driver_params params = {.network = &weft_network_ethernet,
                                        .cut = &weft_cut_plain,
                                        .order = order,
                                        .order_argument = order_case_argument(&order->argument, 2),
                                        .copies = draw(0, 2) == 0,
                                        .translation = &weft_translation_buffer,
                                        .segmentation = segmentations[draw(0, 4)],
                                        .header = draw(0, 1) ? &weft_header_single : &weft_header_per_layer,
                                        .doorbell_packets = draw(1, 70),
                                        .profile = &weft_profile_modern_x86,
                                        .page_bytes = draw(0, 3) ? WEFT_PAGE_4K : WEFT_PAGE_2M,
                                        .streams = pair->streams,
                                        .routes = pair->route,
                                        .own = pair->number};
    for (int i = 0; i < DRIVERS; i++) {
        pair->ring[i] = weft_ring_new(pair->slots, false);
        if (i == PLAIN) {
            params.order = &pair->plain_order;
            params.streams = pair->number[pair->streams - 1] + 1;
            params.routes = pair->route_by_number;
            params.own = NULL;
        }
        pair->driver[i] = weft_driver_new(&params, pair->ring[i], NULL, NULL);
    }
}

/* Two places reserved in one order and rung in the other: they do not go round any more. */
static void shuffle(struct pair *pair)
{
    for (int i = 0; i < DRIVERS; i++) {
        uint32_t first, second;
        weft_ring_reserve(pair->ring[i], &first, 1);
        weft_ring_reserve(pair->ring[i], &second, 1);
        weft_ring_put(pair->ring[i], &second, 1);
        weft_ring_put(pair->ring[i], &first, 1);
        weft_ring_complete_first(pair->ring[i], 2);
        g_assert_false(pair->ring[i]->in_turn);
    }
}

/* Mostly whole packets, as many of each. One that is refused now and then. */
static uint32_t write_vector(const struct pair *pair, struct weft_entry *vector)
{
    const uint32_t n = draw(0, 4) ? pair->streams : draw(1, pair->streams), packets = draw(1, 9);
    const bool uneven = draw(0, 2) == 0, ragged = draw(0, 5) == 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct weft_stream_route *route = &pair->route[i];
        uint64_t count = uneven ? draw(1, 15) : packets;
        uint64_t bytes = count * route->payload_bytes;
        if (route->packets)
            bytes = count * 1000;
        else if (ragged && draw(0, 3) == 0)
            bytes += draw(0, route->payload_bytes);
        vector[i] = (struct weft_entry){.stream = pair->number[i],
                                        .first_number = 2 * draw(0, 1000000),
                                        .address = draw(0, 1u << 30),
                                        .bytes = bytes};
        if (draw(0, 60) == 0)
            vector[i].bytes = 0;
        if (draw(0, 60) == 0)
            vector[i].stream = draw(0, pair->number[pair->streams - 1] + 2);
    }
    return n;
}

/* What the rings hold that is in flight, and how they stand. */
static void assert_same_rings(struct pair *pair)
{
    const struct weft_ring *rounds = pair->ring[ROUNDS], *plain = pair->ring[PLAIN];
    g_assert_cmpuint(rounds->rung, ==, plain->rung);
    g_assert_cmpuint(rounds->completed, ==, plain->completed);
    for (uint64_t at = plain->completed; at < plain->rung; at++) {
        const uint32_t place = weft_ring_place(plain, at);
        g_assert_cmpuint(weft_ring_place(rounds, at), ==, place);
        g_assert_cmpuint(rounds->stream[place], ==, plain->stream[place]);
        g_assert_cmpuint(rounds->number[place], ==, plain->number[place]);
        g_assert_cmpuint(rounds->payload_bytes[place], ==, plain->payload_bytes[place]);
        g_assert_cmpuint(rounds->frame_bytes[place], ==, plain->frame_bytes[place]);
        g_assert_cmpuint(rounds->marks[place], ==, plain->marks[place]);
        g_assert_cmpuint(rounds->launch_ps[place], ==, plain->launch_ps[place]);
    }
}

static struct weft_step step(struct pair *pair, weft_ps now_ps)
{
    struct weft_step out[DRIVERS];
    for (int i = 0; i < DRIVERS; i++)
        out[i] = weft_driver_step(pair->driver[i], now_ps, &pair->ledger[i]);
    g_assert_cmpint(out[0].need, ==, out[1].need);
    g_assert_cmpuint(out[0].mcycles, ==, out[1].mcycles);
    g_assert_cmpuint(out[0].slots, ==, out[1].slots);
    g_assert_cmpuint(out[0].at_ps, ==, out[1].at_ps);
    for (int e = 0; e < WEFT_EVENTS; e++)
        g_assert_cmpuint(pair->ledger[0].count[e], ==, pair->ledger[1].count[e]);
    assert_same_rings(pair);
    return out[0];
}

static void submit(struct pair *pair, struct weft_entry vector[DRIVERS][MOST_STREAMS], weft_ps now_ps)
{
    const uint32_t n = write_vector(pair, vector[0]);
    memcpy(vector[1], vector[0], sizeof(vector[0]));
    struct weft_call call = {.entries = n, .counted = draw(0, 1), .cold = draw(0, 1)};
    if (draw(0, 3) == 0) { /* launch times, or slices */
        call.from_ps = now_ps + draw(0, 1000);
        call.span_ps = 1000000;
        call.of_packets = 100000;
        call.first_packet = draw(0, 1000);
        call.slices = draw(0, 1) ? draw(1, 3000) : 0;
    }
    for (int i = 0; i < DRIVERS; i++) {
        call.vector = vector[i];
        weft_driver_submit(pair->driver[i], &call);
    }
    for (uint32_t i = 0; i < n; i++) {
        g_assert_cmpint(vector[0][i].status, ==, vector[1][i].status);
        g_assert_cmpuint(vector[0][i].packets, ==, vector[1][i].packets);
        pair->packets += vector[0][i].packets;
        pair->in_rounds += pair->driver[ROUNDS]->rounds.on ? vector[0][i].packets : 0;
    }
    g_assert_false(pair->driver[PLAIN]->rounds.on);
}

static void make_call(struct pair *pair, weft_ps *now_ps)
{
    struct weft_entry vector[DRIVERS][MOST_STREAMS];
    struct weft_step last = {.need = WEFT_CORE};
    submit(pair, vector, *now_ps);
    while (last.need != WEFT_DONE) {
        last = step(pair, *now_ps);
        if (last.need == WEFT_TIME)
            *now_ps = last.at_ps;
        const uint32_t in_flight = (uint32_t)(pair->ring[0]->rung - pair->ring[0]->completed);
        const uint32_t least = last.need == WEFT_RING ? in_flight - MIN(in_flight, last.slots) : 0;
        const uint32_t sent = draw(least, in_flight);
        for (int i = 0; i < DRIVERS; i++)
            weft_ring_complete_first(pair->ring[i], sent);
    }
}

static void rounds_are_packets_one_by_one(void)
{
    uint32_t in_rounds = 0, packets = 0;
    for (size_t round = 0; round < 200; round++) {
        const struct weft_order *order = weft_orders[round % 2 ? round / 2 % 8 : 1];
        struct pair *pair = g_new0(struct pair, 1);
        weft_ps now_ps = 0;
        begin(pair, order);
        if (pair->slots > 1 && draw(0, 2) == 0)
            shuffle(pair);
        for (int call = 0; call < CALLS; call++)
            make_call(pair, &now_ps);
        in_rounds += pair->in_rounds;
        packets += pair->packets;
        for (int i = 0; i < DRIVERS; i++) {
            weft_driver_free(pair->driver[i]);
            weft_ring_free(pair->ring[i]);
        }
        g_free(pair);
    }
    g_test_message("%u of %u packets in rounds", in_rounds, packets);
    g_assert_cmpuint(in_rounds, >, packets / 10);
    g_assert_cmpuint(in_rounds, <, packets - packets / 10);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/driver/rounds-are-packets-one-by-one", rounds_are_packets_one_by_one);
    return g_test_run();
}
