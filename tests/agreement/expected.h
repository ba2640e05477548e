/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TEST_EXPECTED_H
#define WEFT_TEST_EXPECTED_H

/* What one server must send and count, worked out from docs/model.md, the headers' definitions and the rows that were
 * chosen: no driver, no host, no ring. Of the library only an order's own row is asked, for the order that it names. */

#include "weft/host.h"

#include <glib.h>

/* A packet, in the order in which its server writes when nothing takes time: by instant, then application. */
struct expected_packet {
    uint32_t stream, number, bytes, frame_bytes, application, entry; /* of its call */
    weft_ps due_ps, written_ps;
    uint32_t slice;      /* of its interval; 0 where there are none */
    weft_ps earliest_ps; /* when it may go out, as it was written and paced */
    bool counted;        /* its call is */
};

/* low = high where the count is exact. */
struct expected_count {
    uint64_t low, high;
};

struct expected {
    GArray *packet;
    uint64_t all_bytes;
    struct expected_count count[WEFT_EVENTS]; /* but for interrupts that wait: see expected_interrupts() */
    uint64_t entries_below_packet;
    bool no_refill;   /* the ring has room for all that is ever sent */
    bool takes_time;  /* work does, or the ring: instants are not those of the writes */
    bool takes_turns; /* several applications go on with their slices in turn */
};

struct expected *expected_new(const struct weft_setup *setup, uint32_t server);
void expected_free(struct expected *expected);

/* Interrupts that wait, as they follow from when packets have been sent. Moderated: the first as soon as there is a
 * completion, and then not before the moderation time is over. With a threshold N and a delay D: when N have been sent, or
 * D after the first of them. Each reports all that is complete. `sent_ps` increases strictly; `counted` says which packets
 * count. An interrupt that reports both kinds may count or not: hence a range. */
struct expected_count expected_interrupts(const struct weft_write *write, const struct weft_server *server,
                                          const weft_ps *sent_ps, const bool *counted, size_t packets);

#endif
