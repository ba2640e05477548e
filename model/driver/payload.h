/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_PAYLOAD_H
#define WEFT_DRIVER_PAYLOAD_H

/* The state of one write call, and where its bytes are. */

#include "weft/driver.h"

/* How far an entry has been cut. */
struct weft_progress {
    uint64_t address, left;
    uint32_t next_number;
    uint64_t first_page; /* index of its first translated page; only when bytes are carried */
};

struct weft_piece_packet {
    uint32_t entry;
    uint64_t address;
    struct weft_slot slot;
};

/* A frame that must not move until the NIC has read it. */
struct weft_pin {
    uint64_t physical;
    uint64_t until_completed; /* ring count */
};

struct weft_driver {
    struct weft_driver_params params;
    struct weft_ring *ring;
    struct weft_space *space;
    const struct weft_region *region;

    struct weft_call call;
    struct weft_entry *vector; /* of the call */
    uint64_t launched;         /* packets of the call that have their launch time */
    bool in_call, counted, piece_begun, ring_short;
    uint64_t packets_left;                      /* not yet cut */
    uint64_t work_payload_bytes;                /* of the piece */
    struct weft_ledger work;                    /* counted, not yet priced */
    uint32_t runs;                              /* of the piece */
    uint32_t run_entry, run_packets, run_bytes; /* the run that the next packet may belong to */

    uint32_t piece_packets, piece_room;
    struct weft_piece_packet *piece;
    uint32_t *emitted_entry;

    uint32_t entry_room;
    struct weft_progress *progress;
    void *order_state;

    uint64_t page_count, page_room; /* translated pages of the call, entry after entry */
    uint64_t *page;
    uint64_t pin_first, pin_count, pin_room;
    struct weft_pin *pin;
};

/* Look up every page of an entry, counting; sets the entry's status. */
void weft_payload_translate(struct weft_driver *driver, uint32_t entry);
/* A copying write counts no translation (the CPU's own), but refuses what it could not read. */
void weft_payload_check_readable(struct weft_driver *driver, uint32_t entry);
/* Put one packet into the ring, with header and fragments when bytes are carried. */
void weft_payload_put(struct weft_driver *driver, const struct weft_piece_packet *packet);
/* The call's pins hold until what is in the ring now has been sent. */
void weft_payload_call_over(struct weft_driver *driver);
/* Let go of frames whose packets have been sent. */
void weft_payload_unpin(struct weft_driver *driver);

#endif
