/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_STATE_H
#define WEFT_DRIVER_STATE_H

/* The state of a driver and of the write call that it works off. */

#include "pace.h"
#include "ring.h"
#include "weft/subset.h"

/* How far an entry has been cut, and what all its packets have in common. Every packet reads it: a cache line. */
struct weft_progress {
    uint64_t address,
        end; /* of what has not been cut: in the call's translated pages if there are any, else virtual */
    /* A packet that begins before this is a full one; where bytes are carried, it needs no more than a stamped header and a
     * gather list. */
    uint64_t common_until;
    const struct weft_header_template *header;
    uint32_t stream, number; /* of the next packet */
    struct weft_sizes full;  /* of a full one */
    uint32_t at_packet;      /* the next one of what a format has cut */
    uint32_t header_blocks;  /* of each packet */
    uint64_t unused;         /* a power of two is indexed by a shift */
};

/* A call of alike packets (rounds.h). */
struct weft_rounds {
    bool possible;          /* for calls of this driver */
    bool on;                /* the call is one */
    uint32_t header_blocks; /* of each packet */
    uint32_t room;
    uint64_t *address;                   /* by entry: as in struct weft_progress */
    uint32_t *entry;                     /* by turn, as the next three: */
    uint32_t *stream, *number, *in_page; /* of the entry's first packet */
};

/* A frame that must not move until the NIC has read it. */
struct weft_pin {
    uint64_t physical;
    uint64_t until_completed; /* ring count */
};

struct weft_driver {
    struct weft_driver_params params;
    struct weft_subset connected; /* streams that have routes, by place in params.routes */
    uint32_t page_shift;          /* a page is 2^page_shift bytes */
    bool
        stamps; /* a full packet needs no more than a stamped header and a gather list, if its stream has a stamp */
    bool nic_cuts;
    bool copies_packets;  /* each packet is a copy of its own; else its entry was one (weft_pages_copy()) */
    bool touches_packets; /* ... and that may miss the TLB */
    struct weft_ring *ring;
    struct weft_space *space;
    const struct weft_region *region;

    struct weft_call call;
    struct weft_entry *vector; /* of the call */
    struct weft_launch launch;
    struct weft_slice slice; /* in which the next packet is */
    bool in_call, counted, piece_begun, ring_short;
    enum weft_need waits_for;                   /* what the step before this one asked for */
    uint64_t packets, packets_left;             /* of the call; of these, not yet cut */
    struct weft_ledger work;                    /* counted, not yet priced */
    uint32_t runs;                              /* of the piece */
    uint32_t run_entry, run_packets, run_bytes; /* the run that the next packet may belong to */

    uint32_t piece_packets, piece_room;
    uint32_t *place;         /* in the ring, by packet of the piece */
    uint32_t *emitted_entry; /* likewise */

    struct weft_rounds rounds;
    bool alike; /* full packets of all entries of the call have these sizes */
    struct weft_sizes full;
    const struct weft_stream_route *first; /* of the call's accepted entries; NULL: there is none */
    uint32_t entry_room;
    const struct weft_stream_route **route; /* by entry of the call; NULL: it has no destination */
    struct weft_progress *progress;
    void *order_state;
    struct weft_order_call order_call;
    uint64_t calls; /* submitted before the one that runs */

    uint64_t page_count, page_room; /* translated pages of the call, entry after entry */
    uint64_t *page;
    uint64_t pin_first, pin_count, pin_room;
    struct weft_pin *pin;
};

/* Of full packets. */
static inline struct weft_sizes weft_driver_full_sizes(const struct weft_driver *driver,
                                                       const struct weft_stream_route *route)
{
    const uint32_t bytes = route->payload_bytes;
    return (struct weft_sizes){bytes, weft_frame_bytes(driver->params.network, route->header_bytes + bytes)};
}
/* Whether those to one destination are surely as large as those to another. */
static inline bool weft_driver_same_sizes(const struct weft_stream_route *x,
                                          const struct weft_stream_route *y)
{
    return x->payload_bytes == y->payload_bytes && x->header_bytes == y->header_bytes;
}

#endif
