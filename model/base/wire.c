/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a packet weighs on each network. */
#include "weft/wire.h"

#include <assert.h>

const struct weft_network weft_network_ethernet = {
    .name = "ethernet",
    .help = "IP and UDP in Ethernet II frames of at least 64 bytes; preamble and gap take wire time",
    .overhead_bytes = WEFT_IPV4_HEADER_BYTES + WEFT_UDP_HEADER_BYTES,
    .header_bytes = WEFT_ETHERNET_HEADER_BYTES + WEFT_IPV4_HEADER_BYTES + WEFT_UDP_HEADER_BYTES,
    .frame_bytes = WEFT_ETHERNET_HEADER_BYTES + WEFT_ETHERNET_FCS_BYTES,
    .min_frame_bytes = WEFT_ETHERNET_MIN_FRAME_BYTES,
    .gap_bytes = WEFT_ETHERNET_GAP_BYTES,
    .ip_version = 4,
};

const struct weft_network weft_network_raw = {
    .name = "raw",
    .help = "no headers and no gaps: a packet on the wire is its payload",
};

const struct weft_network *const weft_networks[] = {&weft_network_ethernet, &weft_network_raw, NULL};

struct weft_network weft_network_with(const struct weft_network *from, uint8_t ip_version, uint16_t vlan)
{
    assert((ip_version == 4 || ip_version == 6) && vlan <= WEFT_VLAN_MAX);
    struct weft_network network = *from;
    if (from->ip_version == 0)
        return network;
    uint32_t ip_bytes = ip_version == 6 ? WEFT_IPV6_HEADER_BYTES : WEFT_IPV4_HEADER_BYTES;
    uint32_t link_bytes = WEFT_ETHERNET_HEADER_BYTES + (vlan ? WEFT_VLAN_TAG_BYTES : 0);
    network.ip_version = ip_version;
    network.vlan = vlan;
    network.overhead_bytes = ip_bytes + WEFT_UDP_HEADER_BYTES;
    network.header_bytes = link_bytes + network.overhead_bytes;
    network.frame_bytes = link_bytes + WEFT_ETHERNET_FCS_BYTES;
    return network;
}

uint32_t weft_frame_bytes(const struct weft_network *network, uint32_t payload_bytes)
{
    uint32_t added = network->overhead_bytes + network->frame_bytes;
    assert(payload_bytes <= UINT32_MAX - added);
    uint32_t frame_bytes = payload_bytes + added;
    return frame_bytes > network->min_frame_bytes ? frame_bytes : network->min_frame_bytes;
}

uint32_t weft_wire_bytes(const struct weft_network *network, uint32_t frame_bytes)
{
    assert(frame_bytes <= UINT32_MAX - network->gap_bytes);
    return frame_bytes + network->gap_bytes;
}

uint32_t weft_payload_room(const struct weft_network *network, uint32_t mtu_bytes)
{
    return mtu_bytes > network->overhead_bytes ? mtu_bytes - network->overhead_bytes : 0;
}
