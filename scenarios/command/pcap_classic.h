/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PCAP_CLASSIC_H
#define COMMAND_PCAP_CLASSIC_H

/* Classic pcap with nanoseconds, little-endian: a file for each interface, for readers that know no other. */

#include "pcapng.h"

struct pcap_classic;
/* A file header to each of `files` descriptors, by interface, which stay the caller's. The caller frees. */
struct pcap_classic *pcap_classic_new(const int *fd, uint32_t files, uint32_t snap_bytes);
void pcap_classic_free(struct pcap_classic *classic);
void pcap_classic_packet(struct pcap_classic *classic, const struct pcap_packet *packet);
/* Write what is buffered. Returns 0 or the errno of a write that failed. */
int pcap_classic_end(struct pcap_classic *classic);

#endif
