/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Write methods that the interfaces of today's systems offer, with which the seed's call is compared. */

#include "rows.h"

const struct weft_method weft_method_connected = {
    .name = "connected",
    .help = "as per-packet-burst, on a connected socket for each destination (send)",
    .unit = &weft_unit_packet,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_stack,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_connected,
};

const struct weft_method weft_method_io_uring = {
    .name = "io-uring",
    .help = "as batched, each packet a message of its own in a submission ring (io_uring)",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_stack,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_io_uring,
};

const struct weft_method weft_method_gso_batched = {
    .name = "gso-batched",
    .help = "as per-destination, all destinations in one call (sendmmsg of UDP GSO messages)",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_split,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_messages,
};

const struct weft_method weft_method_gso_nic = {
    .name = "gso-nic",
    .help = "as per-destination, cut by the NIC (UDP GSO with segmentation offload)",
    .unit = &weft_unit_destination,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_nic,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

const struct weft_method weft_method_gso_nic_zero_copy = {
    .name = "gso-nic-zero-copy",
    .help = "as gso-nic, without copying: pages walked and pinned (MSG_ZEROCOPY)",
    .unit = &weft_unit_destination,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_nic,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

const struct weft_method weft_method_io_uring_gso = {
    .name = "io-uring-gso",
    .help = "as gso-nic, all destinations in one submission ring, from registered buffers (io_uring)",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_nic,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_io_uring,
};

const struct weft_method weft_method_tx_ring = {
    .name = "tx-ring",
    .help = "as interleaved, frames copied together in a ring that the kernel walks (AF_PACKET TX_RING)",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_driver,
    .header = &weft_header_single,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_round_robin,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_packet_ring,
};

const struct weft_method weft_method_af_xdp = {
    .name = "af-xdp",
    .help = "as interleaved, from user space to the NIC's driver in the kernel (AF_XDP zero copy)",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_driver,
    .header = &weft_header_single,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_round_robin,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_xdp,
};

const struct weft_method weft_method_bypass = {
    .name = "bypass",
    .help = "as interleaved, from user space to the NIC, without interrupts (DPDK, netmap)",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_driver,
    .header = &weft_header_single,
    .interrupt = &weft_interrupt_polled,
    .order = &weft_order_round_robin,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_user,
};

const struct weft_method weft_method_interleaved_stack = {
    .name = "interleaved-stack",
    .help = "as interleaved, but each packet walks the protocol stack",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_stack,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_last_packet,
    .order = &weft_order_round_robin,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};
