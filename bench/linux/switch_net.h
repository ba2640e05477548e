/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_NET_H
#define BENCH_SWITCH_NET_H

/* Bridges and token buckets, in the namespace of the process that asks. What a machine does not permit is an error of STATUS_INPUT. */

#include <glib.h>
#include <stdint.h>

/* Add a bridge that sends nothing of its own (with snooping it would join groups, and report that). Up. */
gboolean switch_net_add_bridge(const char *name, GError **error);
/* Make a link a port of it. Up; its index. */
gboolean switch_net_add_port(const char *bridge, const char *name, int *index, GError **error);
/* What goes to this address leaves by that port, for ever. */
gboolean switch_net_add_address(int port_index, const uint8_t mac[6], GError **error);

/* A token bucket before a link, instead of what was there. */
struct switch_bucket {
    uint64_t rate_bps;     /* below 2^35 */
    uint32_t packet_bytes; /* as the link carries them */
    uint32_t
        bucket_packets; /* that it lets go at once; and a sixteenth of one, since tbf counts in microseconds */
    uint32_t queue_packets; /* that wait at most: others are dropped */
};
gboolean switch_net_shape(int link_index, const struct switch_bucket *bucket, GError **error);
/* Nothing before the link. */
gboolean switch_net_unshape(int link_index, GError **error);

#endif
