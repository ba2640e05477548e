/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A fabric in a steady state. What of it can matter later is put into an image, each member once:
 *
 *     lanes: the packets on their way        all that is told of them; servers' numbers and streams' less the steps that passed
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

/* Packet `place` of a lane. */
static void put_packet(const struct weft_fabric *fabric, const struct weft_lane *lane, uint64_t place,
                       const struct weft_phase *phase, struct weft_image *image)
{
    const uint64_t at = place & (lane->slots - 1), server = lane->packet[at] >> WEFT_PACKET_SERVER_SHIFT;
    const uint32_t stream = lane->stream[at];
    assert(server < fabric->ingresses);
    weft_image_put(image, lane->packet[at] - phase->steps * phase->server_packets[server]);
    weft_image_put(image, lane->number[at] - phase->steps * phase->packets[stream]);
    weft_image_put(image, (uint64_t)lane->payload_bytes[at] << 32 | lane->frame_bytes[at]);
    weft_image_put(image, stream);
    weft_image_put(image, phase->at_ps - lane->tx_ps[at]);
    weft_image_put(image, lane->in_ps[at] - phase->at_ps);
    if (lane->cuts)
        weft_image_put(image, lane->enter_ps[at] - phase->at_ps);
}

void weft_fabric_image(const struct weft_fabric *fabric, const struct weft_phase *phase,
                       struct weft_image *image)
{
    for (uint32_t i = 0; i < fabric->ports && !image->differs; i++)
        weft_image_put_pipe(image, phase, &fabric->port[i].out.link);
    for (uint32_t i = 0; i < fabric->lanes; i++) {
        const struct weft_lane *lane = &fabric->lane[i];
        weft_image_put(image, lane->tail - lane->head);
        for (uint64_t place = lane->head; place != lane->tail && !image->differs; place++)
            put_packet(fabric, lane, place, phase, image);
    }
    if (fabric->loses)
        weft_admission_image(&fabric->losses.admission, phase, image);
}

weft_ps weft_fabric_oldest_ps(const struct weft_fabric *fabric, weft_ps at_ps)
{
    weft_ps oldest_ps = at_ps;
    for (uint32_t i = 0; i < fabric->lanes; i++) {
        const struct weft_lane *lane = &fabric->lane[i];
        for (uint64_t place = lane->head; place != lane->tail; place++)
            if (lane->tx_ps[place & (lane->slots - 1)] < oldest_ps)
                oldest_ps = lane->tx_ps[place & (lane->slots - 1)];
    }
    return oldest_ps;
}

weft_ps weft_fabric_newest_ps(const struct weft_fabric *fabric)
{
    weft_ps newest_ps = 0;
    for (uint32_t i = 0; i < fabric->ports; i++) {
        const struct weft_port *out = &fabric->port[i].out;
        if (out->link.free_ps + out->delay_ps > newest_ps)
            newest_ps = out->link.free_ps + out->delay_ps;
    }
    return newest_ps;
}

static void repeat_lane(struct weft_lane *lane, const struct weft_repeat *repeat)
{
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    for (uint64_t place = lane->head; place != lane->tail; place++) {
        const uint64_t at = place & (lane->slots - 1);
        lane->packet[at] +=
            repeat->times * repeat->server_packets[lane->packet[at] >> WEFT_PACKET_SERVER_SHIFT];
        lane->number[at] += (uint32_t)(repeat->times * repeat->packets[lane->stream[at]]);
        lane->tx_ps[at] += later_ps;
        lane->in_ps[at] += later_ps;
        if (lane->cuts)
            lane->enter_ps[at] += later_ps;
    }
    lane->last_in_ps += later_ps;
    lane->last_enter_ps += later_ps;
}

void weft_fabric_repeat(struct weft_fabric *fabric, weft_ps now_ps, const struct weft_repeat *repeat)
{
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    assert(fabric->train.n == 0 && fabric->sources == 0);
    for (uint32_t i = 0; i < fabric->ports; i++)
        weft_pipe_shift(&fabric->port[i].out.link, now_ps, later_ps);
    for (uint32_t i = 0; i < fabric->lanes; i++) {
        repeat_lane(&fabric->lane[i], repeat);
        weft_tournament_set(&fabric->merge, fabric->first_lane + i, weft_lane_next(&fabric->lane[i]));
    }
    if (fabric->loses)
        weft_admission_repeat(&fabric->losses.admission, now_ps, later_ps);
}
