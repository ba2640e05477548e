/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PCAPNG_H
#define COMMAND_PCAPNG_H

/* The blocks of a pcapng file (draft-ietf-opsawg-pcapng): one little-endian section, Ethernet interfaces, nanoseconds. */

#include "capture_points.h"

/* What one interface saw of one packet. */
struct pcap_packet {
    uint32_t interface;
    uint64_t at_ns;
    uint64_t id; /* the same wherever the packet is seen */
    uint32_t frame_bytes, captured_bytes;
    const uint8_t *bytes; /* captured_bytes of the frame */
};

/* What one interface saw in all, until `end_ns`. */
struct pcap_statistics {
    uint64_t end_ns;
    uint64_t packets, drops; /* seen at it; lost there, so that it did not see them */
};

struct pcapng;
/* Section header and interfaces, to `fd`, which stays the caller's. The caller frees. */
struct pcapng *pcapng_new(int fd, const struct capture_interfaces *interfaces, uint32_t snap_bytes);
void pcapng_free(struct pcapng *pcapng);
void pcapng_packet(struct pcapng *pcapng, const struct pcap_packet *packet);
void pcapng_statistics(struct pcapng *pcapng, uint32_t interface, const struct pcap_statistics *statistics);
/* Write what is buffered. Returns 0 or the errno of the first write of all that failed. */
int pcapng_end(struct pcapng *pcapng);

#endif
