/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_TXRING_H
#define BENCH_TXRING_H

/* An AF_PACKET transmit ring: frames in memory shared with the kernel, which it sends in their order when it is told to. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { TXRING_FRAME_BYTES = 2048, TXRING_ROOM_BYTES = 1600 /* for a packet, at least */ };

struct txring;
/* `frames`: a power of two, at least 16. `queued`: through the queueing discipline of the link, which may hold all of them; else past
 * it. The caller frees. */
struct txring *txring_new(int link_index, uint32_t frames, bool queued, GError **error);
void txring_free(struct txring *ring);

/* Where frame `i` (modulo the number of frames) is written; it must not be in flight. */
uint8_t *txring_write(struct txring *ring, uint64_t i);
/* Frame `i` has `bytes` and may be sent. */
void txring_ready(struct txring *ring, uint64_t i, uint32_t bytes);
/* Send what is ready: one system call. */
gboolean txring_doorbell(struct txring *ring, GError **error);
/* Whether frame `i` has been sent. FALSE also where the kernel refused it: then it never becomes TRUE. */
gboolean txring_sent(const struct txring *ring, uint64_t i);

#endif
