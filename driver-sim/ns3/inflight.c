/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digests in a ring per server, from the oldest packet that is on its way on. */

#include "inflight.h"

#include "weft/train.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

struct slot {
    uint64_t digest;
    bool gone;
};

struct lane {
    struct slot *slot;
    uint64_t slots;      /* a power of two */
    uint64_t head, tail; /* numbers of packets */
};

struct weft_ns3_inflight {
    uint32_t servers;
    struct lane *lane;
};

struct weft_ns3_inflight *weft_ns3_inflight_new(uint32_t servers)
{
    struct weft_ns3_inflight *inflight = weft_alloc(1, sizeof(*inflight));
    inflight->servers = servers;
    inflight->lane = weft_alloc(servers, sizeof(*inflight->lane));
    for (uint32_t i = 0; i < servers; i++)
        inflight->lane[i] =
            (struct lane){.slot = weft_alloc(FIRST_SLOTS, sizeof(struct slot)), .slots = FIRST_SLOTS};
    return inflight;
}

void weft_ns3_inflight_free(struct weft_ns3_inflight *inflight)
{
    if (!inflight)
        return;
    for (uint32_t i = 0; i < inflight->servers; i++)
        free(inflight->lane[i].slot);
    free(inflight->lane);
    free(inflight);
}

/* Each step is a bijection of the digest so far and of the word, so words that differ alone never meet. The length is the
 * last of them. */
static uint64_t mix(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * UINT64_C(0x9e3779b97f4a7c15); /* odd: 2^64 / golden ratio */
    return digest ^ digest >> 29;
}

static uint64_t digest_of(const uint8_t *bytes, uint32_t length)
{
    uint64_t digest = 0, word = 0;
    uint32_t at = 0;
    for (; at + sizeof(word) <= length; at += sizeof(word)) {
        memcpy(&word, bytes + at, sizeof(word));
        digest = mix(digest, word);
    }
    word = 0;
    if (at < length)
        memcpy(&word, bytes + at, length - at);
    return mix(mix(digest, word), length);
}

static struct lane *lane_of(const struct weft_ns3_inflight *inflight, uint64_t packet)
{
    assert(packet >> WEFT_PACKET_SERVER_SHIFT < inflight->servers);
    return &inflight->lane[packet >> WEFT_PACKET_SERVER_SHIFT];
}

static struct slot *slot_of(const struct weft_ns3_inflight *inflight, uint64_t packet)
{
    const struct lane *lane = lane_of(inflight, packet);
    uint64_t number = packet & ((UINT64_C(1) << WEFT_PACKET_SERVER_SHIFT) - 1);
    assert(number >= lane->head && number < lane->tail);
    return &lane->slot[number & (lane->slots - 1)];
}

static void grow(struct lane *lane)
{
    lane->slot = weft_resize(lane->slot, 2 * lane->slots, sizeof(*lane->slot));
    /* A number modulo `slots` is the same modulo twice as many, or `slots` higher: the copy serves both. */
    memcpy(lane->slot + lane->slots, lane->slot, lane->slots * sizeof(*lane->slot));
    lane->slots *= 2;
}

void weft_ns3_inflight_add(struct weft_ns3_inflight *inflight, uint64_t packet, const void *bytes,
                           uint32_t length)
{
    struct lane *lane = lane_of(inflight, packet);
    if (lane->tail - lane->head == lane->slots)
        grow(lane);
    lane->tail++;
    *slot_of(inflight, packet) = (struct slot){.digest = digest_of(bytes, length)};
}

bool weft_ns3_inflight_is(const struct weft_ns3_inflight *inflight, uint64_t packet, const void *bytes,
                          uint32_t length)
{
    const struct slot *slot = slot_of(inflight, packet);
    return !slot->gone && slot->digest == digest_of(bytes, length);
}

void weft_ns3_inflight_remove(struct weft_ns3_inflight *inflight, uint64_t packet)
{
    struct lane *lane = lane_of(inflight, packet);
    slot_of(inflight, packet)->gone = true;
    while (lane->head != lane->tail && lane->slot[lane->head & (lane->slots - 1)].gone)
        lane->head++;
}
