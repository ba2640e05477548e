/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The axes that are plain choices: each row says how the application or the driver behaves. */

#include "rows.h"

const struct weft_unit weft_unit_packet = {
    .name = "packet", .help = "one packet a call", .max_entries = 1, .max_packets = 1};
const struct weft_unit weft_unit_destination = {
    .name = "destination",
    .help = "all of one destination's interval in a call, a call per destination",
    .max_entries = 1,
    .max_packets = UINT32_MAX};
const struct weft_unit weft_unit_interval = {
    .name = "interval",
    .help = "all destinations of the interval in one call: a write vector",
    .max_entries = UINT32_MAX,
    .max_packets = UINT32_MAX};
const struct weft_unit *const weft_units[] = {&weft_unit_packet, &weft_unit_destination, &weft_unit_interval,
                                              NULL};

const struct weft_copy weft_copy_copy = {
    .name = "copy", .help = "the CPU copies the payload into kernel memory", .copies = true};
const struct weft_copy weft_copy_zero_copy = {
    .name = "zero-copy", .help = "packets are built from the application's own pages", .copies = false};
const struct weft_copy *const weft_copies[] = {&weft_copy_copy, &weft_copy_zero_copy, NULL};

const struct weft_segmentation weft_segmentation_stack = {
    .name = "stack",
    .help = "each packet walks the protocol stack and rings the doorbell",
    .stack_walk_per_packet = true,
    .max_doorbell_packets = 1};
const struct weft_segmentation weft_segmentation_split = {
    .name = "split",
    .help = "an entry walks the stack once, then software splits it into packets",
    .stack_walk_per_entry = true,
    .splits = true,
    .max_doorbell_packets = UINT32_MAX};
const struct weft_segmentation weft_segmentation_driver = {
    .name = "driver",
    .help = "the driver cuts packets from physical memory, no stack",
    .max_doorbell_packets = UINT32_MAX};
const struct weft_segmentation weft_segmentation_nic = {
    .name = "nic",
    .help =
        "an entry walks the stack once; the NIC cuts each run of its packets (64 packets, 65,535 B at most)",
    .stack_walk_per_entry = true,
    .nic_cuts = true,
    .max_doorbell_packets = UINT32_MAX};
const struct weft_segmentation *const weft_segmentations[] = {
    &weft_segmentation_stack, &weft_segmentation_split, &weft_segmentation_driver, &weft_segmentation_nic,
    NULL};

const struct weft_interrupt weft_interrupt_per_packet = {
    .name = "per-packet", .help = "one for every packet sent", .every_packet = true};
const struct weft_interrupt weft_interrupt_coalesced = {
    .name = "coalesced",
    .help = "at most interrupt_rate a second, each reports all packets sent so far",
    .every_packet = true,
    .moderated = true};
const struct weft_interrupt weft_interrupt_last_packet = {
    .name = "last-packet", .help = "one a call, after its last packet has gone onto the link"};
const struct weft_interrupt weft_interrupt_threshold = {
    .name = "threshold",
    .help = "when so many packets have gone since the one before, or interrupt_delay after the first of them",
    .argument = {.kind = WEFT_ARGUMENT_COUNT,
                 .min = 1,
                 .max = WEFT_RING_MAX_SLOTS,
                 .without = "32, as Linux's mlx5 has it",
                 .standard = 32},
    .every_packet = true,
    .counts = true};
const struct weft_interrupt weft_interrupt_polled = {
    .name = "polled",
    .help = "none: the driver looks for what has gone before each doorbell, and where it finds the ring full",
    .polls = true};
const struct weft_interrupt *const weft_interrupts[] = {
    &weft_interrupt_per_packet, &weft_interrupt_coalesced, &weft_interrupt_last_packet,
    &weft_interrupt_threshold,  &weft_interrupt_polled,    NULL};

const struct weft_queues weft_queues_one = {.name = "one", .help = "one transmit queue, first in first out"};
const struct weft_queues weft_queues_per_destination = {
    .name = "per-destination",
    .help = "a queue per destination, the NIC takes a packet from each in turn",
    .per_destination = true};
const struct weft_queues *const weft_queue_kinds[] = {&weft_queues_one, &weft_queues_per_destination, NULL};

const struct weft_pacing weft_pacing_none = {.name = "none",
                                             .help = "all of an interval is written at its start"};
const struct weft_pacing weft_pacing_interval = {
    .name = "interval",
    .help = "written at the interval's start, sent evenly over it (NIC launch times)",
    .spreads = true};
const struct weft_pacing weft_pacing_packet = {.name = "packet",
                                               .help =
                                                   "each packet is written when it is due (timer wake-ups)",
                                               .at_packet_times = true};
const struct weft_pacing weft_pacing_rate = {
    .name = "rate",
    .help = "written at the interval's start, sent no faster than a rate on the wire (a shaper in each NIC)",
    .argument = {.kind = WEFT_ARGUMENT_RATE, .min = 1000, .max = WEFT_PS_PER_S},
    .shapes = true};
const struct weft_pacing weft_pacing_slice = {
    .name = "slice",
    .help = "written at the interval's start, rung in equal slices spread over it (timers)",
    .argument =
        {.kind = WEFT_ARGUMENT_COUNT, .min = 1, .max = WEFT_SLICES_MOST, .without = "8", .standard = 8},
    .slices = true};
const struct weft_pacing *const weft_pacings[] = {&weft_pacing_none,   &weft_pacing_interval,
                                                  &weft_pacing_packet, &weft_pacing_rate,
                                                  &weft_pacing_slice,  NULL};

static const struct weft_checksum checksum_offload = {.name = "offload",
                                                      .help = "the NIC makes UDP checksums"};
static const struct weft_checksum checksum_software = {
    .name = "software", .help = "the CPU sums every payload byte", .in_software = true};
const struct weft_checksum *const weft_checksums[] = {&checksum_offload, &checksum_software, NULL};

static const struct weft_fill fill_dma = {
    .name = "dma", .help = "a device puts the data into the buffer (1 DRAM byte per byte)"};
static const struct weft_fill fill_cpu = {
    .name = "cpu",
    .help = "the CPU copies the data there from where a device put it (3 DRAM bytes per byte)",
    .by_cpu = true};
const struct weft_fill *const weft_fills[] = {&fill_dma, &fill_cpu, NULL};
