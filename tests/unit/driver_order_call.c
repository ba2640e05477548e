/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a driver tells its order of a call: an order of the test's own looks at every entry when a call begins, and compares
 * with sizes and deadlines worked out here. */

#include "weft/driver.h"

#include <glib.h>

#define MS (WEFT_PS_PER_S / 1000)
enum { STREAMS = 4, MOST = 4, SEED = 5, DRAWS = 77, ARGUMENT = 9, FIRST = 7 };

/* Frame: 14 Ethernet, 20 IPv4, 8 UDP, RTP and payload, 4 check sequence, at least 64; the gap is 20 more. */
static const struct told {
    uint32_t packets, bytes[MOST];
    weft_ps deadline_ps[MOST]; /* of the first call */
} told[STREAMS] = {
    /* 3,500 bytes over RTP by 1,000, 8 Mbit/s from 5 ms on, 100 ms of playout delay: packet 7 is due whole at 8 ms */
    {4, {1078, 1078, 1078, 578}, {113 * MS, 114 * MS, 115 * MS, 116 * MS}},
    /* packets 2, 0 and 1 of a table: 900 + 4, 300 + 2 and 20 bytes; no clock */
    {3, {970, 368, 86}, {WEFT_NEVER, WEFT_NEVER, WEFT_NEVER}},
    /* 30 bytes by 10: padded frames */
    {3, {84, 84, 84}, {WEFT_NEVER, WEFT_NEVER, WEFT_NEVER}},
    {0}, /* not connected */
};

static void assert_entry(const struct weft_order_call *call, uint32_t i)
{
    const struct told *expected = &told[i];
    weft_ps later_ps = call->number * MS; /* each call begins a packet later */
    uint64_t all = 0;
    g_assert_cmpuint(call->vector[i].packets, ==, expected->packets);
    bool alike = true;
    for (uint32_t k = 0; k < expected->packets; k++) {
        weft_ps deadline_ps = expected->deadline_ps[k];
        g_assert_cmpuint(call->packet_bytes(call->ctx, i, k), ==, expected->bytes[k]);
        g_assert_cmpuint(call->deadline_ps(call->ctx, i, k), ==,
                         deadline_ps == WEFT_NEVER ? WEFT_NEVER : deadline_ps + later_ps);
        all += expected->bytes[k];
        alike = alike && expected->bytes[k] == expected->bytes[0];
    }
    if (expected->packets == 0)
        return;
    struct weft_order_sizes sizes = call->sizes(call->ctx, i);
    g_assert_cmpuint(sizes.bytes, ==, all);
    g_assert_cmpuint(sizes.packet_bytes, ==, alike ? expected->bytes[0] : 0);
}

static void spy_begin(void *state, const struct weft_order_call *call)
{
    g_assert_cmpuint(call->entries, ==, STREAMS);
    g_assert_cmpuint(call->argument, ==, ARGUMENT);
    g_assert_cmpuint(call->number, ==, call->vector[0].first_number - FIRST);
    for (uint32_t k = 0; k < 3; k++)
        g_assert_cmpuint(weft_order_draw(call, k), ==,
                         weft_draw(SEED, DRAWS, WEFT_DRAW_ORDER, call->number << 32 | k));
    for (uint32_t i = 0; i < STREAMS; i++)
        assert_entry(call, i);
    weft_order_sequential.begin(state, call);
}

static size_t state_bytes(size_t entries)
{
    return weft_order_sequential.state_bytes(entries);
}

static size_t spy_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max)
{
    g_assert_cmpuint(call->entries, ==, STREAMS); /* told again */
    return weft_order_sequential.emit(state, call, entry_index, max);
}

static const struct weft_order spy = {.name = "spy",
                                      .help = "looks at everything",
                                      .argument = {WEFT_ARGUMENT_COUNT, 1, 9, NULL, 0},
                                      .state_bytes = state_bytes,
                                      .begin = spy_begin,
                                      .emit = spy_emit};

static void call_once(struct weft_driver *driver, struct weft_ring *ring, uint32_t number)
{
    struct weft_entry vector[STREAMS] = {
        {.stream = 0, .first_number = FIRST + number, .address = 4096, .bytes = 3500},
        {.stream = 1, .first_number = 2, .address = 8192, .bytes = 1220},
        {.stream = 2, .first_number = 0, .address = 16384, .bytes = 30},
        {.stream = 3, .first_number = 0, .address = 20480, .bytes = 30}};
    struct weft_ledger ledger = {0};
    uint32_t packets = 0;
    weft_driver_submit(driver, &(struct weft_call){.vector = vector, .entries = STREAMS});
    while (weft_driver_step(driver, 0, &ledger).need != WEFT_DONE)
        ;
    for (uint64_t at = weft_ring_completed(ring); at < weft_ring_rung(ring); at++, packets++) {
        uint32_t place = weft_ring_place(ring, at);
        weft_ring_complete(ring, &place, 1);
    }
    g_assert_cmpuint(packets, ==, 10);
}

