/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_OUTLET_H
#define BENCH_OUTLET_H

/* What a point sends with: sockets, a submission ring, or a driver. A row for each kind. */

#include "supply.h"

struct outlet_row {
    /* For a point of a method of this kind, out of the supply, which is lent. NULL and an error. Ends with close(). */
    void *(*open)(const struct point *point, struct supply *supply, bool times, GError **error);
    void (*close)(void *outlet); /* NULL is legal */
    /* Send so many messages, a multiple of outlet_step(). */
    gboolean (*send)(void *outlet, uint64_t messages, GError **error);
    /* Where the driver's time has gone so far; NULL: there is no driver. */
    const struct sender_times *(*times)(const void *outlet);
};
extern const struct outlet_row outlet_each, /* a system call a message */
    outlet_many,                            /* sendmmsg() */
    outlet_uring, outlet_packet, outlet_xdp;
/* Of a method. */
const struct outlet_row *outlet_of(const struct method *method);
/* Messages are sent by so many: all destinations of a driver's call, or a full system call. */
uint64_t outlet_step(const struct point *point);

/* Where a point's messages go, by destination. The caller frees. */
struct sockaddr_in *outlet_addresses(const struct point *point);
/* A socket, with UDP_SEGMENT where messages have many packets, for zero copy if the point is; connected to `to` (NULL: not).
 * -1 and an error. */
int outlet_socket(const struct point *point, const struct sockaddr_in *to, GError **error);

#endif
