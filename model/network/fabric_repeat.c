/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A fabric in a steady state. What of it can matter later is put into an image, each member once:
 *
 *     links: the packets on their way        all that is told of them; servers' numbers and streams' less the steps that passed
 *     ports: their links                     when they are free, with the remainder
 *     ports with a limit: the frames held    when each starts and leaves, its bytes; when the last one leaves
 *     pools: what is used                    exact, after all that has left is forgotten
 *
 * Not in it: where things lie in their rings and wheels; sizes that a pipe remembers; last_in_ps and last_enter_ps of lanes, which
 * are only asserted; the train, which is empty. Where a switch sends by class the backlog must be empty. */
#include "network/fabric_private.h"

bool weft_fabric_compares(const struct weft_fabric *fabric)
{
    return fabric->sources == 0;
}

bool weft_fabric_settle(struct weft_fabric *fabric, weft_ps at_ps)
{
    if (fabric->by_class && !weft_backlog_is_empty(&fabric->backlog))
        return false;
    if (fabric->loses)
        weft_admission_settle(&fabric->losses.admission, at_ps);
    return true;
}

/* Columns of packets on their way, of a lane or of the short way's links. */
struct columns {
    uint64_t *packet;
    weft_ps *tx_ps, *in_ps, *enter_ps; /* enter_ps NULL: is in_ps */
    uint32_t *stream, *number, *payload_bytes, *frame_bytes;
};

static struct columns columns_of_lane(const struct weft_lane *lane)
{
    return (struct columns){lane->packet, lane->tx_ps,  lane->in_ps,         lane->enter_ps,
                            lane->stream, lane->number, lane->payload_bytes, lane->frame_bytes};
}

static struct columns columns_of_links(const struct weft_inbound *inbound)
{
    return (struct columns){inbound->packet, inbound->tx_ps,  inbound->in_ps,         NULL,
                            inbound->stream, inbound->number, inbound->payload_bytes, inbound->frame_bytes};
}

static void put_hops_packet(const struct weft_hops_packet *packet, const struct weft_phase *phase,
                            struct weft_image *image)
{
    const uint64_t server = packet->packet >> WEFT_PACKET_SERVER_SHIFT;
    weft_image_put(image, packet->packet - phase->steps * phase->server_packets[server]);
    weft_image_put(image, packet->number - phase->steps * phase->packets[packet->stream]);
    weft_image_put(image, (uint64_t)packet->payload_bytes << 32 | packet->frame_bytes);
    weft_image_put(image, packet->stream);
    weft_image_put(image, phase->at_ps - packet->tx_ps);
    weft_image_put(image, packet->in_ps - phase->at_ps);
    weft_image_put(image, packet->enter_ps - phase->at_ps);
}

/* Where each is in its route is known by its link. */
static void put_hops(const struct weft_hops *hops, const struct weft_phase *phase, struct weft_image *image)
{
    for (uint32_t i = 0; i < hops->links; i++) {
        weft_image_put(image, weft_hops_packets(hops, i));
        for (uint32_t at = hops->link[i].first; at != WEFT_HOPS_NOBODY && !image->differs;
             at = hops->slot[at].next)
            put_hops_packet(&hops->slot[at], phase, image);
    }
}

static void put_packet(const struct columns *of, uint64_t at, const struct weft_phase *phase,
                       struct weft_image *image)
{
    const uint64_t server = of->packet[at] >> WEFT_PACKET_SERVER_SHIFT;
    const uint32_t stream = of->stream[at];
    weft_image_put(image, of->packet[at] - phase->steps * phase->server_packets[server]);
    weft_image_put(image, of->number[at] - phase->steps * phase->packets[stream]);
    weft_image_put(image, (uint64_t)of->payload_bytes[at] << 32 | of->frame_bytes[at]);
    weft_image_put(image, stream);
    weft_image_put(image, phase->at_ps - of->tx_ps[at]);
    weft_image_put(image, of->in_ps[at] - phase->at_ps);
    if (of->enter_ps)
        weft_image_put(image, of->enter_ps[at] - phase->at_ps);
}

static void put_packets(const struct weft_fabric *fabric, const struct weft_phase *phase,
                        struct weft_image *image)
{
    for (uint32_t i = 0; i < fabric->lanes; i++) {
        const struct weft_lane *lane = &fabric->lane[i];
        const struct columns of = columns_of_lane(lane);
        weft_image_put(image, lane->tail - lane->head);
        for (uint64_t place = lane->head; place != lane->tail && !image->differs; place++)
            put_packet(&of, place & (lane->slots - 1), phase, image);
    }
    const struct weft_inbound *inbound = &fabric->inbound;
    const struct columns of = columns_of_links(inbound);
    for (uint32_t i = 0; i < inbound->lanes; i++) {
        weft_image_put(image, weft_inbound_packets(inbound, i));
        for (uint32_t at = inbound->head[i]; at != inbound->tail[i] && !image->differs;
             at = weft_inbound_after(inbound, at))
            put_packet(&of, at, phase, image);
    }
    put_hops(&fabric->hops, phase, image);
}

