/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a server has sent becomes a train: columns of the ring and of the NIC are copied, whole stretches while the ring's
 * places go round. */

#include "server.h"

#include <assert.h>
#include <string.h>

/* Packets `at`, at + 1, ... of the train from `n` places of the ring. */
static void take_places(const struct weft_ring *ring, const uint32_t *place, uint32_t n, uint32_t at,
                        struct weft_train *out)
{
    for (uint32_t i = 0; i < n; i++) {
        out->stream[at + i] = ring->stream[place[i]];
        out->number[at + i] = ring->number[place[i]];
        out->payload_bytes[at + i] = ring->payload_bytes[place[i]];
        out->frame_bytes[at + i] = ring->frame_bytes[place[i]];
    }
}

/* The same of places beside each other. */
static void take_stretch(const struct weft_ring *ring, uint32_t place, uint32_t n, uint32_t at,
                         struct weft_train *out)
{
    memcpy(out->stream + at, ring->stream + place, n * sizeof(*out->stream));
    memcpy(out->number + at, ring->number + place, n * sizeof(*out->number));
    memcpy(out->payload_bytes + at, ring->payload_bytes + place, n * sizeof(*out->payload_bytes));
    memcpy(out->frame_bytes + at, ring->frame_bytes + place, n * sizeof(*out->frame_bytes));
}

/* Of few packets it is quicker to copy each. */
enum { LEAST_STRETCH = 4 };

static void take_packets(struct weft_host *host, uint64_t first, uint32_t n, struct weft_train *out)
{
    const struct weft_nic *nic = &host->nic;
    const struct weft_ring *ring = nic->ring;
    for (uint32_t at = out->n, end = at + n; at < end;) {
        uint64_t beside = end - at;
        const uint32_t *place = weft_nic_places(nic, first + (at - out->n), &beside);
        if (ring->in_turn && !nic->fair && beside >= LEAST_STRETCH)
            take_stretch(ring, place[0], (uint32_t)beside, at, out);
        else
            take_places(ring, place, (uint32_t)beside, at, out);
        for (uint32_t i = 0; host->carries_bytes && i < beside; i++)
            host->taken_desc[at + i] = weft_ring_desc(ring, place[i]);
        at += (uint32_t)beside;
    }
}

/* When they are on the link. */
static void take_instants(const struct weft_nic *nic, uint64_t first, uint32_t n, struct weft_train *out)
{
    const weft_ps *tx_ps = nic->tx_ps + (first & nic->mask), *done_ps = nic->done_ps + (first & nic->mask);
    const size_t bytes = n * sizeof(*out->tx_ps);
    const uint32_t at = out->n;
    if (n < LEAST_STRETCH) {
        for (uint32_t i = 0; i < n; i++) {
            out->tx_ps[at + i] = out->at_ps[at + i] = tx_ps[i];
            out->done_ps[at + i] = done_ps[i];
        }
        return;
    }
    memcpy(out->tx_ps + at, tx_ps, bytes);
    memcpy(out->at_ps + at, tx_ps, bytes);
    memcpy(out->done_ps + at, done_ps, bytes);
}

static void name_packets(const struct weft_host *host, uint64_t first, uint32_t n, struct weft_train *out)
{
    const uint64_t name = (uint64_t)host->index << WEFT_PACKET_SERVER_SHIFT | (first + host->skipped_packets);
    uint64_t *packet = out->packet + out->n;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < n; i++)
        packet[i] = name + i;
}

static uint32_t gather(struct weft_host *host, weft_ps until_ps, struct weft_train *out)
{
    uint64_t first;
    const uint32_t n = weft_nic_take(&host->nic, until_ps, WEFT_TRAIN - out->n, &first);
    if (n > 0) { /* often there is none */
        take_instants(&host->nic, first, n, out);
        name_packets(host, first, n, out);
        take_packets(host, first, n, out);
    }
    out->n += n;
    return n;
}

uint32_t weft_host_gather(struct weft_host *host, weft_ps until_ps, struct weft_train *train)
{
    assert(!host->carries_bytes);
    train->desc = NULL;
    train->memory = NULL;
    return gather(host, until_ps, train);
}

uint32_t weft_host_take(struct weft_host *host, weft_ps until_ps, struct weft_train *out)
{
    out->n = 0;
    out->desc = host->carries_bytes ? host->taken_desc : NULL;
    out->memory = host->carries_bytes ? host->memory : NULL;
    return gather(host, until_ps, out);
}
