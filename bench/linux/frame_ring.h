/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FRAME_RING_H
#define BENCH_FRAME_RING_H

/* Rings of frames in memory that is shared with the kernel, which sends them in their order when it is told to. A row each. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { FRAME_RING_ROOM_BYTES = 1600 /* for a frame, at least */ };

struct frame_ring_row {
    const char *name;
    /* `frames`: a power of two, at least 16. `queued`: through the queueing discipline of the link, which may hold all of them, if the
     * kind of ring has such a way; else past it. NULL and an error. Ends with close(). */
    void *(*open)(int link_index, uint32_t frames, bool queued, GError **error);
    void (*close)(void *ring); /* NULL is legal */
    /* Where frame `i` (modulo the number of frames) is written; it must not be in flight. */
    uint8_t *(*write)(void *ring, uint64_t i);
    /* Frame `i` has `bytes` and may be sent; frames become ready in their order. */
    void (*ready)(void *ring, uint64_t i, uint32_t bytes);
    /* Send what is ready: one system call, or more where the kernel takes less at once. */
    gboolean (*doorbell)(void *ring, GError **error);
    /* Whether frame `i` has been sent; asked in their order. FALSE also where the kernel refused it: then it never becomes TRUE. */
    gboolean (*sent)(void *ring, uint64_t i);
};
extern const struct frame_ring_row frame_ring_packet, /* AF_PACKET, TPACKET_V2 */
    frame_ring_xdp;                                   /* AF_XDP, copy mode */

#endif