void weft_fabric_image(const struct weft_fabric *fabric, const struct weft_phase *phase,
                       struct weft_image *image)
{
    for (uint32_t i = 0; i < fabric->ports && !image->differs; i++)
        weft_image_put_pipe(image, phase, &fabric->port[i].link);
    put_packets(fabric, phase, image);
    if (fabric->loses)
        weft_admission_image(&fabric->losses.admission, phase, image);
}

weft_ps weft_fabric_oldest_ps(const struct weft_fabric *fabric, weft_ps at_ps)
{
    weft_ps oldest_ps = at_ps;
    for (uint32_t i = 0; i < fabric->lanes;
         i++) { /* over a trunk they do not rise: servers are not equally far */
        const struct weft_lane *lane = &fabric->lane[i];
        for (uint64_t place = lane->head; place != lane->tail; place++)
            if (lane->tx_ps[place & (lane->slots - 1)] < oldest_ps)
                oldest_ps = lane->tx_ps[place & (lane->slots - 1)];
    }
    const struct weft_inbound *inbound = &fabric->inbound;
    for (uint32_t i = 0; i < inbound->lanes; i++)
        if (inbound->head[i] != inbound->tail[i] && inbound->tx_ps[inbound->head[i]] < oldest_ps)
            oldest_ps = inbound->tx_ps[inbound->head[i]];
    const struct weft_hops *hops = &fabric->hops;
    for (uint32_t i = 0; i < hops->links; i++)
        for (uint32_t at = hops->link[i].first; at != WEFT_HOPS_NOBODY; at = hops->slot[at].next)
            if (hops->slot[at].tx_ps < oldest_ps)
                oldest_ps = hops->slot[at].tx_ps;
    return oldest_ps;
}

weft_ps weft_fabric_newest_ps(const struct weft_fabric *fabric)
{
    weft_ps newest_ps = 0;
    for (uint32_t i = 0; i < fabric->ports; i++) {
        const struct weft_port *out = &fabric->port[i];
        if (out->link.free_ps + out->delay_ps > newest_ps)
            newest_ps = out->link.free_ps + out->delay_ps;
    }
    return newest_ps;
}

static void repeat_packet(const struct columns *of, uint64_t at, const struct weft_repeat *repeat)
{
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    of->packet[at] += repeat->times * repeat->server_packets[of->packet[at] >> WEFT_PACKET_SERVER_SHIFT];
    of->number[at] += (uint32_t)(repeat->times * repeat->packets[of->stream[at]]);
    of->tx_ps[at] += later_ps;
    of->in_ps[at] += later_ps;
    if (of->enter_ps)
        of->enter_ps[at] += later_ps;
}

static void repeat_lane(struct weft_lane *lane, const struct weft_repeat *repeat)
{
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    const struct columns of = columns_of_lane(lane);
    for (uint64_t place = lane->head; place != lane->tail; place++)
        repeat_packet(&of, place & (lane->slots - 1), repeat);
    lane->last_in_ps += later_ps;
    lane->last_enter_ps += later_ps;
}

static void repeat_links(struct weft_inbound *inbound, const struct weft_repeat *repeat)
{
    const struct columns of = columns_of_links(inbound);
    for (uint32_t i = 0; i < inbound->lanes; i++)
        for (uint32_t at = inbound->head[i]; at != inbound->tail[i]; at = weft_inbound_after(inbound, at))
            repeat_packet(&of, at, repeat);
}

static void repeat_hops(struct weft_hops *hops, const struct weft_repeat *repeat)
{
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    for (uint32_t i = 0; i < hops->links; i++)
        for (uint32_t at = hops->link[i].first; at != WEFT_HOPS_NOBODY; at = hops->slot[at].next) {
            struct weft_hops_packet *packet = &hops->slot[at];
            packet->packet +=
                repeat->times * repeat->server_packets[packet->packet >> WEFT_PACKET_SERVER_SHIFT];
            packet->number += (uint32_t)(repeat->times * repeat->packets[packet->stream]);
            packet->tx_ps += later_ps;
            packet->in_ps += later_ps;
            packet->enter_ps += later_ps;
        }
    weft_hops_rebase(hops, hops->base_ps + later_ps);
}

void weft_fabric_repeat(struct weft_fabric *fabric, weft_ps now_ps, const struct weft_repeat *repeat)
{
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    assert(fabric->train.n == 0 && fabric->sources == 0);
    for (uint32_t i = 0; i < fabric->ports; i++)
        weft_pipe_shift(&fabric->port[i].link, now_ps, later_ps);
    for (uint32_t i = 0; i < fabric->lanes; i++) {
        repeat_lane(&fabric->lane[i], repeat);
        weft_tournament_set(&fabric->merge, fabric->first_lane + i, weft_lane_next(&fabric->lane[i]));
    }
    repeat_links(&fabric->inbound, repeat);
    if (fabric->multi_hop)
        repeat_hops(&fabric->hops, repeat);
    if (fabric->loses)
        weft_admission_repeat(&fabric->losses.admission, now_ps, later_ps);
}
