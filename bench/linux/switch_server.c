/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls at their times, by libweft's driver into a ring, out of which the uplink's token bucket takes them. */

#include "switch_server.h"

#include "namespace.h"
#include "sender.h"
#include "switch_lab.h"
#include "switch_net.h"

#include <errno.h>
#include <time.h>

enum {
    CALL_PACKETS = SWITCH_PORTS * SWITCH_PACKETS,
    PORT_BYTES = SWITCH_PACKETS * SWITCH_PAYLOAD_BYTES,
    RING_FRAMES = 2048, /* a frame is written again when ports have sent it, four calls later */
    LATE_US = 120,      /* that the uplink's timer may be late without the uplink being late */
};
#define NS_PER_S UINT64_C(1000000000)

static gboolean shape(int link_index, uint64_t uplink_bps, GError **error)
{
    const uint64_t packet_bits = 8 * (SWITCH_FRAME_BYTES + SWITCH_OVERHEAD_BYTES);
    const struct switch_bucket bucket = {
        .rate_bps = uplink_bps,
        .packet_bytes = SWITCH_FRAME_BYTES,
        .bucket_packets = 1 + (uint32_t)(uplink_bps * LATE_US / G_USEC_PER_SEC / packet_bits + 1),
        .queue_packets = 2 * CALL_PACKETS};
    return uplink_bps ? switch_net_shape(link_index, &bucket, error) : switch_net_unshape(link_index, error);
}

static void wait_for(const struct timespec *begin, uint64_t after_ns)
{
    uint64_t at_ns = (uint64_t)begin->tv_nsec + after_ns;
    const struct timespec at = {.tv_sec = begin->tv_sec + (time_t)(at_ns / NS_PER_S),
                                .tv_nsec = (long)(at_ns % NS_PER_S)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
        ;
}

/* Ports' data lie one after the other. */
static gboolean send_calls(struct sender *sender, GError **error)
{
    uint64_t from[SWITCH_PORTS], bytes[SWITCH_PORTS];
    struct sender_times times = {0};
    struct timespec begin;
    for (guint i = 0; i < SWITCH_PORTS; i++) {
        bytes[i] = PORT_BYTES;
        from[i] = i * bytes[i];
    }
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (guint call = 0; call < SWITCH_CALLS; call++) {
        wait_for(&begin, call * (SWITCH_INTERVAL_PS / 1000));
        /* what the link does not take at once it must be given later */
        if (!sender_write(sender, from, bytes, &times, error) || !sender_drain(sender, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean send_order(int link_index, const struct switch_order *order, GError **error)
{
    const struct sender_params params = {.streams = SWITCH_PORTS,
                                         .payload_bytes = SWITCH_PAYLOAD_BYTES,
                                         .order = order->order,
                                         .order_argument = order->argument,
                                         .ring = &frame_ring_packet,
                                         .ring_frames = RING_FRAMES,
                                         .doorbell_packets = SENDER_DOORBELL_PACKETS,
                                         .queued = true,
                                         .span_ps = SWITCH_INTERVAL_PS,
                                         .slices = order->slices,
                                         .packets = CALL_PACKETS};
    struct sender_memory *memory = sender_memory_new(SWITCH_PORTS * (uint64_t)PORT_BYTES, NULL);
    struct sender *sender = sender_new(&params, memory, link_index, error);
    gboolean good = sender && send_calls(sender, error);
    sender_free(sender);
    sender_memory_free(memory);
    return good;
}

gboolean switch_server(const struct switch_command *command, int *link_index, GError **error)
{
    switch (command->what) {
    case SWITCH_LINKS_ARE_THERE:
        switch_pin(0);
        return namespace_up(SWITCH_SERVER_LINK, NULL, link_index, error);
    case SWITCH_SHAPE:
        return shape(*link_index, command->uplink_bps, error);
    case SWITCH_SEND:
        return send_order(*link_index, &switch_orders[command->order], error);
    }
    g_assert_not_reached();
}

gboolean switch_devices(const struct switch_command *command, int *state, GError **error)
{
    (void)command;
    for (int i = 0; i < SWITCH_PORTS; i++) {
        g_autofree char *name = g_strdup_printf(SWITCH_DEVICE_LINK, i);
        if (!namespace_up(name, NULL, state, error))
            return FALSE;
    }
    return TRUE;
}
