/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_POINT_H
#define BENCH_LINUX_POINT_H

/* A point: one way to hand packets to the kernel, with all its sizes. Points are what is measured, fitted and predicted.
 *
 * What a point sends, message by message: message i (0, 1, ...) is `group` packets of `payload_bytes` each, for destination
 * i mod `destinations`; its data are the next group x payload_bytes of the data, from the beginning again where they end. Every
 * `batch` messages there is one system call.
 *
 * A method of frames (libweft's driver before a ring that is shared with the kernel) sends the same packets in write calls with one
 * entry for each destination, of `group` packets, in the order round-robin: single header, translation buffer, 4 KiB pages, no UDP
 * checksum. Every `batch` frames there is one doorbell, which is one system call.
 *
 * The links drop all that they are given (ifb), in the sender's system call; nothing interrupts, nobody reads. All memory has pages
 * of 4 KiB. */

#include "series.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    POINT_PAYLOAD_MOST = 1472,  /* UDP's with an MTU of 1,500 */
    POINT_MESSAGE_MOST = 65507, /* payload of one message: group x payload_bytes */
    POINT_GROUP_MOST = 64,      /* UDP_MAX_SEGMENTS of kernels before 6.9 */
    POINT_BATCH_MOST = 512,     /* messages */
    POINT_DESTINATIONS_MOST = 1000,
    POINT_HOT_BYTES = 256 << 10, /* hot data: they stay in a cache of the core */
    POINT_COLD_BYTES = 256 << 20 /* cold data: so many before a byte is read again */
};

enum zero_copy { ZERO_COPY_NEVER, ZERO_COPY_MAY, ZERO_COPY_ALWAYS };

/* What differs between two methods: whether a message looks up its route, who crosses into the kernel, who makes the headers. */
struct method {
    const char *name, *help;
    bool connected;       /* a connected socket a destination: no route is looked up */
    bool frames;          /* libweft's driver makes frames: else messages through a socket */
    bool groups, batches; /* whether `group`, `batch` may be more than 1 */
    enum zero_copy
        zero_copy; /* whether the kernel may, or must, pin the sender's pages instead of copying from them */
    bool pinned_before; /* zero copy out of memory that was registered, and so pinned, before */
    uint32_t needs;     /* of the machine: 1 << enum probe_item (probe.h), any number of them */
};
/* The first one is `sendto`, which the others are compared with; ends with a NULL name.
 *   sendto               sendto() on one socket; with a group UDP_SEGMENT; zero copy: MSG_ZEROCOPY, notifications are read (one
 *                        system call) every 64 messages
 *   connected            the same by send(), a connected socket for each destination
 *   sendmmsg             `batch` messages a system call, one socket; group and zero copy as above
 *   io-uring             one io_uring_enter() for `batch` messages, whose completions are reaped; zero copy: SENDMSG_ZC
 *   io-uring-registered  the same with SEND_ZC out of registered buffers: always zero copy
 *   tx-ring              frames in an AF_PACKET ring; libweft's driver copies the payload into them
 *   xdp                  the same in an AF_XDP ring in copy mode
 * The frames of either ring pass no stack, but the kernel makes a socket buffer of each: tx-ring's points into the ring, xdp copies
 * the frame once more. */
extern const struct method methods[];
guint methods_count(void);
const struct method *method_find(const char *name); /* NULL: there is none */

struct point {
    const struct method *method;
    uint32_t
        payload_bytes; /* of a packet, 1 .. POINT_PAYLOAD_MOST; a message has at most POINT_MESSAGE_MOST */
    uint32_t group;    /* packets of a message, 1 .. POINT_GROUP_MOST; of frames: of a destination a call */
    uint32_t batch;    /* messages a system call, 1 .. POINT_BATCH_MOST; of frames: packets a doorbell */
    uint32_t destinations; /* 1 .. POINT_DESTINATIONS_MOST */
    bool cold;             /* data that are in no cache; else in the core's */
    bool zero_copy;        /* as the method permits */
    bool link_cuts;        /* the link is given messages whole, and nobody cuts them; else the kernel does */
};

/* Whether the point is one at all. NULL, or what is wrong with it, as "batch: ...". The caller frees. */
char *point_check(const struct point *point);
/* As "sendmmsg 1472 B, 64 x 4 to 64, cold, zero copy, cut by the link". The caller frees. */
char *point_text(const struct point *point);
/* The point that it is compared with: `sendto` with the same payload, destinations and coldness. */
struct point point_reference(const struct point *point);
/* What the point's link counts for `messages` messages: packets, fewer than are sent where the link cuts, and their bytes with Ethernet,
 * IP and UDP headers. */
uint64_t point_link_packets(const struct point *point, uint64_t messages);
uint64_t point_link_bytes(const struct point *point, uint64_t messages);

/* Of a point, over the rounds; a packet. */
struct point_result {
    struct spread cpu_ns;  /* by the thread's processor clock; times ticks_per_ns: cycles */
    struct spread wall_ns; /* by the monotonic clock */
    struct spread ratio;   /* of cpu_ns to that of its sendto in the same round: point_reference() */
    struct spread driver_ns, gather_ns; /* of wall_ns: libweft's driver, payload into frames; else 0 */
};

/* How points are measured. */
struct point_rounds {
    uint32_t rounds;  /* 1 .. POINT_ROUNDS_MOST: over all points, in another order each round */
    uint32_t packets; /* of a point in a round, at least; system calls are always full */
    /* Told after each point of a round, in the process that measures; NULL: nobody wants to know */
    void (*progress)(void *context, guint done, guint of);
    void *context;
    uint64_t hot_bytes, cold_bytes; /* of data; 0: as above */
    bool times; /* driver_ns and gather_ns too, for which clocks are read at each doorbell */
};
enum {
    POINT_ROUNDS_MOST = 1000,
    POINT_SET_MOST = 256 /* points, with the sendtos that they are compared with */
};

/* Measure `n` points side by side, in a process with a network namespace of its own, which is gone when this returns and when the
 * caller ends, however that happens. `results` and `*ticks_per_ns` (rate of the time-stamp counter; 0: there is none) are filled
 * in. The `sendto` points that others are compared with are measured besides, if they are not among them. FALSE and an error:
 * STATUS_INPUT: the machine refuses something (look with probe.h first) or a point is none; STATUS_FAILED: the link counted other
 * than what was sent, or copies where there should be none. */
gboolean point_set_measure(const struct point *points, guint n, const struct point_rounds *how,
                           struct point_result *results, double *ticks_per_ns, GError **error);

#endif
