/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TEST_METRICS_SETUP_H
#define WEFT_TEST_METRICS_SETUP_H

/* A setup for tests of observers: only what they read of it. */

#include "weft/setup.h"
#include "weft/train.h"

enum { TEST_SERVERS = 3, TEST_SWITCHES = 2, TEST_DEVICES = 6, TEST_STREAMS = 12 };

struct test_setup {
    struct weft_setup setup;
    struct weft_server server[TEST_SERVERS];
    struct weft_switch switch_[TEST_SWITCHES];
    struct weft_device device[TEST_DEVICES];
    struct weft_stream stream[TEST_STREAMS];
};

/* 1 Mbit/s in packets of 1,250 bytes: packet n of any stream is due at n * 10 ms. Even devices are behind
 * switch 0. */
static inline void test_setup_init(struct test_setup *it)
{
    *it = (struct test_setup){.setup = {.name = "test",
                                        .seed = 1,
                                        .duration_ps = WEFT_PS_PER_S,
                                        .network = &weft_network_ethernet,
                                        .servers = TEST_SERVERS,
                                        .switches = TEST_SWITCHES,
                                        .devices = TEST_DEVICES,
                                        .streams = TEST_STREAMS}};
    for (uint32_t i = 0; i < TEST_DEVICES; i++)
        it->device[i] = (struct weft_device){.switch_index = i % TEST_SWITCHES, .rate_bps = 100000000};
    for (uint32_t i = 0; i < TEST_STREAMS; i++)
        it->stream[i] = (struct weft_stream){.clock = {.rate_bps = 1000000, .payload_bytes = 1250},
                                             .server = i % TEST_SERVERS,
                                             .device = i % TEST_DEVICES};
    it->setup.server = it->server;
    it->setup.switch_ = it->switch_;
    it->setup.device = it->device;
    it->setup.stream = it->stream;
}

/* Append a packet to a train. */
static inline void test_train_add(struct weft_train *train, uint32_t stream, uint32_t number,
                                  uint32_t frame_bytes, weft_ps at_ps, weft_ps done_ps)
{
    uint32_t i = train->n++;
    train->packet[i] =
        (uint64_t)(stream % TEST_SERVERS) << WEFT_PACKET_SERVER_SHIFT | (uint64_t)number << 8 | stream;
    train->stream[i] = stream;
    train->number[i] = number;
    train->payload_bytes[i] = 1250;
    train->frame_bytes[i] = frame_bytes;
    train->tx_ps[i] = at_ps;
    train->at_ps[i] = at_ps;
    train->done_ps[i] = done_ps;
    train->enter_ps[i] = at_ps;
    train->port[i] = stream % TEST_DEVICES;
    train->outcome[i] = done_ps == WEFT_NEVER ? WEFT_DROPPED_BUFFER : WEFT_DELIVERED;
}

#endif
