/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SENDER_H
#define BENCH_SENDER_H

/* libweft's driver with a real link behind its ring: it takes a vector of destinations, looks up pages, cuts packets,
 * orders them and makes headers as in a simulation; what stands in for the NIC gathers each descriptor's bytes into a frame of an
 * AF_PACKET ring, in the order of the doorbells, and tells the kernel. */

#include "weft/driver.h"

#include <glib.h>

/* Payload of a full packet: what a UDP packet may carry with an MTU of 1,500. */
enum { SENDER_PAYLOAD_BYTES = 1472, SENDER_DOORBELL_PACKETS = 64 };

struct sender_params {
    uint32_t streams;
    uint64_t stream_bytes; /* room for each stream's data */
    const struct weft_order *order;
    uint64_t order_argument;
    uint32_t ring_frames; /* a power of two, at least 16 */
    bool checksums;       /* UDP's, which a NIC would fill in */
    bool queued;          /* through the queueing discipline of the link; else past it */
    /* Spread each call over so long, in so many slices of equally many packets (0: not); `packets` of each call. */
    weft_ps span_ps;
    uint32_t slices, packets;
};

/* Where the time of a call goes, by the monotonic clock: libweft's driver, and what gathers payload into frames. The rest is the
 * kernel's. */
struct sender_times {
    uint64_t driver_ns, gather_ns;
};

struct sender;
/* Sends to the link of this index. NULL and an error. The caller frees. */
struct sender *sender_new(const struct sender_params *params, int link_index, GError **error);
void sender_free(struct sender *sender);

/* The application's data of a stream, from the beginning of its room on. */
void sender_fill(struct sender *sender, uint32_t stream, const uint8_t *data, uint64_t bytes);

/* One write call: so many bytes of each stream from byte `from` of its room on, 0: the stream is not in it. Its packets have been
 * handed to the kernel when this returns. Adds to `*times`. */
gboolean sender_write(struct sender *sender, uint64_t from, const uint64_t *bytes, struct sender_times *times,
                      GError **error);
/* Wait until the link has taken all that was written. */
gboolean sender_drain(struct sender *sender, GError **error);

#endif
