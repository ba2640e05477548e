/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of switch buffer schemes. Limits and what is held are at most 2^40, so sums cannot overflow. */

#include "weft/setup.h"

static bool room_in_bytes(uint64_t limit, uint64_t held_packets, uint64_t held_bytes, uint32_t frame_bytes)
{
    (void)held_packets;
    return held_bytes + frame_bytes <= limit;
}

static bool room_in_packets(uint64_t limit, uint64_t held_packets, uint64_t held_bytes, uint32_t frame_bytes)
{
    (void)held_bytes;
    (void)frame_bytes;
    return held_packets < limit;
}

static const struct weft_buffer unlimited = {.name = "unlimited", .help = "a FIFO without limit per port"};
static const struct weft_buffer bytes = {
    .name = "bytes",
    .help = "a FIFO per port that drops a frame with which it would hold more bytes than its limit",
    .accepts = room_in_bytes};
static const struct weft_buffer packets = {
    .name = "packets",
    .help = "a FIFO per port that drops a frame when it holds as many as its limit",
    .accepts = room_in_packets};

const struct weft_buffer *const weft_buffers[] = {&unlimited, &bytes, &packets, NULL};
