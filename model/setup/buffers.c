/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of limits of a port. */

#include "weft/port.h"

static bool room_in_bytes(const struct weft_buffer_params *params, const struct weft_buffer_use *use,
                          uint64_t frame_bytes)
{
    return use->bytes + frame_bytes <= params->limit;
}

static bool room_in_packets(const struct weft_buffer_params *params, const struct weft_buffer_use *use,
                            uint64_t frame_bytes)
{
    (void)frame_bytes;
    return use->packets < params->limit;
}

/* A cell is free when nothing of it counts any more. */
static bool room_in_cells(const struct weft_buffer_params *params, const struct weft_buffer_use *use,
                          uint64_t frame_bytes)
{
    return use->bytes + frame_bytes <= params->limit * params->cell_bytes;
}

static const struct weft_buffer unlimited = {.name = "unlimited", .help = "a FIFO without limit per port"};
static const struct weft_buffer bytes = {
    .name = "bytes",
    .help = "a FIFO per port that drops a frame with which it would hold more bytes than its limit",
    .accepts = room_in_bytes};
static const struct weft_buffer packets = {
    .name = "packets",
    .help = "a FIFO per port that drops a frame when it holds as many as its limit",
    .written = "COUNT packets",
    .accepts = room_in_packets};
static const struct weft_buffer cells = {
    .name = "cells",
    .help = "a FIFO per port that drops a frame with which it would hold more cells than its limit",
    .written = "COUNT cells",
    .cells = true,
    .accepts = room_in_cells};

const struct weft_buffer *const weft_buffers[] = {&unlimited, &bytes, &packets, &cells, NULL};
