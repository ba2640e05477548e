/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_WIRE_H
#define WEFT_WIRE_H

/* Sizes on the wire. A network is a row of weft_networks[]; adding one adds a row. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

/* Bytes of headers: Ethernet II, IPv4 without options or IPv6 without extensions, UDP. */
enum {
    WEFT_ETHERNET_HEADER_BYTES = 14,
    WEFT_VLAN_TAG_BYTES = 4, /* IEEE 802.1Q */
    WEFT_ETHERNET_FCS_BYTES = 4,
    WEFT_ETHERNET_MIN_FRAME_BYTES = 64,
    WEFT_ETHERNET_GAP_BYTES = 20, /* preamble and start delimiter 8, inter-frame gap 12 */
    WEFT_IPV4_HEADER_BYTES = 20,
    WEFT_IPV6_HEADER_BYTES = 40,
    WEFT_UDP_HEADER_BYTES = 8,
};

struct weft_network {
    const char *name, *help;
    uint32_t overhead_bytes;  /* network-layer headers inside the MTU: MTU minus the largest payload */
    uint32_t header_bytes;    /* bytes of real header that a descriptor carries before the payload */
    uint32_t frame_bytes;     /* link header and check sequence, added to the network-layer packet */
    uint32_t min_frame_bytes; /* shorter frames are padded to it */
    uint32_t gap_bytes;       /* what the wire carries besides the frame */
    uint8_t ip_version;       /* 4 or 6; 0: no headers */
    uint16_t vlan;            /* IEEE 802.1Q tag with this identifier, 1 .. 4094; 0: no tag */
};

extern const struct weft_network weft_network_ethernet;  /* IEEE 802.3: 1500 -> 1518 -> 1538 */
extern const struct weft_network weft_network_raw;       /* wire = frame = payload */
extern const struct weft_network *const weft_networks[]; /* ends with NULL */

enum { WEFT_VLAN_MAX = 4094 };
/* `from` with IPv4 or IPv6 (`ip_version`) and a VLAN tag (0: none); a network without headers stays as it is. */
struct weft_network weft_network_with(const struct weft_network *from, uint8_t ip_version, uint16_t vlan);

/* Frame bytes (what a switch stores) of a packet with `payload_bytes` of payload. */
uint32_t weft_frame_bytes(const struct weft_network *network, uint32_t payload_bytes);
/* Bytes of wire time of a frame of `frame_bytes`. */
uint32_t weft_wire_bytes(const struct weft_network *network, uint32_t frame_bytes);
/* The largest payload that an MTU of `mtu_bytes` allows; 0 if none. */
uint32_t weft_payload_room(const struct weft_network *network, uint32_t mtu_bytes);

WEFT_END_DECLS

#endif
