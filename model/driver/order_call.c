/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an order may ask about the packets of a call, answered from what the driver knows of each entry. Nothing here
 * costs anything until an order asks. */

#include "order_call.h"

static uint32_t on_link(const struct weft_driver *driver, const struct weft_stream_route *route,
                        uint32_t payload_bytes)
{
    const struct weft_network *network = driver->params.network;
    return weft_wire_bytes(network, weft_frame_bytes(network, route->header_bytes + payload_bytes));
}

static uint32_t table_payload(const struct weft_packets *packets, const struct weft_entry *entry, uint32_t k)
{
    const struct weft_packet *packet =
        &packets->packet[((uint64_t)entry->first_number + k) % packets->packets];
    return packet->data_bytes + packet->prefix_bytes;
}

static uint32_t packet_bytes(const void *ctx, uint32_t entry, uint32_t k)
{
    const struct weft_driver *driver = ctx;
    const struct weft_stream_route *route = driver->route[entry];
    const struct weft_entry *of = &driver->vector[entry];
    return on_link(driver, route,
                   route->packets ? table_payload(route->packets, of, k)
                                  : driver->params.cut->payload(of->bytes, route->payload_bytes, k));
}

static struct weft_order_sizes sizes(const void *ctx, uint32_t entry)
{
    const struct weft_driver *driver = ctx;
    const struct weft_stream_route *route = driver->route[entry];
    const struct weft_entry *of = &driver->vector[entry];
    /* no packet is larger than a full one, so what is as large as full ones consists of them */
    if (!route->packets && of->bytes == (uint64_t)of->packets * route->payload_bytes) {
        uint32_t full = on_link(driver, route, route->payload_bytes);
        return (struct weft_order_sizes){(uint64_t)of->packets * full, full};
    }
    struct weft_order_sizes out = {0, packet_bytes(driver, entry, 0)};
    for (uint32_t k = 0; k < of->packets; k++) {
        uint32_t bytes = packet_bytes(driver, entry, k);
        out.bytes += bytes;
        if (bytes != out.packet_bytes)
            out.packet_bytes = 0;
    }
    return out;
}

static weft_ps deadline_ps(const void *ctx, uint32_t entry, uint32_t k)
{
    const struct weft_driver *driver = ctx;
    const struct weft_stream_route *route = driver->route[entry];
    uint64_t number = (uint64_t)driver->vector[entry].first_number + k;
    return route->clock ? weft_clock_deadline(route->clock, number, route->startup_ps) : WEFT_NEVER;
}

struct weft_order_call weft_order_call_of(const struct weft_driver *driver, uint32_t entries)
{
    return (struct weft_order_call){
        .vector = driver->vector,
        .entries = entries,
        .argument = driver->params.order_argument,
        .seed = driver->params.seed,
        .draws = driver->params.draws,
        .number = driver->calls,
        .ctx = driver,
        .sizes = sizes,
        .packet_bytes = packet_bytes,
        .deadline_ps = deadline_ps,
    };
}

uint64_t weft_order_draw(const struct weft_order_call *call, uint32_t k)
{
    return weft_draw(call->seed, call->draws, WEFT_DRAW_ORDER, call->number << 32 | k);
}
