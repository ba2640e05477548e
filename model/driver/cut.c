/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cutting policies: how the data of one entry becomes packets. */

#include "weft/driver.h"

static uint32_t plain_packets(uint64_t bytes, uint32_t payload_bytes)
{
    return (uint32_t)((bytes + payload_bytes - 1) / payload_bytes);
}

static uint32_t plain_next(uint64_t bytes_left, uint32_t payload_bytes)
{
    return bytes_left < payload_bytes ? (uint32_t)bytes_left : payload_bytes;
}

static uint32_t plain_payload(uint64_t bytes, uint32_t payload_bytes, uint32_t k)
{
    return plain_next(bytes - (uint64_t)k * payload_bytes, payload_bytes);
}

const struct weft_cut weft_cut_plain = {
    .name = "plain",
    .help = "full packets of the stream's payload, the rest in the last one",
    .packets = plain_packets,
    .next = plain_next,
    .payload = plain_payload,
    .full_first = true,
};
