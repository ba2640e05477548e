/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_RING_H
#define WEFT_RING_H

/* The descriptor ring of one NIC, shared by the sockets of a server: what driver and NIC have in common. A slot is one
 * packet with its gather list. Counts run free as 64-bit numbers and are masked on access only, so that "how many" is
 * always a plain difference:
 *
 *     completed <= rung <= reserved <= completed + slots
 *     |            |       | kept for work whose cycles are running
 *     |            | the doorbell has told the NIC of so many
 *     | so many have been sent: their places are free again
 *
 * A driver reserves places and writes its packets there before the cycles of a piece of work run; the doorbell that ends it
 * lets the NIC have them, so packets are rung in the order of the doorbells. A packet keeps its place until it has been
 * sent; a NIC with several queues may send in another order than was rung. Places become free in the order in which
 * packets were sent and are used again in that order, so with one queue and one driver the places go round: packet number k
 * lies at place k modulo slots, and packets that follow each other lie beside each other. As long as that is so, nobody
 * writes a list of places, and whole stretches are copied.
 *
 * One list of places does for all: its places from `completed` on are those of packets in flight, in the order of the
 * doorbells; from `rung` on it says nothing (their drivers have them); from `reserved` on it has the free ones. What is done
 * for every packet is inline, some of it in weft/driver.h, which knows what a descriptor is. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

struct weft_desc;
struct weft_memory;

/* What lies at a place. */
struct weft_slot {
    weft_ps launch_ps; /* not before this instant */
    uint32_t stream, number, payload_bytes, frame_bytes;
    bool last_of_call; /* the last packet of its call to be rung */
    bool counted;      /* of a call that is inside the measured window */
};
enum { WEFT_SLOT_COUNTED = 1, WEFT_SLOT_LAST_OF_CALL = 2 }; /* its marks */

enum { WEFT_RING_MAX_SLOTS = 1 << 20 };
/* Read and written through the functions below and in model/driver/ring.h only, but for the columns. */
struct weft_ring {
    uint32_t slots;
    uint32_t reserved_at, rung_at, completed_at; /* the counts below modulo slots */
    uint64_t reserved, rung, completed;
    uint32_t *place; /* the list, a ring of `slots` */
    bool in_turn;    /* places have gone round so far: place[i] == i */
    bool launches;   /* some packet had a launch time: before, the column is all 0 */
    /* Columns by place. */
    uint32_t *stream, *number, *payload_bytes, *frame_bytes;
    uint8_t *marks;
    weft_ps *launch_ps;
    struct weft_desc *desc; /* likewise; NULL: sizes only */
    struct weft_memory *memory;
    uint64_t *buffer_frame; /* kernel memory for copied payload, by page; NULL: none */
    uint32_t buffer_bytes;  /* per slot */
};

/* `slots` 1 .. WEFT_RING_MAX_SLOTS. With `carries_bytes` each slot holds a struct weft_desc. The caller frees. */
struct weft_ring *weft_ring_new(uint32_t slots, bool carries_bytes);
void weft_ring_free(struct weft_ring *ring);
/* Kernel memory for copied payload, `bytes_per_slot` for each slot, out of `memory`, which must outlive the ring.
 * WEFT_FAILED if it has not enough frames (weft_ring_buffer_frames() says how many are needed). */
int weft_ring_add_buffers(struct weft_ring *ring, struct weft_memory *memory, uint32_t bytes_per_slot);
uint64_t weft_ring_buffer_frames(uint32_t slots, uint32_t bytes_per_slot, uint64_t page_bytes);

/* How many descriptors it has. */
static inline uint32_t weft_ring_slots(const struct weft_ring *ring)
{
    return ring->slots;
}

/* How many of them the driver may still reserve. */
static inline uint32_t weft_ring_free_slots(const struct weft_ring *ring)
{
    return ring->slots - (uint32_t)(ring->reserved - ring->completed);
}

/* Packets that the NIC has been given so far, since the beginning. */
static inline uint64_t weft_ring_rung(const struct weft_ring *ring)
{
    return ring->rung;
}

/* Of these, packets that it has completed. */
static inline uint64_t weft_ring_completed(const struct weft_ring *ring)
{
    return ring->completed;
}

/* The driver's side. Keep `n` free slots (asserted) for a piece of work; where they are into `place[]`. */
void weft_ring_reserve(struct weft_ring *ring, uint32_t *place, uint32_t n);

/* Let the NIC have `n` reserved places (asserted), which have been written, in this order: the doorbell. */
void weft_ring_put(struct weft_ring *ring, const uint32_t *place, uint32_t n);

/* The NIC's side. Where packet number `index` of those rung, among the last `slots` (asserted), stands in the list. */
static inline uint32_t weft_ring_position(const struct weft_ring *ring, uint64_t index)
{
    assert(index < ring->rung && ring->rung - index <= ring->slots);
    uint32_t back = (uint32_t)(ring->rung - index);
    return back <= ring->rung_at ? ring->rung_at - back : ring->rung_at + ring->slots - back;
}

/* Its place: while it is in flight, and all before it were sent in order. */
static inline uint32_t weft_ring_place(const struct weft_ring *ring, uint64_t index)
{
    return ring->place[weft_ring_position(ring, index)];
}

/* The places of packets `index`, index + 1, ... rung, under the same condition: at most `n` (at least 1) of them in a row, up
 * to where the list wraps around; `*n` becomes how many. While the ring is `in_turn` they follow each other. */
static inline const uint32_t *weft_ring_places(const struct weft_ring *ring, uint64_t index, uint64_t *n)
{
    uint32_t at = weft_ring_position(ring, index);
    assert(index + *n <= ring->rung);
    *n = *n < ring->slots - at ? *n : ring->slots - at;
    return &ring->place[at];
}

/* What lies at a place. */
static inline struct weft_slot weft_ring_slot(const struct weft_ring *ring, uint32_t place)
{
    assert(place < ring->slots);
    struct weft_slot slot;
    slot.launch_ps = ring->launch_ps[place];
    slot.stream = ring->stream[place];
    slot.number = ring->number[place];
    slot.payload_bytes = ring->payload_bytes[place];
    slot.frame_bytes = ring->frame_bytes[place];
    slot.last_of_call = (ring->marks[place] & WEFT_SLOT_LAST_OF_CALL) != 0;
    slot.counted = (ring->marks[place] & WEFT_SLOT_COUNTED) != 0;
    return slot;
}

/* The NIC has sent the `n` packets at these places, in this order; the driver may use the places again. */
void weft_ring_complete(struct weft_ring *ring, const uint32_t *place, uint32_t n);
/* The same of the `n` packets that were rung first of those in flight: for a NIC that sends in order. */
void weft_ring_complete_first(struct weft_ring *ring, uint32_t n);

WEFT_END_DECLS

#endif