static void drivers_tell(void)
{
    static const struct weft_packet packet[] = {
        {.at_byte = 0, .data_bytes = 300, .prefix_bytes = 2},
        {.at_byte = 300, .data_bytes = 20},
        {.at_byte = 320, .data_bytes = 900, .prefix_bytes = 4},
    };
    static const struct weft_packets table = {3, packet};
    static const struct weft_clock clock = {.start_ps = 5 * MS, .rate_bps = 8000000, .payload_bytes = 1000};
    static const struct weft_stream_route route[STREAMS] = {
        {.payload_bytes = 1000, .header_bytes = 12, .clock = &clock, .startup_ps = 100 * MS},
        {.payload_bytes = 904, .packets = &table},
        {.payload_bytes = 10},
        {0},
    };
    const struct weft_driver_params params = {.network = &weft_network_ethernet,
                                              .cut = &weft_cut_plain,
                                              .order = &spy,
                                              .order_argument = ARGUMENT,
                                              .seed = SEED,
                                              .draws = DRAWS,
                                              .translation = &weft_translation_page_walk,
                                              .segmentation = &weft_segmentation_driver,
                                              .header = &weft_header_single,
                                              .doorbell_packets = 4,
                                              .profile = &weft_profile_free,
                                              .page_bytes = WEFT_PAGE_4K,
                                              .streams = STREAMS,
                                              .routes = route};
    struct weft_ring *ring = weft_ring_new(64, false);
    struct weft_driver *driver = weft_driver_new(&params, ring, NULL, NULL);
    for (uint32_t number = 0; number < 3; number++)
        call_once(driver, ring, number);
    weft_driver_free(driver);
    weft_ring_free(ring);
}

/* A call has fewer than 2^32 packets, whatever its entries are. */
static void calls_are_bounded(void)
{
    static const struct weft_stream_route route = {.payload_bytes = 1};
    const struct weft_driver_params params = {.network = &weft_network_raw,
                                              .cut = &weft_cut_plain,
                                              .order = &weft_order_sequential,
                                              .translation = &weft_translation_application,
                                              .segmentation = &weft_segmentation_driver,
                                              .header = &weft_header_single,
                                              .doorbell_packets = 4,
                                              .profile = &weft_profile_free,
                                              .page_bytes = WEFT_PAGE_4K,
                                              .streams = 1,
                                              .routes = &route};
    struct weft_entry vector[] = {{.address = 4096, .bytes = 3000000000},
                                  {.address = 4096, .bytes = 3000000000},
                                  {.address = 4096, .bytes = 1000000000}};
    struct weft_ring *ring = weft_ring_new(4, false);
    struct weft_driver *driver = weft_driver_new(&params, ring, NULL, NULL);
    weft_driver_submit(driver, &(struct weft_call){.vector = vector, .entries = G_N_ELEMENTS(vector)});
    g_assert_cmpuint(vector[0].packets, ==, 3000000000);
    g_assert_cmpint(vector[1].status, ==, WEFT_ENTRY_OUT_OF_RANGE);
    g_assert_cmpuint(vector[1].packets, ==, 0);
    g_assert_cmpuint(vector[2].packets, ==, 1000000000);
    weft_driver_free(driver);
    weft_ring_free(ring);
}

/* Which numbers a row's argument may be; 0 says none. */
static void arguments(void)
{
    static const struct weft_argument none = {0}, needed = {WEFT_ARGUMENT_COUNT, 2, 9, NULL, 0},
                                      own = {WEFT_ARGUMENT_SIZE, 2, 9, "its own", 0},
                                      standard = {WEFT_ARGUMENT_TIME, 2, 9, "5 ps", 5};
    g_assert_true(weft_argument_allows(&none, 0) && !weft_argument_allows(&none, 1));
    g_assert_true(!weft_argument_allows(&needed, 0) && !weft_argument_allows(&needed, 1));
    g_assert_true(weft_argument_allows(&needed, 2) && weft_argument_allows(&needed, 9));
    g_assert_false(weft_argument_allows(&needed, 10));
    g_assert_true(weft_argument_allows(&own, 0) && !weft_argument_allows(&own, 1));
    g_assert_true(!weft_argument_allows(&standard, 0) && weft_argument_allows(&standard, 5));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/drivers-tell", drivers_tell);
    g_test_add_func("/order/calls-are-bounded", calls_are_bounded);
    g_test_add_func("/order/arguments", arguments);
    return g_test_run();
}
