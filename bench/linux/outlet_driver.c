/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libweft's driver before a ring of frames. */

#include "outlet.h"

struct driver_outlet {
    const struct point *point;
    struct supply *supply;
    struct sender *sender;
    uint64_t *from, *bytes; /* by destination */
    struct sender_times times;
};

static void driver_close(void *which)
{
    struct driver_outlet *outlet = which;
    if (!outlet)
        return;
    sender_free(outlet->sender);
    g_free(outlet->from);
    g_free(outlet->bytes);
    g_free(outlet);
}

static void *driver_open(const struct frame_ring_row *ring, int link_index, const struct point *point,
                         struct supply *supply, bool times, GError **error)
{
    enum { RING_FRAMES = 2 * POINT_BATCH_MOST };
    const struct sender_params params = {.streams = point->destinations,
                                         .payload_bytes = point->payload_bytes,
                                         .order = &weft_order_round_robin,
                                         .ring = ring,
                                         .ring_frames = RING_FRAMES,
                                         .doorbell_packets = point->batch,
                                         .times = times};
    struct driver_outlet *outlet = g_new0(struct driver_outlet, 1);
    outlet->point = point;
    outlet->supply = supply;
    outlet->from = g_new0(uint64_t, point->destinations);
    outlet->bytes = g_new0(uint64_t, point->destinations);
    outlet->sender = sender_new(&params, supply_memory(supply), link_index, error);
    if (outlet->sender)
        return outlet;
    driver_close(outlet);
    return NULL;
}

static void *packet_open(const struct point *point, struct supply *supply, bool times, GError **error)
{
    return driver_open(&frame_ring_packet, supply->link_index, point, supply, times, error);
}

static void *xdp_open(const struct point *point, struct supply *supply, bool times, GError **error)
{
    return driver_open(&frame_ring_xdp, supply->xdp_index, point, supply, times, error);
}

static gboolean driver_send(void *which, uint64_t messages, GError **error)
{
    struct driver_outlet *outlet = which;
    const struct point *point = outlet->point;
    const uint64_t entry_bytes = (uint64_t)point->group * point->payload_bytes;
    for (uint64_t sent = 0; sent < messages; sent += point->destinations) {
        for (uint32_t i = 0; i < point->destinations; i++) {
            outlet->from[i] = supply_next(outlet->supply, point->cold, entry_bytes);
            outlet->bytes[i] = entry_bytes;
        }
        if (!sender_write(outlet->sender, outlet->from, outlet->bytes, &outlet->times, error))
            return FALSE;
    }
    return TRUE;
}

static const struct sender_times *driver_times(const void *which)
{
    const struct driver_outlet *outlet = which;
    return &outlet->times;
}

const struct outlet_row outlet_packet = {
    .open = packet_open, .close = driver_close, .send = driver_send, .times = driver_times};
const struct outlet_row outlet_xdp = {
    .open = xdp_open, .close = driver_close, .send = driver_send, .times = driver_times};
