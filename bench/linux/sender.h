/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SENDER_H
#define BENCH_SENDER_H

/* libweft's driver with a real link behind its ring: it takes a vector of destinations, looks up pages, cuts packets,
 * orders them and makes headers as in a simulation; what stands in for the NIC gathers each descriptor's bytes into a frame of a
 * ring that is shared with the kernel, in the order of the doorbells, and tells the kernel. */

#include "frame_ring.h"

#include "weft/driver.h"

#include <glib.h>

/* Payload of a full packet: what a UDP packet may carry with an MTU of 1,500. */
enum { SENDER_PAYLOAD_BYTES = 1472, SENDER_DOORBELL_PACKETS = 64 };

/* The application's memory: `bytes` of data, on pages in scattered order, all of it registered with the driver. Several senders may
 * share it. `lent`: where the data lie, unchanged as long as the memory lives; NULL: memory of its own, zeroed. The caller frees. */
struct sender_memory;
struct sender_memory *sender_memory_new(uint64_t bytes, const uint8_t *lent);
void sender_memory_free(struct sender_memory *memory);
/* Write into memory of its own. */
void sender_memory_fill(struct sender_memory *memory, uint64_t at, const uint8_t *data, uint64_t bytes);

struct sender_params {
    uint32_t streams;
    uint32_t payload_bytes; /* of a full packet, 1 .. SENDER_PAYLOAD_BYTES */
    const struct weft_order *order;
    uint64_t order_argument;
    const struct frame_ring_row *ring;
    uint32_t ring_frames;      /* a power of two, at least 16 */
    uint32_t doorbell_packets; /* at least 1 */
    bool checksums;            /* UDP's, which a NIC would fill in */
    bool queued;               /* through the queueing discipline of the link; else past it */
    /* Spread each call over so long, in so many slices of equally many packets (0: not); `packets` of each call. */
    weft_ps span_ps;
    uint32_t slices, packets;
    bool times; /* whether to look where the time goes, which takes some itself */
};

/* Where the time of a call goes, by the monotonic clock: libweft's driver, and what gathers payload into frames. The rest is the
 * kernel's. */
struct sender_times {
    uint64_t driver_ns, gather_ns;
};

struct sender;
/* Sends out of `memory`, which is lent, to the link of this index. NULL and an error. The caller frees. */
struct sender *sender_new(const struct sender_params *params, struct sender_memory *memory, int link_index,
                          GError **error);
void sender_free(struct sender *sender);

/* One write call: `bytes[i]` of stream i from byte `from[i]` of the memory on, 0: the stream is not in it. Its packets have been
 * handed to the kernel when this returns. Adds to `*times`. */
gboolean sender_write(struct sender *sender, const uint64_t *from, const uint64_t *bytes,
                      struct sender_times *times, GError **error);
/* Wait until the link has taken all that was written. */
gboolean sender_drain(struct sender *sender, GError **error);

#endif
