/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pool of packets, and queues linked in it. */

#include "packets.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 64 };

/* Slots from `from` on become those that are not used; none was. */
static void link_unused(struct hop_packets *packets, uint32_t from)
{
    for (uint32_t i = from; i < packets->slots; i++)
        packets->slot[i].next = i + 1 < packets->slots ? i + 1 : HOP_NOBODY;
    packets->unused = from;
}

void hop_packets_init(struct hop_packets *packets)
{
    packets->slots = FIRST_SLOTS;
    packets->slot = weft_alloc(packets->slots, sizeof(*packets->slot));
    link_unused(packets, 0);
}

void hop_packets_clear(struct hop_packets *packets)
{
    free(packets->slot);
}

uint32_t hop_packets_new(struct hop_packets *packets)
{
    if (packets->unused == HOP_NOBODY) {
        uint32_t before = packets->slots;
        assert(before <= HOP_NOBODY / 2);
        packets->slots *= 2;
        packets->slot = weft_resize(packets->slot, packets->slots, sizeof(*packets->slot));
        link_unused(packets, before);
    }
    uint32_t packet = packets->unused;
    packets->unused = packets->slot[packet].next;
    return packet;
}

void hop_packets_free(struct hop_packets *packets, uint32_t packet)
{
    packets->slot[packet].next = packets->unused;
    packets->unused = packet;
}

void hop_queue_append(struct hop_queue *queue, const struct hop_packets *packets, uint32_t packet)
{
    hop_packet_at(packets, packet)->next = HOP_NOBODY;
    if (queue->first == HOP_NOBODY)
        queue->first = packet;
    else
        hop_packet_at(packets, queue->last)->next = packet;
    queue->last = packet;
}

uint32_t hop_queue_take(struct hop_queue *queue, const struct hop_packets *packets)
{
    uint32_t packet = queue->first;
    assert(packet != HOP_NOBODY);
    queue->first = hop_packet_at(packets, packet)->next;
    return packet;
}
