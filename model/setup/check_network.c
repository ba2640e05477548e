/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The check of what lies between switches, and of what others send through them. */

#include "check.h"

#include "weft/routes.h"

#include <inttypes.h>

#define MAX_WAY_PS (3 * WEFT_CHECK_MOST_PS) /* of all delays behind a server's link together */
enum { MAX_PACKET_BYTES = 65535 };

static int check_trunks(const struct weft_setup *setup, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->trunks && status == WEFT_OK; i++) {
        const struct weft_trunk *row = &setup->trunk[i];
        const struct weft_bound bounds[] = {{"from (switch)", row->from, 0, setup->switches - 1},
                                            {"to (switch)", row->to, 0, setup->switches - 1},
                                            {"rate (bit/s)", row->rate_bps, 1000, WEFT_CHECK_MOST_BPS},
                                            {"delay (ps)", row->delay_ps, 0, WEFT_CHECK_MOST_PS}};
        status = CHECK_BOUNDS("trunk", row->name, bounds, error);
        if (status == WEFT_OK && row->from == row->to)
            status = weft_fail(error, WEFT_INVALID,
                               "trunk %s: leads from switch %s to itself; allowed: another one", row->name,
                               setup->switch_[row->from].name);
    }
    return status;
}

static uint32_t wire_bytes(const struct weft_setup *setup, const struct weft_background_source *source)
{
    uint32_t payload_bytes = weft_payload_room(setup->network, source->background.packet_bytes);
    return weft_wire_bytes(setup->network, weft_frame_bytes(setup->network, payload_bytes));
}

/* A source sends nothing at or after the duration, so its link bounds what it sends. */
static weft_u128 source_bits(const struct weft_setup *setup, const struct weft_background_source *source)
{
    return (weft_u128)source->link_bps * setup->duration_ps / WEFT_PS_PER_S +
           2 * 8 * (weft_u128)wire_bytes(setup, source);
}

weft_u128 weft_check_sources_bits(const struct weft_setup *setup)
{
    weft_u128 bits = 0;
    for (uint32_t i = 0; i < setup->sources; i++)
        bits += source_bits(setup, &setup->source[i]);
    return bits;
}

static int check_source(const struct weft_setup *setup, const struct weft_background_source *source,
                        struct weft_error *error)
{
    const struct weft_background_params *background = &source->background;
    struct weft_error why;
    const struct weft_bound bounds[] = {
        {"switch", source->switch_index, 0, setup->switches - 1},
        {"port", source->port, 0, weft_setup_ports(setup) - 1},
        {"link (bit/s)", source->link_bps, 1000, WEFT_CHECK_MOST_BPS},
        {"class", source->class_, 0, WEFT_CLASSES - 1},
        {"packet (B)", background->packet_bytes, setup->network->overhead_bytes + 1, MAX_PACKET_BYTES},
    };
    int status = CHECK_BOUNDS("background", source->name, bounds, error);
    if (status != WEFT_OK)
        return status;
    if (weft_background_check(background, &why) != WEFT_OK)
        return weft_fail(error, WEFT_INVALID, "background %s: %.180s", source->name, why.text);
    uint32_t wire = wire_bytes(setup, source);
    uint64_t most_bps = (uint64_t)((weft_u128)source->link_bps * background->packet_bytes / wire);
    if (background->rate_bps > most_bps)
        return weft_fail(error, WEFT_INVALID,
                         "background %s: rate is %" PRIu64 " bit/s; allowed: up to %" PRIu64
                         " bit/s, what its link carries",
                         source->name, background->rate_bps, most_bps);
    if (source_bits(setup, source) / (8 * wire) >= UINT32_MAX)
        return weft_fail(error, WEFT_INVALID, "background %s: its link carries 2^32 packets; allowed: fewer",
                         source->name);
    return WEFT_OK;
}

/* Propagation and latency on a way behind the first link. */
static weft_ps way_delay(const struct weft_setup *setup, const uint32_t *port, const uint32_t *end)
{
    weft_ps delay_ps = 0;
    for (; port < end && delay_ps <= MAX_WAY_PS; port++) {
        delay_ps += setup->switch_[weft_setup_port_switch(setup, *port)].rules.latency_ps;
        delay_ps += weft_setup_port_is_trunk(setup, *port) ? setup->trunk[*port - setup->devices].delay_ps
                                                           : setup->device[*port].delay_ps;
    }
    return delay_ps;
}

/* Every flow has a way, and none is so long that an instant could overflow. */
static int check_routes(const struct weft_setup *setup, uint32_t *longest, struct weft_error *error)
{
    struct weft_routes routes;
    uint32_t flows = weft_setup_flows(setup);
    int status = weft_routes_new(setup, &routes, error);
    if (status != WEFT_OK)
        return status;
    *longest = weft_routes_longest(&routes, flows);
    for (uint32_t f = 0; f < flows && status == WEFT_OK; f++) {
        bool stream = f < setup->streams;
        if (way_delay(setup, routes.port + routes.first[f], routes.port + routes.first[f + 1]) > MAX_WAY_PS)
            status = weft_fail(error, WEFT_INVALID,
                               "%s %s: delays and latencies on its way add up to more than %" PRIu64
                               " s; allowed: less",
                               stream ? "stream" : "background",
                               stream ? setup->stream[f].name : setup->source[f - setup->streams].name,
                               MAX_WAY_PS / WEFT_PS_PER_S);
    }
    weft_routes_clear(&routes);
    return status;
}

int weft_check_network(const struct weft_setup *setup, uint32_t *longest, struct weft_error *error)
{
    int status = check_trunks(setup, error);
    for (uint32_t i = 0; i < setup->sources && status == WEFT_OK; i++)
        status = check_source(setup, &setup->source[i], error);
    return status == WEFT_OK ? check_routes(setup, longest, error) : status;
}
