/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_METHODS_H
#define BENCH_METHODS_H

/* Ways to hand the same packets to the kernel. */

#include "sender.h"

struct outlet;
struct method {
    const char *name, *help;
    const char *link; /* to which it sends */
    uint32_t
        group; /* packets of one destination that the kernel is given as one message; 1: each by itself */
    uint32_t batch; /* messages of one system call */
    bool link_cuts; /* the link is given messages, not packets: nobody cuts them here */
    bool driver;    /* libweft's driver, not sockets */
    bool connected; /* a socket for each destination */
    /* Send all of a call: `packets` packets to each of `streams` destinations, in turn by messages, out of set `set` of the data. */
    gboolean (*send)(const struct method *method, struct outlet *outlet, uint32_t set, GError **error);
};
extern const struct method
    methods[]; /* the first one is what the others are compared with; ends with a NULL name */
guint methods_count(void);

#define METHOD_LINK     "weft-sink"
#define METHOD_LINK_CUT "weft-cut" /* before this one the kernel cuts */

/* What a call is. */
struct call_size {
    uint32_t streams, packets; /* destinations, packets to each */
    uint32_t sets;             /* of data, of which each call takes one */
};
/* Bytes of all sets of data. */
uint64_t call_data_bytes(const struct call_size *size);
/* What a method sends with: sockets, or a driver. `data` is call_data_bytes() of the caller's; a driver has a copy in its own
 * memory. NULL and an error. The caller frees. */
struct outlet *outlet_new(const struct method *method, const struct call_size *size, uint8_t *data,
                          int link_index, GError **error);
void outlet_free(struct outlet *outlet);
/* Where the driver's time has gone so far. */
const struct sender_times *outlet_times(const struct outlet *outlet);
/* What the link counts for a call. */
uint64_t method_link_packets(const struct method *method, const struct call_size *size);

#endif
