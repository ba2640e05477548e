/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_NAMESPACE_H
#define BENCH_NAMESPACE_H

/* A network namespace of a process's own, and links in it. It has no name anywhere: when the last process in it ends, for
 * whatever reason, the kernel takes it away with all its links. What a machine does not permit is an error of STATUS_INPUT. */

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

/* From now on this process, of one thread, has a namespace of its own, without any link but a loopback that is down. Who is not root gets
 * it within a user namespace, where the kernel permits that. */
gboolean namespace_enter(GError **error);

/* Add a link that drops what is sent to it (ifb), with so many transmit queues. */
gboolean namespace_add_sink(const char *name, uint32_t queues, GError **error);
/* Add a pair of links (veth), the other end in the namespace of process `peer_pid`. */
gboolean namespace_add_pair(const char *name, pid_t peer_pid, const char *peer_name, GError **error);

/* Bring a link up, with an address as "10.0.0.1/8" (NULL: none), and get its index. */
gboolean namespace_up(const char *name, const char *address, int *index, GError **error);
/* What the driver of a link that drops was given so far: packets, and bytes of them from the Ethernet header on. */
struct link_traffic {
    uint64_t packets, bytes;
};
gboolean namespace_traffic(const char *name, struct link_traffic *traffic, GError **error);
/* Let the kernel cut what has UDP_SEGMENT before the link's driver gets it. */
gboolean namespace_cut_in_software(const char *name, GError **error);

#endif
