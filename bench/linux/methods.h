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
    /* Send all of a call: `packets` packets to each of `streams` destinations, in turn by messages. */
    gboolean (*send)(const struct method *method, struct outlet *outlet, GError **error);
};
extern const struct method
    methods[]; /* the first one is what the others are compared with; ends with a NULL name */
guint methods_count(void);

#define METHOD_LINK     "weft-sink"
#define METHOD_LINK_CUT "weft-cut" /* before this one the kernel cuts */

struct call_size {
    uint32_t streams, packets; /* destinations, packets to each */
};
/* What a method sends with: sockets or a driver, and data. NULL and an error. The caller frees. */
struct outlet *outlet_new(const struct method *method, const struct call_size *size, int link_index,
                          GError **error);
void outlet_free(struct outlet *outlet);
/* Where the driver's time has gone so far. */
const struct sender_times *outlet_times(const struct outlet *outlet);
/* What the link counts for a call. */
uint64_t method_link_packets(const struct method *method, const struct call_size *size);

#endif
