/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_PAYLOAD_H
#define WEFT_DRIVER_PAYLOAD_H

/* The state of one write call, and where its bytes are. */

#include "pace.h"

/* How far an entry has been cut, and what all its packets have in common. */
struct weft_progress {
    uint64_t address, left;
    uint32_t next_number;
    uint32_t stream, payload_bytes, frame_bytes; /* of a full packet */
    uint32_t header_blocks;                      /* of each packet */
    const struct weft_packets *packets;          /* as the stream's format cuts; NULL: cut bytes */
    uint32_t at_packet;                          /* the next one of these */
    uint64_t page_zero; /* index that the page of address 0 would have among those translated; only when bytes
                           are carried */
};

/* Where the payload of a packet is. */
struct weft_origin {
    uint32_t data_bytes;
    uint64_t address, page_zero;
};

/* A frame that must not move until the NIC has read it. */
struct weft_pin {
    uint64_t physical;
    uint64_t until_completed; /* ring count */
};

struct weft_driver {
    struct weft_driver_params params;
    uint32_t page_shift; /* a page is 2^page_shift bytes */
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
    uint64_t work_data_bytes, work_blocks;      /* of the piece: payload without prefixes, header blocks */
    struct weft_ledger work;                    /* counted, not yet priced */
    uint32_t runs;                              /* of the piece */
    uint32_t run_entry, run_packets, run_bytes; /* the run that the next packet may belong to */

    uint32_t piece_packets, piece_room;
    struct weft_slot *piece;
    uint32_t *emitted_entry;
    struct weft_origin *origin; /* by packet of the piece; only when bytes are carried */

    uint32_t entry_room;
    struct weft_progress *progress;
    void *order_state;
    struct weft_order_call order_call;
    uint64_t calls; /* submitted before the one that runs */

    uint64_t page_count, page_room; /* translated pages of the call, entry after entry */
    uint64_t *page;
    uint64_t pin_first, pin_count, pin_room;
    struct weft_pin *pin;
};

/* A hint, for speed only: the pages of an entry are looked up soon. */
void weft_payload_expect(const struct weft_driver *driver, uint32_t entry);
/* Look up every page of an entry, counting; sets the entry's status. */
void weft_payload_translate(struct weft_driver *driver, uint32_t entry);
/* A copying write counts no translation (the CPU's own), but refuses what it could not read. */
void weft_payload_check_readable(struct weft_driver *driver, uint32_t entry);
/* Write header and fragments of each packet of the piece, which went into the ring as numbers `first`, first + 1, ... */
void weft_payload_describe(struct weft_driver *driver, uint64_t first);
/* The call's pins hold until what is in the ring now has been sent. */
void weft_payload_call_over(struct weft_driver *driver);
/* Let go of frames whose packets have been sent. */
void weft_payload_unpin(struct weft_driver *driver);

#endif
