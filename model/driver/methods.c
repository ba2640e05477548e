/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of write methods: named points in the space of axes. Neighbours differ in as little as possible.
 */

#include "rows.h"

static const struct weft_method per_packet = {
    .name = "per-packet",
    .help = "one copying write per packet, each at its stream's own packet time",
    .unit = &weft_unit_packet,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_stack,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_packet,
    .interface = &weft_interface_socket,
};

static const struct weft_method per_packet_burst = {
    .name = "per-packet-burst",
    .help = "as per-packet, stream after stream at the start of each interval (sendto)",
    .unit = &weft_unit_packet,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_stack,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

static const struct weft_method per_packet_zero_copy = {
    .name = "per-packet-zero-copy",
    .help = "as per-packet, without copying: pages walked and pinned for every packet (MSG_ZEROCOPY)",
    .unit = &weft_unit_packet,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_stack,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_packet,
    .interface = &weft_interface_socket,
};

static const struct weft_method batched = {
    .name = "batched",
    .help = "as per-packet-burst, all of an interval in one call (sendmmsg)",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_stack,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_messages,
};

static const struct weft_method per_destination = {
    .name = "per-destination",
    .help = "a call per destination and interval, split in software (UDP GSO)",
    .unit = &weft_unit_destination,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_split,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

static const struct weft_method per_destination_zero_copy = {
    .name = "per-destination-zero-copy",
    .help = "as per-destination, without copying: pages walked and pinned (MSG_ZEROCOPY)",
    .unit = &weft_unit_destination,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_split,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

static const struct weft_method per_destination_fq = {
    .name = "per-destination-fq",
    .help = "as per-destination, the NIC takes from each destination in turn (fair queue)",
    .unit = &weft_unit_destination,
    .copy = &weft_copy_copy,
    .translation = &weft_translation_page_walk,
    .segmentation = &weft_segmentation_split,
    .header = &weft_header_per_layer,
    .interrupt = &weft_interrupt_coalesced,
    .order = &weft_order_sequential,
    .queues = &weft_queues_per_destination,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

static const struct weft_method multi_destination = {
    .name = "multi-destination",
    .help = "one zero-copy write vector an interval, destination after destination",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_driver,
    .header = &weft_header_single,
    .interrupt = &weft_interrupt_last_packet,
    .order = &weft_order_sequential,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

static const struct weft_method interleaved = {
    .name = "interleaved",
    .help = "the seed, whole: as multi-destination, packets interleaved across destinations",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_driver,
    .header = &weft_header_single,
    .interrupt = &weft_interrupt_last_packet,
    .order = &weft_order_round_robin,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

static const struct weft_method interleaved_smooth = {
    .name = "interleaved-smooth",
    .help = "as interleaved, in the smooth order: each destination spread evenly over the call",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_driver,
    .header = &weft_header_single,
    .interrupt = &weft_interrupt_last_packet,
    .order = &weft_order_smooth,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_none,
    .interface = &weft_interface_socket,
};

static const struct weft_method interleaved_paced = {
    .name = "interleaved-paced",
    .help = "as interleaved-smooth, sent evenly over the interval",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_driver,
    .header = &weft_header_single,
    .interrupt = &weft_interrupt_last_packet,
    .order = &weft_order_smooth,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_interval,
    .interface = &weft_interface_socket,
};

static const struct weft_method interleaved_sliced = {
    .name = "interleaved-sliced",
    .help = "as interleaved-smooth, in eight slices spread over the interval (timers, no help from the NIC)",
    .unit = &weft_unit_interval,
    .copy = &weft_copy_zero_copy,
    .translation = &weft_translation_buffer,
    .segmentation = &weft_segmentation_driver,
    .header = &weft_header_single,
    .interrupt = &weft_interrupt_last_packet,
    .order = &weft_order_smooth,
    .queues = &weft_queues_one,
    .pacing = &weft_pacing_slice,
    .interface = &weft_interface_socket,
};

const struct weft_method *const weft_methods[] = {&per_packet,
                                                  &per_packet_burst,
                                                  &per_packet_zero_copy,
                                                  &weft_method_connected,
                                                  &batched,
                                                  &weft_method_io_uring,
                                                  &per_destination,
                                                  &per_destination_zero_copy,
                                                  &per_destination_fq,
                                                  &weft_method_gso_batched,
                                                  &weft_method_gso_nic,
                                                  &weft_method_gso_nic_zero_copy,
                                                  &weft_method_io_uring_gso,
                                                  &weft_method_tx_ring,
                                                  &weft_method_af_xdp,
                                                  &weft_method_bypass,
                                                  &multi_destination,
                                                  &weft_method_interleaved_stack,
                                                  &interleaved,
                                                  &interleaved_smooth,
                                                  &interleaved_sliced,
                                                  &interleaved_paced,
                                                  NULL};
