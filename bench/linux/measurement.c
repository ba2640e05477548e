/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rivals as points. */

#include "measurement.h"

#include "sender.h"

#include <string.h>

const struct rival rivals[] = {
    {.name = "sendto",
     .help = "a system call for each packet, one socket",
     .method = "sendto",
     .group = 1,
     .batch = 1},
    {.name = "send",
     .help = "the same, a connected socket for each destination",
     .method = "connected",
     .group = 1,
     .batch = 1},
    {.name = "sendmmsg-64",
     .help = "64 packets a system call",
     .method = "sendmmsg",
     .group = 1,
     .batch = 64},
    {.name = "gso-4",
     .help =
         "UDP_SEGMENT: 4 packets of a destination a message, 64 messages a system call, cut by the kernel",
     .method = "sendmmsg",
     .group = 4,
     .batch = 64},
    {.name = "gso-36",
     .help = "the same with 36 packets a message",
     .method = "sendmmsg",
     .group = 36,
     .batch = 64},
    {.name = "gso-4-nic",
     .help = "as gso-4, but the link would cut: a lower bound, nobody does",
     .method = "sendmmsg",
     .group = 4,
     .batch = 64,
     .link_cuts = true},
    {.name = "gso-36-nic",
     .help = "the same with 36 packets a message",
     .method = "sendmmsg",
     .group = 36,
     .batch = 64,
     .link_cuts = true},
    {.name = "driver",
     .help = "libweft's driver into an AF_PACKET ring, a doorbell every 64 packets, interleaved",
     .method = "tx-ring",
     .group = POINT_GROUP_MOST, /* all that a destination has */
     .batch = 64},
    {.name = NULL},
};

guint rivals_count(void)
{
    return G_N_ELEMENTS(rivals) - 1;
}

bool rival_is_driver(const struct rival *rival)
{
    return method_find(rival->method)->frames;
}

uint64_t call_data_bytes(const struct call_size *size)
{
    return (uint64_t)size->streams * size->packets * size->sets * SENDER_PAYLOAD_BYTES;
}

struct point rival_point(const struct rival *rival, const struct call_size *size)
{
    const uint32_t group = MIN(rival->group, size->packets);
    return (struct point){.method = method_find(rival->method),
                          .payload_bytes = SENDER_PAYLOAD_BYTES,
                          .group = group,
                          .batch = rival->batch,
                          .destinations = size->streams,
                          .link_cuts = rival->link_cuts && group > 1};
}

gboolean measurement_run(struct measurement *measurement, GError **error)
{
    enum { PACKETS_A_ROUND = 4000 };
    const struct point_rounds how = {.rounds = measurement->rounds,
                                     .packets = PACKETS_A_ROUND,
                                     .hot_bytes = call_data_bytes(&measurement->size),
                                     .times = true};
    struct point point[RIVALS_MOST];
    for (guint i = 0; i < rivals_count(); i++)
        point[i] = rival_point(&rivals[i], &measurement->size);
    return point_set_measure(point, rivals_count(), &how, measurement->result, &measurement->ticks_per_ns,
                             error);
}
